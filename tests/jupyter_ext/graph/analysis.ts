import type { IAnalysis, IEdge } from '../../../jupyter_ext/src/protocol';

/** An edge between two stages; the cells are called after them. */
export function edge(from: string, to: string, variable: string | null): IEdge {
  return {
    from,
    to,
    variable,
    producer_cell: `${from}-cell`,
    consumer_cell: `${to}-cell`,
    reason: 'made, then read'
  };
}

/** What the server would say of stages of one cell each, without findings. */
export function analysis(stages: string[], edges: IEdge[]): IAnalysis {
  return {
    pipeline: 'example',
    cells: stages.map(stage => ({
      id: `${stage}-cell`,
      role: 'stage',
      stage,
      metrics: false
    })),
    stages: stages.map(name => ({
      name,
      cells: [`${name}-cell`],
      inputs: [],
      outputs: [],
      parameters: [],
      doc: ''
    })),
    edges,
    parameters: [],
    diagnostics: [],
    error: null
  };
}

/** The pipeline of the churn example, as the server sees it. */
export const CHURN = analysis(
  [
    'load',
    'features',
    'segments',
    'split',
    'train',
    'forest',
    'evaluate',
    'report'
  ],
  [
    edge('load', 'features', 'orders'),
    edge('features', 'segments', 'customers'),
    edge('segments', 'split', 'customers'),
    edge('split', 'train', 'X_train'),
    edge('split', 'train', 'y_train'),
    edge('split', 'forest', 'X_train'),
    edge('split', 'forest', 'y_train'),
    edge('split', 'evaluate', 'X_test'),
    edge('split', 'evaluate', 'y_test'),
    edge('train', 'evaluate', 'model'),
    edge('forest', 'evaluate', 'forest'),
    edge('segments', 'report', 'segments'),
    edge('evaluate', 'report', 'predictions'),
    edge('evaluate', 'report', 'lift')
  ]
);
