import type { PipelineDocument } from '../document';
import type { IPanelContext } from '../panel/context';
import type { IRun } from '../protocol';
import { problemOf } from '../server';
import { NotebookMatter, oncePerNotebook } from '../task';
import type { IRunState } from './state';

/** The past runs of a notebook, wherever they were started. */
export class RunHistory extends NotebookMatter {
  /**
   * @param context - What the panel works with.
   * @param document - The notebook.
   */
  constructor(context: IPanelContext, document: PipelineDocument) {
    super(context, document);
    context.jobs.ended.connect(this._onEnded, this);
  }

  /** The runs, newest first; null as long as they were not asked for. */
  get runs(): readonly IRun[] | null {
    return this._runs;
  }

  /** Whether an answer is awaited. */
  get isLoading(): boolean {
    return this._pending > 0;
  }

  /** Ask the server for the runs. */
  async refresh(): Promise<void> {
    const number = ++this._asked;
    this._pending += 1;
    this.touch();
    try {
      const runs = await this.context.client.runs(this.document.path);
      // Of two answers that overtake each other, the later question counts.
      if (number === this._asked) {
        this._runs = runs;
        this.set(null);
      }
    } catch (error) {
      if (number === this._asked) {
        this.set(problemOf(error));
      }
    } finally {
      this._pending -= 1;
      this.touch();
    }
  }

  override dispose(): void {
    this.context.jobs.ended.disconnect(this._onEnded, this);
    super.dispose();
  }

  private _onEnded(_: unknown, state: IRunState): void {
    if (this._runs !== null && state.job.path === this.document.path) {
      void this.refresh();
    }
  }

  private _runs: readonly IRun[] | null = null;
  private _pending = 0;
  private _asked = 0;
}

/** The past runs of a notebook: one object, whoever asks. */
export const historyOf = oncePerNotebook(
  (context, document) => new RunHistory(context, document)
);
