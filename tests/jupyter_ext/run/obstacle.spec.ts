import { nullTranslator } from '@jupyterlab/translation';

import type { IEnvironment } from '../../../jupyter_ext/src/protocol';
import { obstacle } from '../../../jupyter_ext/src/run/obstacle';

const trans = nullTranslator.load('jupyterlab_nb2pipe');

function environment(change: Partial<IEnvironment> = {}): IEnvironment {
  return {
    nb2pipe: { version: '0.1.0', python: '/tool/bin/python' },
    kernel: { name: 'python3', python: '/env/bin/python', version: '3.12.1' },
    same: false,
    missing: [],
    needed: [],
    problem: null,
    ...change
  };
}

const missing = (module: string, optional: boolean) => ({
  module,
  cell: 'imports',
  line: 1,
  optional
});

describe('what keeps a notebook from running', () => {
  it('is nothing when nothing is missing', () => {
    expect(obstacle(environment(), trans)).toBeNull();
  });

  it('is an import that the environment lacks, named once', () => {
    const found = obstacle(
      environment({
        missing: [missing('torch', false), missing('torch', false)]
      }),
      trans
    );
    expect(found?.message).toContain(': torch.');
    expect(found?.place).toBe('/env/bin/python');
  });

  it('is not an import that the notebook can do without', () => {
    const lacking = environment({ missing: [missing('torch', true)] });
    expect(obstacle(lacking, trans)).toBeNull();
  });

  it('is a kernel that lacks what stages need', () => {
    const lacking = environment({ needed: ['cloudpickle'] });
    expect(obstacle(lacking, trans)?.message).toContain('cloudpickle');
  });

  it('is first of all a kernel that cannot be used', () => {
    const problem = { message: 'no such kernel', place: 'r', advice: '' };
    const unusable = environment({ problem, needed: ['ipykernel'] });
    expect(obstacle(unusable, trans)).toBe(problem);
  });
});
