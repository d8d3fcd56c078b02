import { graphModel, shape } from '../../../jupyter_ext/src/graph/model';
import type { IDiagnostic } from '../../../jupyter_ext/src/protocol';

import { analysis, CHURN, edge } from './analysis';

function finding(
  cell: string | null,
  severity: 'error' | 'warning'
): IDiagnostic {
  return {
    code: 'NB201',
    severity,
    message: '',
    advice: '',
    cell,
    number: null,
    line: null,
    column: null,
    excerpt: '',
    fix: null
  };
}

describe('graphModel', () => {
  it('makes one link of all edges between two stages', () => {
    const { links } = graphModel(CHURN);
    expect(links).toHaveLength(10);
    const link = links.find(
      ({ from, to }) => from === 'split' && to === 'train'
    );
    expect(link?.variables).toEqual(['X_train', 'y_train']);
    expect(link?.reasons).toHaveLength(2);
  });

  it('names a value once, however many reasons it has', () => {
    const twice = [
      edge('a', 'b', 'x'),
      edge('a', 'b', 'x'),
      edge('a', 'b', null)
    ];
    const [link] = graphModel(analysis(['a', 'b'], twice)).links;
    expect(link.variables).toEqual(['x']);
    expect(link.reasons).toHaveLength(3);
  });

  it('leaves out links to stages that are not there, and to a stage itself', () => {
    const edges = [
      edge('a', 'gone', 'x'),
      edge('gone', 'a', 'x'),
      edge('a', 'a', 'x')
    ];
    expect(graphModel(analysis(['a'], edges)).links).toEqual([]);
  });

  it('counts the findings in the cells of each stage', () => {
    const result = {
      ...CHURN,
      diagnostics: [
        finding('load-cell', 'error'),
        finding('load-cell', 'warning'),
        finding('train-cell', 'warning'),
        finding(null, 'error')
      ]
    };
    const { nodes } = graphModel(result);
    expect(nodes[0]).toEqual({ name: 'load', errors: 1, warnings: 1 });
    expect(nodes[4]).toEqual({ name: 'train', errors: 0, warnings: 1 });
    expect(nodes.reduce((sum, node) => sum + node.errors, 0)).toBe(1);
  });
});

describe('shape', () => {
  it('does not change with the reasons or the number of findings', () => {
    const one = { ...CHURN, diagnostics: [finding('load-cell', 'error')] };
    const two = {
      ...CHURN,
      diagnostics: [
        finding('load-cell', 'error'),
        finding('load-cell', 'error')
      ],
      edges: CHURN.edges.map(each => ({ ...each, reason: 'other' }))
    };
    expect(shape(graphModel(one))).toBe(shape(graphModel(two)));
  });

  it('changes with a stage, a link and a value', () => {
    const shapes = [
      CHURN,
      { ...CHURN, stages: CHURN.stages.slice(0, 7) },
      { ...CHURN, edges: CHURN.edges.slice(1) },
      { ...CHURN, edges: [...CHURN.edges, edge('load', 'features', 'more')] }
    ].map(each => shape(graphModel(each)));
    expect(new Set(shapes).size).toBe(4);
  });
});
