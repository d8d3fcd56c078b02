import type { Event } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import {
  type IJob,
  type IJobEvent,
  type IJobRequest,
  JOB_SCHEMA
} from '../protocol';
import { type Client, NoAnswer, RequestFailed } from '../server';
import { JobRecord } from './record';
import { type IRunState, isActive, lost, newRun } from './state';

/** What the jobs need of the server's client. */
export type JobsClient = Pick<Client, 'startJob' | 'jobs' | 'job' | 'cancel'>;

/** How long to wait for events that are missing before the history is asked, in milliseconds. */
const PATIENCE = 300;

/** How often a run is asked after when nothing is heard of it, in milliseconds. */
const SILENCE = 4000;

/** How long changes are gathered before listeners hear of them, in milliseconds. */
const GATHERING = 40;

/**
 * The runs of this server, followed over its event bus.
 *
 * Events may be lost: when the page was reloaded, the connection broke, or the bus was slow. What
 * is missing is asked of the server's history, so that a run survives the page.
 */
export class Jobs implements IDisposable {
  /**
   * @param options - The server's client, and the stream of its event bus.
   */
  constructor(options: Jobs.IOptions) {
    this._client = options.client;
    this._stream = options.stream;
    this._stream.connect(this._onEmission, this);
  }

  /** A run changed; the argument is the path of its notebook. */
  get changed(): ISignal<this, string> {
    return this._changed;
  }

  /** A run that goes on was started here, or was found. */
  get started(): ISignal<this, IRunState> {
    return this._started;
  }

  /** A run that was followed has ended. */
  get ended(): ISignal<this, IRunState> {
    return this._ended;
  }

  /** The server did not answer when it was asked after a run of the notebook at that path. */
  get unanswered(): ISignal<this, string> {
    return this._unanswered;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Find the runs that the server knows: those that go on, and the last one of each notebook.
   *
   * @throws RequestFailed when the server cannot tell.
   */
  async resume(): Promise<void> {
    const jobs = await this._client.jobs();
    const seen = new Set<string>();
    const wanted = jobs.filter(job => {
      const isLast = !seen.has(job.path);
      seen.add(job.path);
      return isLast || isActive(job);
    });
    await Promise.all(
      wanted.map(job => {
        this._adopt(job);
        return this._catchUp(job.id);
      })
    );
  }

  /**
   * Start a run.
   *
   * @param request - What to run.
   * @returns The run, just begun.
   * @throws RequestFailed when the server refuses.
   */
  async start(request: IJobRequest): Promise<IRunState> {
    const job = await this._client.startJob(request);
    this._adopt(job);
    await this._catchUp(job.id);
    return this.get(job.id) ?? newRun(job);
  }

  /**
   * Ask the server to end a run. The end itself comes as an event.
   *
   * @param id - The job's id.
   * @throws RequestFailed when the server refuses.
   */
  async cancel(id: string): Promise<void> {
    const job = await this._client.cancel(id);
    const record = this._records.get(id);
    if (record?.catchUp({ job, events: [] })) {
      this._tell(record);
    }
  }

  /** The run of that id, if it is followed. */
  get(id: string): IRunState | null {
    return this._records.get(id)?.state ?? null;
  }

  /** The last run of a notebook that was started from a browser, if there is one. */
  latest(path: string): IRunState | null {
    let latest: IRunState | null = null;
    for (const { state } of this._records.values()) {
      if (state.job.path !== path) {
        continue;
      }
      if (latest === null || state.job.started >= latest.job.started) {
        latest = state;
      }
    }
    return latest;
  }

  /**
   * A notebook, or a folder of notebooks, was renamed: its runs follow it.
   *
   * @param from - Its path.
   * @param to - Its path now.
   */
  rename(from: string, to: string): void {
    for (const record of this._records.values()) {
      const { path } = record.state.job;
      if (path === from || path.startsWith(`${from}/`)) {
        record.moveTo(to + path.slice(from.length));
        this._tell(record);
      }
    }
  }

  /** Stop listening. Runs go on without us. */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    window.clearInterval(this._watch);
    window.clearTimeout(this._gathering);
    this._waits.forEach(wait => window.clearTimeout(wait));
    Signal.clearData(this);
  }

  private _onEmission(_: unknown, emission: Event.Emission): void {
    if (emission.schema_id !== JOB_SCHEMA) {
      return;
    }
    // The schema is the server's promise on what the rest is.
    this._receive(emission as unknown as IJobEvent);
  }

  private _receive(message: IJobEvent): void {
    const record = this._records.get(message.job);
    if (record === undefined) {
      // Of a run that another page, or the answer that is on its way, began.
      this._await(message.job);
      return;
    }
    this._heard.set(message.job, Date.now());
    if (record.receive(message)) {
      this._tell(record);
    }
    if (record.hasGap) {
      this._await(message.job);
    }
  }

  private _adopt(job: IJob): void {
    if (this._records.has(job.id)) {
      return;
    }
    const record = new JobRecord(job);
    this._records.set(job.id, record);
    this._heard.set(job.id, Date.now());
    if (isActive(record.state)) {
      this._active.add(job.id);
      this._watch ??= window.setInterval(() => this._askAfter(), SILENCE / 2);
      this._started.emit(record.state);
    }
    this._tell(record);
  }

  /** Ask the history soon, unless the events that are missing come. */
  private _await(id: string): void {
    if (this._waits.has(id) || this._isDisposed) {
      return;
    }
    const wait = window.setTimeout(() => {
      this._waits.delete(id);
      const record = this._records.get(id);
      if (record === undefined || record.hasGap) {
        void this._catchUp(id);
      }
    }, PATIENCE);
    this._waits.set(id, wait);
  }

  /** Ask after the runs of which nothing was heard for a while. */
  private _askAfter(): void {
    const now = Date.now();
    for (const id of this._active) {
      if (now - (this._heard.get(id) ?? 0) >= SILENCE) {
        this._heard.set(id, now);
        void this._catchUp(id);
      }
    }
  }

  private async _catchUp(id: string): Promise<void> {
    try {
      const since = this._records.get(id)?.seq ?? 0;
      const history = await this._client.job(id, since);
      if (this._isDisposed) {
        return;
      }
      this._adopt(history.job);
      const record = this._records.get(id);
      if (record?.catchUp(history)) {
        this._tell(record);
      }
    } catch (error) {
      this._onUnanswered(id, error);
    }
  }

  private _onUnanswered(id: string, error: unknown): void {
    const record = this._records.get(id);
    // A server that was started anew knows nothing of the runs before.
    if (record && error instanceof RequestFailed && error.status === 404) {
      record.set(lost(record.state));
      this._tell(record);
    }
    if (record && error instanceof NoAnswer) {
      this._unanswered.emit(record.state.job.path);
    }
    // Whatever else went wrong passes, and the run is asked after again.
  }

  /** Let listeners know, of many events at once. */
  private _tell(record: JobRecord): void {
    const { state } = record;
    this._dirty.add(state.job.path);
    if (!isActive(state) && this._active.delete(state.job.id)) {
      this._flush();
      if (this._active.size === 0) {
        window.clearInterval(this._watch);
        this._watch = undefined;
      }
      this._ended.emit(state);
      return;
    }
    this._gathering ??= window.setTimeout(() => this._flush(), GATHERING);
  }

  private _flush(): void {
    window.clearTimeout(this._gathering);
    this._gathering = undefined;
    const paths = [...this._dirty];
    this._dirty.clear();
    paths.forEach(path => this._changed.emit(path));
  }

  private _client: JobsClient;
  private _stream: Jobs.Stream;
  private _records = new Map<string, JobRecord>();
  private _active = new Set<string>();
  private _heard = new Map<string, number>();
  private _waits = new Map<string, number>();
  private _dirty = new Set<string>();
  private _gathering: number | undefined;
  private _watch: number | undefined;
  private _isDisposed = false;
  private _changed = new Signal<this, string>(this);
  private _started = new Signal<this, IRunState>(this);
  private _ended = new Signal<this, IRunState>(this);
  private _unanswered = new Signal<this, string>(this);
}

/** The namespace of `Jobs`. */
export namespace Jobs {
  /** What carries the events of the server's event bus. */
  export type Stream = Pick<ISignal<unknown, Event.Emission>, 'connect'>;

  /** What jobs are made of. */
  export interface IOptions {
    readonly client: JobsClient;
    readonly stream: Stream;
  }
}
