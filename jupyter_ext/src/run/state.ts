import type { IJob, JobStatus, RunEvent } from '../protocol';

/** What has become of a stage in a run. */
export type StageStatus =
  'waiting' | 'running' | 'ran' | 'reused' | 'failed' | 'skipped';

/** Where a run stands; `lost` is one that the server no longer knows. */
export type RunStatus = JobStatus | 'lost';

/** A stage within a run. */
export interface IStageState {
  readonly name: string;
  readonly status: StageStatus;
  /** When it began, ISO 8601; null before that. */
  readonly started: string | null;
  /** How long it took; null as long as it has not ended. */
  readonly seconds: number | null;
  /** How many cells it has, and how many of them have ended. */
  readonly cells: number;
  readonly done: number;
  /** Why it runs, was reused or was skipped. */
  readonly reason: string;
  /** What went wrong. */
  readonly error: string;
  /** The cell that runs, or the one that failed. */
  readonly cell: string | null;
  /** The line that failed. */
  readonly line: number | null;
  /** Server path of the executed notebook. */
  readonly notebook: string | null;
  readonly metrics: { readonly [name: string]: number };
}

/** A run as its events have told it so far. Never changed: every event makes a new one. */
export interface IRunState {
  readonly job: IJob;
  readonly status: RunStatus;
  /** The stages in the order in which they were announced. */
  readonly stages: readonly IStageState[];
  readonly metrics: { readonly [name: string]: number };
  /** The last lines that nb2pipe wrote for people. */
  readonly log: readonly string[];
  /** How long the run took; null as long as it has not ended. */
  readonly seconds: number | null;
}

/** How many lines of the log are kept. */
export const LOG_LINES = 1000;

/** The state of a run of which no event is known. */
export function newRun(job: IJob): IRunState {
  return {
    job,
    status: job.status,
    stages: [],
    metrics: {},
    log: [],
    seconds: null
  };
}

/** Whether the run goes on. */
export function isActive(state: { readonly status: RunStatus }): boolean {
  return state.status === 'running' || state.status === 'cancelling';
}

/** The stage of that name, if the run has it. */
export function stageOf(
  state: IRunState,
  name: string
): IStageState | undefined {
  return state.stages.find(stage => stage.name === name);
}

/** How many stages have ended, and how many there are. */
export function progressOf(state: IRunState): { ended: number; all: number } {
  const ended = state.stages.filter(
    stage => stage.status !== 'waiting' && stage.status !== 'running'
  );
  return { ended: ended.length, all: state.stages.length };
}

/** The first stage that failed, if one did. */
export function failureOf(state: IRunState): IStageState | undefined {
  return state.stages.find(stage => stage.status === 'failed');
}

/**
 * The run after one more event.
 *
 * @param state - The run so far.
 * @param event - The event that follows.
 * @returns A new state; the same when the event says nothing new.
 */
export function fold(state: IRunState, event: RunEvent): IRunState {
  switch (event.event) {
    case 'run-started':
      return { ...state, stages: event.stages.map(waiting) };
    case 'stage-started':
      return withStage(state, event.stage, () => ({
        status: 'running',
        started: event.time,
        cells: event.cells.length,
        reason: event.reason
      }));
    case 'cell-started':
      return withStage(state, event.stage, () => ({ cell: event.cell }));
    case 'cell-finished':
      return withStage(state, event.stage, stage => ({ done: stage.done + 1 }));
    case 'stage-finished':
      return withStage(state, event.stage, () => ({
        status: event.status,
        seconds: event.seconds,
        reason: event.reason,
        error: event.error,
        cell: event.cell,
        line: event.line,
        notebook: event.notebook,
        metrics: event.metrics
      }));
    case 'run-finished':
      return { ...state, metrics: event.metrics, seconds: event.seconds };
    case 'note':
      return withLine(state, event.message);
    case 'log':
      return withLine(state, event.text);
    case 'job':
      return withJob(state, event.job);
    default:
      return state;
  }
}

/** The run when its server says, outside the stream, what has become of the job. */
export function withJob(state: IRunState, job: IJob): IRunState {
  const next = { ...state, job, status: job.status };
  return isActive(next) ? next : ended(next);
}

/** The run when the server has forgotten it. */
export function lost(state: IRunState): IRunState {
  return ended({ ...state, status: 'lost' });
}

function ended(state: IRunState): IRunState {
  // A run that was ended by force did not say what became of its stages.
  return {
    ...state,
    stages: state.stages.map(stage =>
      stage.status === 'waiting' || stage.status === 'running'
        ? { ...stage, status: 'skipped', cell: null }
        : stage
    )
  };
}

function waiting(name: string): IStageState {
  return {
    name,
    status: 'waiting',
    started: null,
    seconds: null,
    cells: 0,
    done: 0,
    reason: '',
    error: '',
    cell: null,
    line: null,
    notebook: null,
    metrics: {}
  };
}

function withStage(
  state: IRunState,
  name: string,
  change: (stage: IStageState) => Partial<IStageState>
): IRunState {
  const known = stageOf(state, name);
  const stages =
    known === undefined ? [...state.stages, waiting(name)] : state.stages;
  return {
    ...state,
    stages: stages.map(stage =>
      stage.name === name ? { ...stage, ...change(stage) } : stage
    )
  };
}

function withLine(state: IRunState, text: string): IRunState {
  return { ...state, log: [...state.log.slice(1 - LOG_LINES), text] };
}
