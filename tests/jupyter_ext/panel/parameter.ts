import type { IParameter } from '../../../jupyter_ext/src/protocol';

/** A parameter of the pipeline with what a test says of it. */
export function parameter(said: Partial<IParameter>): IParameter {
  return {
    name: 'x',
    default: 1,
    source: '1',
    annotation: '',
    kinds: ['int'],
    choices: [],
    help: '',
    cell: 'parameters',
    line: 1,
    ...said
  };
}
