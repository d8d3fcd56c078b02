import type { PipelineDocument } from '../document';
import type { IPanelContext } from '../panel/context';
import type { IRun } from '../protocol';
import { NotebookMatter, oncePerNotebook } from '../task';
import type { IRunState } from './state';

/**
 * The past runs of a notebook, wherever they were started; also those under the names that it had
 * since it was opened.
 */
export class RunHistory extends NotebookMatter {
  /**
   * @param context - What the panel works with.
   * @param document - The notebook.
   */
  constructor(context: IPanelContext, document: PipelineDocument) {
    super(context, document);
    context.jobs.ended.connect(this._onEnded, this);
    document.panel.context.pathChanged.connect(this._onRenamed, this);
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
      const runs = await this._ask();
      // Of two answers that overtake each other, the later question counts.
      if (number === this._asked) {
        this._runs = runs;
        this.set(null);
      }
    } catch (error) {
      if (number === this._asked) {
        this.fail(error);
      }
    } finally {
      this._pending -= 1;
      this.touch();
    }
  }

  override dispose(): void {
    this.context.jobs.ended.disconnect(this._onEnded, this);
    this.document.panel.context.pathChanged.disconnect(this._onRenamed, this);
    super.dispose();
  }

  protected override recover(): void {
    void this.refresh();
  }

  /** The notebook's runs, and those of before it was renamed: others may have its old names now. */
  private async _ask(): Promise<readonly IRun[]> {
    const { client } = this.context;
    const { path, formerPaths } = this.document;
    const former = [...formerPaths].filter(([name]) => name !== path);
    const answers = await Promise.all([
      client.runs(path),
      ...former.map(async ([name, until]) => {
        const runs = await client.runs(name);
        return runs.filter(run => Date.parse(run.started) <= until);
      })
    ]);
    const runs = new Map(answers.flat().map(run => [run.run_id, run]));
    return [...runs.values()].sort(
      (one, other) => Date.parse(other.started) - Date.parse(one.started)
    );
  }

  private _onRenamed(): void {
    if (this._runs !== null) {
      void this.refresh();
    }
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
