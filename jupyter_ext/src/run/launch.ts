import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { PipelineDocument } from '../document';
import type { IPanelContext } from '../panel/context';
import type { IEnvironment, IProblem, Value } from '../protocol';
import { RequestFailed } from '../server';
import { type IRunState, isActive } from './state';

/** What a launch is doing; `idle` is before, between and after launches. */
export type LaunchPhase = 'idle' | 'saving' | 'checking' | 'starting';

/** What to run. */
export interface ILaunchOptions {
  /** The last stage to run; all when there is none. */
  readonly until?: string | null;
  /** Reuse nothing. */
  readonly force?: boolean;
  /** The parameters' values; those of the document when there are none. */
  readonly parameters?: { [name: string]: Value };
}

/**
 * The way of one notebook to a run: it is saved, its environment is looked at, the run is started.
 *
 * It outlives the section that shows it, so that a command and the panel say the same.
 */
export class Launch implements IDisposable {
  /**
   * @param context - What the panel works with.
   * @param document - The notebook.
   */
  constructor(context: IPanelContext, document: PipelineDocument) {
    this._context = context;
    this._document = document;
    document.disposed.connect(() => this.dispose(), this);
  }

  /** Phase, environment or problem changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What is being done. */
  get phase(): LaunchPhase {
    return this._phase;
  }

  /** Where the stages would run; null as long as that was not asked. */
  get environment(): IEnvironment | null {
    return this._environment;
  }

  /** Why the last launch came to nothing. */
  get problem(): IProblem | null {
    return this._problem;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Look at the environment, without running anything. */
  async look(): Promise<void> {
    if (this._phase !== 'idle') {
      return;
    }
    await this._attempt('checking', () => this._look());
  }

  /**
   * Run.
   *
   * @param options - What to run.
   * @returns The run; null when it came to nothing, in which case `problem` says why.
   */
  async start(options: ILaunchOptions = {}): Promise<IRunState | null> {
    const { trans } = this._context;
    if (this._phase !== 'idle') {
      return null;
    }
    const { runState } = this._document;
    if (runState !== null && isActive(runState)) {
      const message = trans.__('A run of this notebook goes on.');
      const advice = trans.__('Wait until it has ended, or cancel it.');
      this._set({ problem: { message, place: '', advice } });
      return null;
    }
    return this._attempt('saving', async () => {
      await save(this._document, trans);
      this._set({ phase: 'checking' });
      const environment = await this._look();
      const reason = obstacle(environment, trans);
      if (reason) {
        this._set({ problem: reason });
        return null;
      }
      this._set({ phase: 'starting' });
      return this._context.jobs.start({
        path: this._document.path,
        parameters: options.parameters ?? { ...this._document.values },
        until: options.until ?? null,
        force: options.force ?? false
      });
    });
  }

  /** Forget the problem. */
  dismiss(): void {
    this._set({ problem: null });
  }

  /**
   * Ask the server to end a run; what goes wrong is the launch's problem.
   *
   * @param id - The job's id.
   */
  async cancel(id: string): Promise<void> {
    try {
      await this._context.jobs.cancel(id);
    } catch (error) {
      this._set({ problem: problemOf(error) });
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private async _look(): Promise<IEnvironment> {
    const environment = await this._context.client.environment({
      path: this._document.path,
      content: this._document.content()
    });
    this._set({ environment });
    return environment;
  }

  private async _attempt<T>(
    phase: LaunchPhase,
    act: () => Promise<T>
  ): Promise<T | null> {
    this._set({ phase, problem: null });
    try {
      return await act();
    } catch (error) {
      this._set({ problem: problemOf(error) });
      return null;
    } finally {
      this._set({ phase: 'idle' });
    }
  }

  private _set(change: {
    phase?: LaunchPhase;
    problem?: IProblem | null;
    environment?: IEnvironment;
  }): void {
    this._phase = change.phase ?? this._phase;
    this._environment = change.environment ?? this._environment;
    if (change.problem !== undefined) {
      this._problem = change.problem;
    }
    this._changed.emit();
  }

  private _context: IPanelContext;
  private _document: PipelineDocument;
  private _phase: LaunchPhase = 'idle';
  private _environment: IEnvironment | null = null;
  private _problem: IProblem | null = null;
  private _isDisposed = false;
  private _changed = new Signal<this, void>(this);
}

const launches = new WeakMap<PipelineDocument, Launch>();

/** The launch of a notebook: one, whoever asks. */
export function launchOf(
  context: IPanelContext,
  document: PipelineDocument
): Launch {
  let launch = launches.get(document);
  if (launch === undefined) {
    launch = new Launch(context, document);
    launches.set(document, launch);
  }
  return launch;
}

/**
 * Save a notebook, so that the server reads what the user sees.
 *
 * @throws RequestFailed when it cannot be saved; whatever the contents' manager throws.
 */
export async function save(
  document: PipelineDocument,
  trans: TranslationBundle
): Promise<void> {
  const { context } = document.panel;
  // Under collaboration the server's file may lag behind a model that counts as saved.
  if (!context.model.dirty && !context.model.collaborative) {
    return;
  }
  if (document.isReadOnly) {
    throw new RequestFailed(0, {
      message: trans.__('The notebook has changes and cannot be saved.'),
      place: document.path,
      advice: trans.__('Save it under another name first.')
    });
  }
  await context.save();
}

/** What went wrong, in the server's words where it has some. */
export function problemOf(error: unknown): IProblem {
  if (error instanceof RequestFailed) {
    return error.problem;
  }
  const message = error instanceof Error ? error.message : String(error);
  return { message, place: '', advice: '' };
}

/**
 * Why stages cannot run in an environment.
 *
 * @returns The first reason; null when there is none. Imports that the notebook itself can do
 * without are none.
 */
export function obstacle(
  environment: IEnvironment,
  trans: TranslationBundle
): IProblem | null {
  if (environment.problem) {
    return environment.problem;
  }
  const place = environment.kernel?.python ?? '';
  if (environment.needed.length > 0) {
    return {
      message: trans.__(
        'The kernel’s environment lacks what stages need to run: %1.',
        environment.needed.join(', ')
      ),
      place,
      advice: trans.__('Install it there, or choose another kernel.')
    };
  }
  const missing = environment.missing.filter(item => !item.optional);
  if (missing.length > 0) {
    const names = [...new Set(missing.map(item => item.module))];
    return {
      message: trans.__(
        'The notebook imports what the kernel’s environment lacks: %1.',
        names.join(', ')
      ),
      place,
      advice: trans.__('Install it there, or choose another kernel.')
    };
  }
  return null;
}
