import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { PipelineDocument } from './document';
import type { IPanelContext } from './panel/context';
import type { IAnalysis, IProblem } from './protocol';
import { NoAnswer, problemOf } from './server';

/** How often a server that did not answer is asked again because of one matter, in milliseconds. */
const RARELY = 10_000;

/**
 * What is known or done of one notebook at the server.
 *
 * It outlives the section that shows it, so that a command and the panel say the same, and ends
 * with the notebook.
 */
export abstract class NotebookMatter implements IDisposable {
  /**
   * @param context - What the panel works with.
   * @param document - The notebook.
   */
  constructor(
    protected readonly context: IPanelContext,
    protected readonly document: PipelineDocument
  ) {
    document.disposed.connect(this.dispose, this);
    document.analysisChanged.connect(this._onAnalysis, this);
  }

  /** Anything of it changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Why the last step came to nothing. */
  get problem(): IProblem | null {
    return this._problem;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.document.analysisChanged.disconnect(this._onAnalysis, this);
    Signal.clearData(this);
  }

  /** Say that something changed. */
  protected touch(): void {
    this._changed.emit();
  }

  /** Note why a step came to nothing; null forgets it. */
  protected set(problem: IProblem | null): void {
    this._problem = problem;
    this._unanswered = null;
    this.touch();
  }

  /** Note what went wrong; that the server does not answer, until it does. */
  protected fail(error: unknown): void {
    this.set(problemOf(error));
    if (error instanceof NoAnswer) {
      this._unanswered = { before: this.document.analysis };
      if (Date.now() - this._nudged > RARELY) {
        this._nudged = Date.now();
        this.document.askAgain();
      }
    }
  }

  /** Go on, once a server answers that did not. */
  protected recover(): void {
    this.set(null);
  }

  private _onAnalysis({ analysis, answer }: PipelineDocument): void {
    const { _unanswered: unanswered } = this;
    if (
      unanswered !== null &&
      answer.failure === null &&
      analysis !== unanswered.before
    ) {
      this._unanswered = null;
      this.recover();
    }
  }

  private _problem: IProblem | null = null;
  /** The analysis that was the last one when the server did not answer. */
  private _unanswered: { readonly before: IAnalysis | null } | null = null;
  private _nudged = 0;
  private _isDisposed = false;
  private _changed = new Signal<this, void>(this);
}

/** A matter that takes steps, one after the other. Each is in a phase; `idle` is between them. */
export abstract class Task<Phase extends string> extends NotebookMatter {
  /** What is being done. */
  get phase(): Phase | 'idle' {
    return this._phase;
  }

  /**
   * Take a step, unless one is being taken. What goes wrong becomes the problem.
   *
   * @param phase - What it does at first.
   * @param act - What it does.
   * @returns What the step returned; null when it came to nothing.
   */
  protected async attempt<T>(
    phase: Phase,
    act: () => Promise<T>
  ): Promise<T | null> {
    if (this._phase !== 'idle') {
      return null;
    }
    this._phase = phase;
    this.set(null);
    try {
      return await act();
    } catch (error) {
      this.fail(error);
      return null;
    } finally {
      this.enter('idle');
    }
  }

  /** Go on with the step's next phase. */
  protected enter(phase: Phase | 'idle'): void {
    this._phase = phase;
    this.touch();
  }

  private _phase: Phase | 'idle' = 'idle';
}

/**
 * One object for every notebook, whoever asks.
 *
 * @param make - Makes it when it is first asked for.
 */
export function oncePerNotebook<T>(
  make: (context: IPanelContext, document: PipelineDocument) => T
): (context: IPanelContext, document: PipelineDocument) => T {
  const made = new WeakMap<PipelineDocument, T>();
  return (context, document) => {
    let one = made.get(document);
    if (one === undefined) {
      one = make(context, document);
      made.set(document, one);
    }
    return one;
  };
}
