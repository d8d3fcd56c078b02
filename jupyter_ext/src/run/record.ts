import type { IJob, IJobEvent, IJobHistory } from '../protocol';
import { fold, type IRunState, newRun, withJob } from './state';

/**
 * The events of one job in their order, whatever the order in which they come.
 *
 * The event bus broadcasts and does not replay: events may come early, twice, or never. What comes
 * early is held back until the events before it are there; what is missing is asked of the
 * server's history.
 */
export class JobRecord {
  /**
   * @param job - The job as the server described it.
   */
  constructor(job: IJob) {
    this._state = newRun(job);
  }

  /** The run as all events up to `seq` have told it. */
  get state(): IRunState {
    return this._state;
  }

  /** The number of the last event that was folded in. */
  get seq(): number {
    return this._seq;
  }

  /** Whether events are missing before one that is here. */
  get hasGap(): boolean {
    return this._early.size > 0;
  }

  /**
   * Take an event from the bus.
   *
   * @param message - An event of this job.
   * @returns Whether the state changed.
   */
  receive(message: IJobEvent): boolean {
    if (message.seq <= this._seq) {
      return false;
    }
    this._early.set(message.seq, message);
    return this._drain();
  }

  /**
   * Take what the server's history answered.
   *
   * @param history - The job and its events since some number that is not above `seq`.
   * @returns Whether the state changed.
   */
  catchUp(history: IJobHistory): boolean {
    const before = this._state;
    for (const message of history.events) {
      this.receive(message);
    }
    const { job } = history;
    // The answer may be older than events that came over the bus while it was on its way.
    if (job.seq >= this._seq && !isSame(job, this._state.job)) {
      this.set(withJob(this._state, job));
    }
    return this._state !== before;
  }

  /** The notebook was renamed; the server goes on to call it what it was when the run began. */
  moveTo(path: string): void {
    this._path = path;
    this.set(this._state);
  }

  /** Replace the state by something that did not come as an event. */
  set(state: IRunState): void {
    const { job } = state;
    this._state =
      this._path === null || job.path === this._path
        ? state
        : { ...state, job: { ...job, path: this._path } };
  }

  private _drain(): boolean {
    let changed = false;
    let next = this._early.get(this._seq + 1);
    while (next !== undefined) {
      this._early.delete(next.seq);
      this._seq = next.seq;
      this.set(fold(this._state, next.event));
      changed = true;
      next = this._early.get(this._seq + 1);
    }
    return changed;
  }

  private _state: IRunState;
  private _path: string | null = null;
  private _seq = 0;
  private _early = new Map<number, IJobEvent>();
}

function isSame(one: IJob, other: IJob): boolean {
  return (
    one.status === other.status &&
    one.run_id === other.run_id &&
    one.ended === other.ended &&
    one.exit_code === other.exit_code
  );
}
