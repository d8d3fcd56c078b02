import type { RunEvent } from '../../../jupyter_ext/src/protocol';
import {
  failureOf,
  fold,
  isActive,
  LOG_LINES,
  lost,
  newRun,
  progressOf,
  stageOf,
  withJob
} from '../../../jupyter_ext/src/run/state';

import { at, finished, job, WHOLE } from './events';

const after = (events: readonly RunEvent[]) =>
  events.reduce(fold, newRun(job()));

describe('the state of a run', () => {
  it('begins with stages that wait, in the order announced', () => {
    const state = after(WHOLE.slice(0, 1));
    expect(state.stages.map(stage => [stage.name, stage.status])).toEqual([
      ['load', 'waiting'],
      ['train', 'waiting']
    ]);
    expect(progressOf(state)).toEqual({ ended: 0, all: 2 });
  });

  it('counts the cells of the stage that runs', () => {
    const state = after(WHOLE.slice(0, 5));
    expect(stageOf(state, 'load')).toMatchObject({
      status: 'running',
      started: at(1),
      cells: 2,
      done: 1,
      cell: 'read'
    });
  });

  it('ends with times, metrics and what was reused', () => {
    const state = after(WHOLE);
    expect(isActive(state)).toBe(false);
    expect(state.status).toBe('succeeded');
    expect(state.seconds).toBe(6);
    expect(state.metrics).toEqual({ auc: 0.78 });
    expect(stageOf(state, 'load')).toMatchObject({
      status: 'ran',
      seconds: 1.5
    });
    expect(stageOf(state, 'train')).toMatchObject({ status: 'reused' });
    expect(state.log).toEqual(['churn: 2 stages', 'The lock is older.']);
  });

  it('tells where a stage failed', () => {
    const failure = finished('load', {
      status: 'failed',
      error: 'ValueError: no',
      cell: 'read',
      line: 3
    });
    expect(failureOf(after([...WHOLE.slice(0, 5), failure]))).toMatchObject({
      name: 'load',
      error: 'ValueError: no',
      cell: 'read',
      line: 3
    });
    expect(failureOf(after(WHOLE))).toBeUndefined();
  });

  it('takes in stages that were not announced', () => {
    const state = after([
      ...WHOLE.slice(0, 1),
      finished('report', { status: 'skipped' })
    ]);
    expect(stageOf(state, 'report')?.status).toBe('skipped');
  });

  it('leaves no stage running when the run was ended by force', () => {
    const running = after(WHOLE.slice(0, 5));
    const killed = withJob(running, job({ status: 'cancelled' }));
    expect(killed.stages.map(stage => stage.status)).toEqual([
      'skipped',
      'skipped'
    ]);
    expect(lost(running).status).toBe('lost');
    expect(lost(running).stages[0].status).toBe('skipped');
  });

  it('keeps the last lines of a long log', () => {
    let state = newRun(job());
    for (let line = 0; line < LOG_LINES + 5; line++) {
      state = fold(state, { event: 'log', time: at(0), text: String(line) });
    }
    expect(state.log).toHaveLength(LOG_LINES);
    expect(state.log[0]).toBe('5');
    expect(state.log[LOG_LINES - 1]).toBe(String(LOG_LINES + 4));
  });

  it('never changes a state that was given out', () => {
    const before = after(WHOLE.slice(0, 5));
    const copy = JSON.parse(JSON.stringify(before)) as unknown;
    after(WHOLE);
    fold(before, finished('load'));
    expect(before).toEqual(copy);
  });
});
