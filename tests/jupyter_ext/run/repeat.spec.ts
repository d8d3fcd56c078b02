import type { IParameter, Value } from '../../../jupyter_ext/src/protocol';
import { valuesOf } from '../../../jupyter_ext/src/run/repeat';

function parameter(name: string, value: Value): IParameter {
  return {
    name,
    default: value,
    source: JSON.stringify(value),
    annotation: '',
    kinds: [],
    choices: [],
    help: '',
    cell: 'parameters',
    line: 1
  };
}

describe('the values of a past run', () => {
  const parameters = [
    parameter('months', 9),
    parameter('features', ['a', 'b']),
    parameter('scoring', 'roc_auc')
  ];

  it('are those that differ from what the notebook says', () => {
    const run = {
      parameters: { months: 6, features: ['a', 'b'], scoring: 'f1' }
    };
    expect(valuesOf(run, parameters)).toEqual({ months: 6, scoring: 'f1' });
  });

  it('leave out parameters that the notebook no longer has', () => {
    expect(valuesOf({ parameters: { gone: 1 } }, parameters)).toEqual({});
  });

  it('do not miss a value that is null, zero or empty', () => {
    const run = { parameters: { months: 0, features: [], scoring: null } };
    expect(valuesOf(run, parameters)).toEqual(run.parameters);
  });
});
