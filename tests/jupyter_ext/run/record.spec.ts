import { JobRecord } from '../../../jupyter_ext/src/run/record';
import { fold, newRun } from '../../../jupyter_ext/src/run/state';

import { job, numbered, WHOLE } from './events';

const events = numbered(WHOLE);
const end = WHOLE.reduce(fold, newRun(job()));

describe('the record of a job', () => {
  it('folds events in whatever order they come', () => {
    const record = new JobRecord(job());
    [...events].reverse().forEach(event => record.receive(event));
    expect(record.state).toEqual(end);
    expect(record.hasGap).toBe(false);
  });

  it('counts events that come twice once', () => {
    const record = new JobRecord(job());
    for (const event of events) {
      record.receive(event);
      expect(record.receive(event)).toBe(false);
    }
    expect(record.state).toEqual(end);
  });

  it('holds back what comes before its turn', () => {
    const record = new JobRecord(job());
    record.receive(events[0]);
    expect(record.receive(events[2])).toBe(false);
    expect(record.seq).toBe(1);
    expect(record.hasGap).toBe(true);
    expect(record.receive(events[1])).toBe(true);
    expect(record.seq).toBe(3);
  });

  it('fills every gap from the history', () => {
    for (let missing = 0; missing < events.length; missing++) {
      const record = new JobRecord(job());
      events.forEach((event, index) => {
        if (index !== missing) {
          record.receive(event);
        }
      });
      record.catchUp({
        job: job({ status: 'succeeded', seq: events.length }),
        events: events.slice(record.seq)
      });
      expect(record.state.stages).toEqual(end.stages);
      expect(record.state.metrics).toEqual(end.metrics);
      expect(record.state.status).toBe('succeeded');
    }
  });

  it('does not go back when an answer was overtaken', () => {
    const record = new JobRecord(job());
    events.forEach(event => record.receive(event));
    const old = { job: job({ seq: 3 }), events: events.slice(0, 3) };
    expect(record.catchUp(old)).toBe(false);
    expect(record.state).toEqual(end);
  });

  it('learns the end of a run that died without a word', () => {
    const record = new JobRecord(job());
    events.slice(0, 4).forEach(event => record.receive(event));
    record.catchUp({
      job: job({ status: 'failed', exit_code: -9, seq: 4 }),
      events: []
    });
    expect(record.state.status).toBe('failed');
    expect(record.state.stages[0].status).toBe('skipped');
  });
});
