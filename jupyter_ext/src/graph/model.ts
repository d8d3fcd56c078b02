import type { IAnalysis, IEdge } from '../protocol';

/** A stage as the graph draws it. */
export interface IGraphNode {
  readonly name: string;
  readonly errors: number;
  readonly warnings: number;
}

/** Everything that orders one stage before another, drawn as one line. */
export interface IGraphLink {
  readonly from: string;
  readonly to: string;
  /** The values that cross, each once, in the order of the analysis. */
  readonly variables: readonly string[];
  /** Every reason, cell to cell. */
  readonly reasons: readonly IEdge[];
}

/** The pipeline as nodes and lines. */
export interface IGraphModel {
  readonly nodes: readonly IGraphNode[];
  readonly links: readonly IGraphLink[];
}

/**
 * Make the graph of an analysis.
 *
 * @param analysis - What the server said of the notebook.
 * @returns One node a stage, one link a pair of stages; a link to a stage that is not there is
 * left out.
 */
export function graphModel(analysis: IAnalysis): IGraphModel {
  const stageOfCell = new Map<string, string>();
  for (const stage of analysis.stages) {
    for (const cell of stage.cells) {
      stageOfCell.set(cell, stage.name);
    }
  }
  const count = (name: string, severity: 'error' | 'warning') =>
    analysis.diagnostics.filter(
      finding =>
        finding.severity === severity &&
        finding.cell !== null &&
        stageOfCell.get(finding.cell) === name
    ).length;
  const nodes = analysis.stages.map(({ name }) => ({
    name,
    errors: count(name, 'error'),
    warnings: count(name, 'warning')
  }));
  return {
    nodes,
    links: collapse(analysis.edges, new Set(nodes.map(n => n.name)))
  };
}

/**
 * A text that is the same for graphs that are laid out the same way.
 *
 * @param model - The graph.
 */
export function shape(model: IGraphModel): string {
  return JSON.stringify([
    model.nodes.map(({ name, errors, warnings }) => [
      name,
      errors + warnings > 0
    ]),
    model.links.map(({ from, to, variables }) => [from, to, variables])
  ]);
}

/** One link for all edges between the same two stages. */
function collapse(
  edges: readonly IEdge[],
  stages: ReadonlySet<string>
): IGraphLink[] {
  const links = new Map<
    string,
    { from: string; to: string; reasons: IEdge[] }
  >();
  for (const edge of edges) {
    if (
      !stages.has(edge.from) ||
      !stages.has(edge.to) ||
      edge.from === edge.to
    ) {
      continue;
    }
    // No stage name holds a space.
    const key = `${edge.from} ${edge.to}`;
    const link = links.get(key) ?? {
      from: edge.from,
      to: edge.to,
      reasons: []
    };
    link.reasons.push(edge);
    links.set(key, link);
  }
  return [...links.values()].map(link => ({
    ...link,
    variables: [
      ...new Set(
        link.reasons.flatMap(({ variable }) =>
          variable === null ? [] : [variable]
        )
      )
    ]
  }));
}
