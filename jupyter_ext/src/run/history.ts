import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { PipelineDocument } from '../document';
import type { IPanelContext } from '../panel/context';
import type { IProblem, IRun } from '../protocol';
import { problemOf } from './launch';
import type { IRunState } from './state';

/** The past runs of a notebook, wherever they were started. */
export class RunHistory implements IDisposable {
  /**
   * @param context - What the panel works with.
   * @param document - The notebook.
   */
  constructor(context: IPanelContext, document: PipelineDocument) {
    this._context = context;
    this._document = document;
    context.jobs.ended.connect(this._onEnded, this);
    document.disposed.connect(() => this.dispose(), this);
  }

  /** Runs, problem or loading changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The runs, newest first; null as long as they were not asked for. */
  get runs(): readonly IRun[] | null {
    return this._runs;
  }

  /** Why the runs could not be asked for. */
  get problem(): IProblem | null {
    return this._problem;
  }

  /** Whether an answer is awaited. */
  get isLoading(): boolean {
    return this._pending > 0;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Ask the server for the runs. */
  async refresh(): Promise<void> {
    const number = ++this._asked;
    this._pending += 1;
    this._changed.emit();
    try {
      const path = this._document.path;
      const runs = await this._context.client.runs(path);
      // Of two answers that overtake each other, the later question counts.
      if (number === this._asked) {
        this._runs = runs;
        this._problem = null;
      }
    } catch (error) {
      if (number === this._asked) {
        this._problem = problemOf(error);
      }
    } finally {
      this._pending -= 1;
      this._changed.emit();
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._context.jobs.ended.disconnect(this._onEnded, this);
    Signal.clearData(this);
  }

  private _onEnded(_: unknown, state: IRunState): void {
    if (this._runs !== null && state.job.path === this._document.path) {
      void this.refresh();
    }
  }

  private _context: IPanelContext;
  private _document: PipelineDocument;
  private _runs: readonly IRun[] | null = null;
  private _problem: IProblem | null = null;
  private _pending = 0;
  private _asked = 0;
  private _isDisposed = false;
  private _changed = new Signal<this, void>(this);
}

const histories = new WeakMap<PipelineDocument, RunHistory>();

/** The past runs of a notebook: one object, whoever asks. */
export function historyOf(
  context: IPanelContext,
  document: PipelineDocument
): RunHistory {
  let history = histories.get(document);
  if (history === undefined) {
    history = new RunHistory(context, document);
    histories.set(document, history);
  }
  return history;
}
