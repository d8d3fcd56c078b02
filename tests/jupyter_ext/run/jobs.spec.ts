import type { Event } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import {
  type IJob,
  type IJobEvent,
  JOB_SCHEMA
} from '../../../jupyter_ext/src/protocol';
import { Jobs, type JobsClient } from '../../../jupyter_ext/src/run/jobs';
import { RequestFailed } from '../../../jupyter_ext/src/server';

import { job, numbered, WHOLE } from './events';

const EVENTS = numbered(WHOLE);

/** The history of jobs, which can be asked, and a bus that loses what it is told to lose. */
class Histories implements JobsClient {
  readonly bus = new Signal<object, Event.Emission>({});
  readonly asked: number[] = [];
  jobsKnown = new Map<string, { job: IJob; events: IJobEvent[] }>();

  add(known: IJob): void {
    this.jobsKnown.set(known.id, { job: known, events: [] });
  }

  happen(event: IJobEvent, isLost = false): void {
    const known = this.jobsKnown.get(event.job);
    if (known) {
      known.events.push(event);
      const said = event.event.event === 'job' ? event.event.job : known.job;
      known.job = {
        ...said,
        id: event.job,
        path: known.job.path,
        seq: event.seq
      };
    }
    if (!isLost) {
      this.bus.emit({
        schema_id: JOB_SCHEMA,
        ...event
      } as unknown as Event.Emission);
    }
  }

  async startJob(): Promise<IJob> {
    const known = job({ id: 'new' });
    this.add(known);
    return known;
  }

  async jobs(): Promise<IJob[]> {
    return [...this.jobsKnown.values()].map(known => known.job);
  }

  async job(
    id: string,
    since = 0
  ): Promise<{ job: IJob; events: IJobEvent[] }> {
    this.asked.push(since);
    const known = this.jobsKnown.get(id);
    if (!known) {
      throw new RequestFailed(404, { message: 'none', place: '', advice: '' });
    }
    return { job: known.job, events: known.events.slice(since) };
  }

  async cancel(id: string): Promise<IJob> {
    return { ...job({ id }), status: 'cancelling', seq: 99 };
  }
}

let histories: Histories;
let jobs: Jobs;

beforeEach(() => {
  jest.useFakeTimers();
  histories = new Histories();
  jobs = new Jobs({ client: histories, stream: histories.bus });
});

afterEach(() => {
  jobs.dispose();
  jest.useRealTimers();
});

const pass = (milliseconds: number) =>
  jest.advanceTimersByTimeAsync(milliseconds);

describe('jobs', () => {
  it('follow a run from its start to its end', async () => {
    const ended: string[] = [];
    jobs.ended.connect((_, state) => ended.push(state.status));
    histories.add(job());
    await jobs.resume();
    EVENTS.forEach(event => histories.happen(event));
    await pass(100);
    expect(jobs.get('j1')?.status).toBe('succeeded');
    expect(jobs.latest('work/churn.ipynb')?.metrics).toEqual({ auc: 0.78 });
    expect(ended).toEqual(['succeeded']);
  });

  it('ask the history for what the bus lost', async () => {
    histories.add(job());
    await jobs.resume();
    histories.asked.length = 0;
    EVENTS.forEach((event, index) => histories.happen(event, index === 3));
    await pass(1000);
    expect(histories.asked).toEqual([3]);
    expect(jobs.get('j1')?.status).toBe('succeeded');
  });

  it('notice that the last events were lost', async () => {
    histories.add(job());
    await jobs.resume();
    EVENTS.forEach((event, index) => histories.happen(event, index > 4));
    await pass(1000);
    expect(jobs.get('j1')?.status).toBe('running');
    await pass(10000);
    expect(jobs.get('j1')?.status).toBe('succeeded');
  });

  it('find a run that another page began', async () => {
    const started: string[] = [];
    jobs.started.connect((_, state) => started.push(state.job.id));
    histories.add(job());
    EVENTS.slice(0, 5).forEach(event => histories.happen(event));
    await pass(1000);
    expect(started).toEqual(['j1']);
    expect(jobs.get('j1')?.stages[0].status).toBe('running');
  });

  it('find after a reload what goes on and what was last', async () => {
    histories.add(job({ id: 'j1', started: '2026-11-24T11:00:00Z' }));
    histories.add(
      job({ id: 'j0', status: 'failed', started: '2026-11-24T10:00:00Z' })
    );
    EVENTS.slice(0, 5).forEach(event => histories.happen(event, true));
    await jobs.resume();
    expect(jobs.latest('work/churn.ipynb')?.job.id).toBe('j1');
    expect(jobs.get('j1')?.stages[0].done).toBe(1);
    expect(jobs.get('j0')).toBeNull();
  });

  it('say that a run is lost when the server was started anew', async () => {
    histories.add(job());
    await jobs.resume();
    histories.happen(EVENTS[0]);
    histories.jobsKnown.clear();
    await pass(10000);
    expect(jobs.get('j1')?.status).toBe('lost');
  });

  it('stop asking when no run goes on', async () => {
    histories.add(job());
    await jobs.resume();
    EVENTS.forEach(event => histories.happen(event));
    await pass(100);
    histories.asked.length = 0;
    await pass(60000);
    expect(histories.asked).toEqual([]);
  });

  it('tell of many events at once', async () => {
    const paths: string[] = [];
    histories.add(job());
    await jobs.resume();
    await pass(100);
    jobs.changed.connect((_, path) => paths.push(path));
    EVENTS.slice(0, 6).forEach(event => histories.happen(event));
    await pass(100);
    expect(paths).toEqual(['work/churn.ipynb']);
  });

  it('follow a notebook that is renamed, or whose folder is', async () => {
    histories.add(job());
    await jobs.resume();
    histories.happen(EVENTS[0]);
    jobs.rename('work/churn.ipynb', 'work/new.ipynb');
    jobs.rename('work', 'done');
    jobs.rename('do', 'other');
    EVENTS.slice(1).forEach((event, index) =>
      histories.happen(event, index === 3)
    );
    await pass(1000);
    expect(jobs.latest('done/new.ipynb')?.status).toBe('succeeded');
    expect(jobs.latest('work/churn.ipynb')).toBeNull();
  });

  it('start a run and cancel it', async () => {
    const state = await jobs.start({
      path: 'work/churn.ipynb',
      parameters: {}
    });
    expect(state.status).toBe('running');
    await jobs.cancel('new');
    expect(jobs.get('new')?.status).toBe('cancelling');
  });

  it('leave events of others alone', async () => {
    histories.bus.emit({ schema_id: 'https://example.org/other', job: 'x' });
    await pass(1000);
    expect(histories.asked).toEqual([]);
  });
});
