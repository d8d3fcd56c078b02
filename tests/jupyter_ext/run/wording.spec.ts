import { nullTranslator } from '@jupyterlab/translation';

import { isHidden } from '../../../jupyter_ext/src/hiddenfiles';
import { fold, lost, newRun } from '../../../jupyter_ext/src/run/state';
import {
  cut,
  duration,
  figure,
  standing
} from '../../../jupyter_ext/src/run/wording';

import { job, WHOLE } from './events';

const trans = nullTranslator.load('jupyterlab_nb2pipe');

describe('the standing of a run', () => {
  const after = (count: number) =>
    WHOLE.slice(0, count).reduce(fold, newRun(job()));

  it('follows the run', () => {
    expect(standing(after(0), trans)).toBe('The run begins.');
    expect(standing(after(4), trans)).toBe(
      'Running load; 0 of 2 stages have ended.'
    );
    expect(standing(after(6), trans)).toBe('1 of 2 stages have ended.');
    expect(standing(after(WHOLE.length), trans)).toBe(
      'The run succeeded: 1 ran, 1 reused.'
    );
    expect(standing(lost(after(4)), trans)).toContain('ended with the server');
  });
});

describe('figures for people', () => {
  it.each([
    [0.04, '0.0 s'],
    [3.14, '3.1 s'],
    [12.6, '13 s'],
    [59.7, '1 min 0 s'],
    [185, '3 min 5 s']
  ])('tell %d seconds as %s', (seconds, text) => {
    expect(duration(seconds, trans)).toBe(text);
  });

  it('have as many digits as say something', () => {
    expect(figure(0.7812345678)).toBe('0.781235');
    expect(figure(23570)).toBe('23570');
    expect(figure(1e-9)).toBe('1e-9');
  });
});

describe('messages of notifications', () => {
  it('are cut where JupyterLab would cut them', () => {
    expect(cut('short')).toBe('short');
    expect(cut('x'.repeat(300))).toHaveLength(140);
  });
});

describe('files that the contents hide', () => {
  it('lie in a folder with a dot, or begin with one', () => {
    expect(isHidden('work/.nb2pipe/runs/1/load.ipynb')).toBe(true);
    expect(isHidden('.github/workflows/nb2pipe-churn.yml')).toBe(true);
    expect(isHidden('churn/churn/load.py')).toBe(false);
  });
});
