import type { IEnvironment, IProblem, Value } from '../protocol';
import { notebookContent } from '../content';
import { oncePerNotebook, Task } from '../task';
import { obstacle } from './obstacle';
import { save } from './saving';
import { type IRunState, isActive } from './state';

/** What a launch is doing. */
export type LaunchPhase = 'saving' | 'checking' | 'starting';

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
 */
export class Launch extends Task<LaunchPhase> {
  /** Where the stages would run; null as long as that was not asked. */
  get environment(): IEnvironment | null {
    return this._environment;
  }

  /** Look at the environment, without running anything. */
  look(): Promise<void> {
    this._looking ??= this.attempt('checking', () => this._look()).then(() => {
      this._looking = null;
    });
    return this._looking;
  }

  /**
   * Run, after a look at the environment that goes on.
   *
   * @param options - What to run.
   * @returns The run; null when it came to nothing, in which case `problem` says why.
   */
  async start(options: ILaunchOptions = {}): Promise<IRunState | null> {
    const { trans } = this.context;
    await this._looking;
    if (this.phase !== 'idle') {
      return null;
    }
    const { runState } = this.document;
    if (runState !== null && isActive(runState)) {
      const message = trans.__('A run of this notebook goes on.');
      const advice = trans.__('Wait until it has ended, or cancel it.');
      this.set({ message, place: '', advice });
      return null;
    }
    return this.attempt('saving', async () => {
      await save(this.context, this.document);
      this.enter('checking');
      const reason = obstacle(await this._look(), trans);
      if (reason) {
        this.set(reason);
        return null;
      }
      this.enter('starting');
      return this.context.jobs.start({
        path: this.document.path,
        parameters: options.parameters ?? { ...this.document.values },
        until: options.until ?? null,
        force: options.force ?? false
      });
    });
  }

  /**
   * Ask the server to end a run; what goes wrong is the launch's problem.
   *
   * @param id - The job's id.
   * @returns What goes wrong; null when the server ends it.
   */
  async cancel(id: string): Promise<IProblem | null> {
    try {
      await this.context.jobs.cancel(id);
      return null;
    } catch (error) {
      this.fail(error);
      return this.problem;
    }
  }

  protected override recover(): void {
    if (this._environment === null && this.phase === 'idle') {
      void this.look();
    } else {
      super.recover();
    }
  }

  private async _look(): Promise<IEnvironment> {
    this._environment = await this.context.client.environment({
      path: this.document.path,
      content: notebookContent(this.document.model)
    });
    this.touch();
    return this._environment;
  }

  private _environment: IEnvironment | null = null;
  private _looking: Promise<void> | null = null;
}

/** The launch of a notebook: one, whoever asks. */
export const launchOf = oncePerNotebook(
  (context, document) => new Launch(context, document)
);
