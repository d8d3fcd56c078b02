import { URLExt } from '@jupyterlab/coreutils';
import { type Event, ServerConnection } from '@jupyterlab/services';

import type { IPanelContext } from './panel/context';
import { loadedOnce } from './loading';
import { type IJob, JOB_SCHEMA } from './protocol';
import { NAMESPACE } from './tokens';

/** What is there from the start of the page. */
export type StartContext = Omit<IPanelContext, 'client' | 'jobs'>;

/**
 * What the panel works with. The code that follows runs is loaded when it is first needed: for the
 * panel, for a command, or because a run goes on at the server.
 */
export class LazyContext {
  /**
   * @param start - What is there from the start of the page.
   */
  constructor(readonly start: StartContext) {}

  /**
   * All of it.
   *
   * @throws whatever hinders the browser from loading code; the next call tries again.
   */
  readonly get = loadedOnce(() => this._load());

  /** Load it as soon as a run goes on, whoever began it: a run survives the page. */
  async watch(): Promise<void> {
    const { stream } = this.start.app.serviceManager.events;
    stream.connect(this._onEvent, this);
    try {
      if (await this._hasRuns()) {
        await this.get();
      }
    } catch {
      // Without the server part there are no runs; the panel says what is missing.
    }
  }

  /** The least that tells whether more is needed: the server's client is loaded with that. */
  private async _hasRuns(): Promise<boolean> {
    const { serverSettings } = this.start.app.serviceManager;
    const url = URLExt.join(serverSettings.baseUrl, NAMESPACE, 'jobs');
    const init = { cache: 'no-store' } as const;
    const response = await ServerConnection.makeRequest(
      url,
      init,
      serverSettings
    );
    const { jobs } = (await response.json()) as { jobs?: IJob[] };
    return jobs?.some(job => job.ended === null) ?? false;
  }

  private _onEvent(_: unknown, event: Event.Emission): void {
    if (event.schema_id === JOB_SCHEMA) {
      const { stream } = this.start.app.serviceManager.events;
      stream.disconnect(this._onEvent, this);
      this.get().catch((error: unknown) => {
        console.error('What follows runs could not be loaded.', error);
      });
    }
  }

  private async _load(): Promise<IPanelContext> {
    const { followRuns } = await import('./run/following');
    return followRuns(this.start);
  }
}
