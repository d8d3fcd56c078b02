import { Graph, layout as dagreLayout } from '@dagrejs/dagre';

import type { IGraphModel } from './model';

/** A place in the drawing, in pixels from its top left corner. */
export interface IPoint {
  readonly x: number;
  readonly y: number;
}

/** Where a box is: its centre, and how large. */
export interface IBox extends IPoint {
  readonly width: number;
  readonly height: number;
}

/** Where a link runs and where its label stands. */
export interface IPlacedLink {
  readonly from: string;
  readonly to: string;
  readonly points: readonly IPoint[];
  readonly label: IBox;
}

/** Down the page in a narrow panel, from left to right in a wide one. */
export type Direction = 'down' | 'right';

/** A graph with a place for everything. */
export interface IGraphLayout {
  readonly direction: Direction;
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, IBox>;
  readonly links: readonly IPlacedLink[];
}

/** The height of a stage's box: two lines of text. */
export const NODE_HEIGHT = 44;

/** From this width on the graph runs from left to right. */
const WIDE = 640;

const MARGIN = 10;

/**
 * The direction in which a graph is drawn.
 *
 * @param width - The width there is, in pixels.
 */
export function directionFor(width: number): Direction {
  return width >= WIDE ? 'right' : 'down';
}

/**
 * About how wide a text is when drawn.
 *
 * An estimate without a browser keeps the layout pure. Boxes are a little wider than most texts;
 * characters of full width count double.
 *
 * @param text - The text.
 * @param size - The size of the font in pixels.
 */
export function textWidth(text: string, size: number): number {
  let units = 0;
  for (const character of text) {
    units += (character.codePointAt(0) ?? 0) >= 0x1100 ? 1.05 : 0.62;
  }
  return Math.ceil(units * size);
}

/**
 * Give every stage, link and label of a graph its place.
 *
 * @param model - The graph.
 * @param direction - Where the values flow to.
 * @param labels - The label of each of the model's links, in the same order; empty for none.
 */
export function layout(
  model: IGraphModel,
  direction: Direction,
  labels: readonly string[]
): IGraphLayout {
  const graph = new Graph()
    .setGraph({
      ranker: 'tight-tree',
      rankdir: direction === 'down' ? 'TB' : 'LR',
      nodesep: 18,
      edgesep: 10,
      ranksep: direction === 'down' ? 22 : 28,
      marginx: MARGIN,
      marginy: MARGIN
    })
    .setDefaultEdgeLabel(() => ({}));
  const ids = idsOf(model);
  for (const { name } of model.nodes) {
    const width = Math.max(120, textWidth(name, 13) + 52);
    graph.setNode(ids(name), { width, height: NODE_HEIGHT });
  }
  model.links.forEach(({ from, to }, index) => {
    const label = labels[index] ?? '';
    const width = label === '' ? 0 : textWidth(label, 11) + 8;
    const height = label === '' ? 0 : 16;
    graph.setEdge(ids(from), ids(to), { width, height, labelpos: 'c' });
  });
  dagreLayout(graph);
  return placed(graph, model, direction);
}

/** What dagre knows the stages by: it keeps them in an object, where `__proto__` is no key. */
function idsOf(model: IGraphModel): (name: string) => string {
  const ids = new Map(model.nodes.map(({ name }, at) => [name, `stage-${at}`]));
  return name => ids.get(name) ?? name;
}

/** What dagre wrote into its graph, as our own nouns. */
function placed(
  graph: Graph,
  model: IGraphModel,
  direction: Direction
): IGraphLayout {
  const ids = idsOf(model);
  const nodes = new Map<string, IBox>();
  for (const { name } of model.nodes) {
    const { x, y, width, height } = graph.node(ids(name)) as IBox;
    nodes.set(name, { x, y, width, height });
  }
  const links = model.links.map(({ from, to }) => {
    const edge = graph.edge(ids(from), ids(to)) as Partial<IBox> & {
      points?: IPoint[];
    };
    const points = (edge.points ?? []).map(({ x, y }) => ({ x, y }));
    const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
    const { x = middle.x, y = middle.y, width = 0, height = 0 } = edge;
    return { from, to, points, label: { x, y, width, height } };
  });
  const boxes = [...nodes.values(), ...links.map(({ label }) => label)];
  const right = boxes.map(({ x, width }) => x + width / 2);
  const bottom = boxes.map(({ y, height }) => y + height / 2);
  return {
    direction,
    width: Math.ceil(Math.max(0, ...right) + MARGIN),
    height: Math.ceil(Math.max(0, ...bottom) + MARGIN),
    nodes,
    links
  };
}

/**
 * The path of a link as SVG has it: through the points, round at the corners.
 *
 * @param points - Where the link runs.
 */
export function path(points: readonly IPoint[]): string {
  const [first, ...rest] = points;
  if (first === undefined || rest.length === 0) {
    return '';
  }
  const last = rest[rest.length - 1];
  let text = `M${round(first.x)},${round(first.y)}`;
  rest.slice(0, -1).forEach((point, index) => {
    const next = rest[index + 1];
    // Every inner point bends the curve; it passes half-way between two of them.
    const end =
      index === rest.length - 2
        ? last
        : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    text += `Q${round(point.x)},${round(point.y)} ${round(end.x)},${round(end.y)}`;
  });
  return rest.length === 1 ? `${text}L${round(last.x)},${round(last.y)}` : text;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
