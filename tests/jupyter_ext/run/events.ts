import type {
  IJob,
  IJobEvent,
  RunEvent
} from '../../../jupyter_ext/src/protocol';

const RUN = { run_id: '20261124-101010-abc123' };

/** A job that has just begun. */
export function job(change: Partial<IJob> = {}): IJob {
  return {
    id: 'j1',
    path: 'work/churn.ipynb',
    status: 'running',
    started: '2026-11-24T10:10:10.000+00:00',
    ended: null,
    parameters: {},
    until: null,
    run_id: null,
    exit_code: null,
    seq: 0,
    ...change
  };
}

/** The time so many seconds after the run began. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 10, 24, 10, 10, 10 + seconds)).toISOString();
}

/** A stage that ended. */
export function finished(
  stage: string,
  change: Partial<Extract<RunEvent, { event: 'stage-finished' }>> = {}
): RunEvent {
  return {
    ...RUN,
    event: 'stage-finished',
    time: at(5),
    stage,
    status: 'ran',
    seconds: 1.5,
    reason: 'ran: first run',
    error: '',
    cell: null,
    line: null,
    notebook: `work/.nb2pipe/runs/${RUN.run_id}/${stage}.ipynb`,
    metrics: {},
    ...change
  };
}

/** A run of two stages, from its beginning to its end. */
export const WHOLE: readonly RunEvent[] = [
  {
    ...RUN,
    event: 'run-started',
    time: at(0),
    pipeline: 'churn',
    version: '0.1.0',
    stages: ['load', 'train'],
    parameters: {}
  },
  { event: 'log', time: at(0), text: 'churn: 2 stages' },
  {
    ...RUN,
    event: 'stage-started',
    time: at(1),
    stage: 'load',
    reason: 'ran: first run',
    cells: ['read', 'clean']
  },
  { ...RUN, event: 'cell-started', time: at(1), stage: 'load', cell: 'read' },
  {
    ...RUN,
    event: 'cell-finished',
    time: at(2),
    stage: 'load',
    cell: 'read',
    seconds: 0.5,
    failed: false
  },
  finished('load'),
  finished('train', { status: 'reused', seconds: 0, metrics: { auc: 0.78 } }),
  { ...RUN, event: 'note', time: at(6), message: 'The lock is older.' },
  {
    ...RUN,
    event: 'run-finished',
    time: at(6),
    status: 'succeeded',
    seconds: 6,
    metrics: { auc: 0.78 }
  },
  {
    event: 'job',
    time: at(6),
    job: job({ status: 'succeeded', ended: at(6), exit_code: 0, seq: 10 })
  }
];

/** Events as they travel on the bus, numbered from 1. */
export function numbered(events: readonly RunEvent[], id = 'j1'): IJobEvent[] {
  return events.map((event, index) => ({ job: id, seq: index + 1, event }));
}
