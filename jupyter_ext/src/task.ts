import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { PipelineDocument } from './document';
import type { IPanelContext } from './panel/context';
import type { IProblem } from './protocol';
import { problemOf } from './server';

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
    Signal.clearData(this);
  }

  /** Say that something changed. */
  protected touch(): void {
    this._changed.emit();
  }

  /** Note why a step came to nothing; null forgets it. */
  protected set(problem: IProblem | null): void {
    this._problem = problem;
    this.touch();
  }

  private _problem: IProblem | null = null;
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
      this.set(problemOf(error));
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
