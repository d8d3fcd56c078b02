import './structuredClone';

import {
  type Direction,
  directionFor,
  type IBox,
  type IGraphLayout,
  layout,
  path,
  textWidth
} from '../../../jupyter_ext/src/graph/layout';
import { graphModel } from '../../../jupyter_ext/src/graph/model';
import type { IAnalysis } from '../../../jupyter_ext/src/protocol';

import { analysis, CHURN, edge } from './analysis';

function laidOut(result: IAnalysis, direction: Direction): IGraphLayout {
  const model = graphModel(result);
  const labels = model.links.map(({ variables }) => variables.join(', '));
  return layout(model, direction, labels);
}

function overlap(one: IBox, other: IBox): boolean {
  return (
    Math.abs(one.x - other.x) < (one.width + other.width) / 2 &&
    Math.abs(one.y - other.y) < (one.height + other.height) / 2
  );
}

/** Pairs of boxes that lie on one another. */
function overlaps(boxes: readonly IBox[]): [IBox, IBox][] {
  return boxes.flatMap((one, at) =>
    boxes
      .slice(at + 1)
      .filter(other => overlap(one, other))
      .map((other): [IBox, IBox] => [one, other])
  );
}

/** Stages in layers, each fed by some of the layer before: the same for the same seed. */
function layered(
  seed: number,
  layers: number,
  wide: number,
  density = 0.5
): IAnalysis {
  let state = seed;
  const random = () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  const name = (layer: number, at: number) =>
    `stage_${layer}_${'x'.repeat(at * 3)}`;
  const stages: string[] = [];
  const edges = [];
  for (let layer = 0; layer < layers; layer++) {
    for (let at = 0; at < wide; at++) {
      stages.push(name(layer, at));
      for (let from = 0; layer > 0 && from < wide; from++) {
        if (random() < density) {
          edges.push(
            edge(name(layer - 1, from), name(layer, at), `value_${from}`)
          );
        }
      }
    }
  }
  return analysis(stages, edges);
}

const EXAMPLES: [string, IAnalysis][] = [
  ['churn', CHURN],
  ['one stage', analysis(['load'], [])],
  ['stages without links', analysis(['a', 'b', 'c'], [])],
  ['an order without values', analysis(['a', 'b'], [edge('a', 'b', null)])],
  ['names like those of objects', analysis(['constructor', '__proto__'], [])],
  ...[1, 2, 3].map((seed): [string, IAnalysis] => [
    `random ${seed}`,
    layered(seed, 5, 4)
  ])
];

describe.each(EXAMPLES)('the layout of %s', (_, example) => {
  it.each(['down', 'right'] as const)('has no overlaps (%s)', direction => {
    const placed = laidOut(example, direction);
    const labels = placed.links
      .map(({ label }) => label)
      .filter(({ width }) => width > 0);
    expect(placed.nodes.size).toBe(example.stages.length);
    expect(overlaps([...placed.nodes.values(), ...labels])).toEqual([]);
  });

  it.each(['down', 'right'] as const)('flows one way (%s)', direction => {
    const placed = laidOut(example, direction);
    const axis = direction === 'down' ? 'y' : 'x';
    for (const { from, to } of placed.links) {
      const [source, target] = [placed.nodes.get(from), placed.nodes.get(to)];
      expect(source![axis]).toBeLessThan(target![axis]);
    }
  });

  it('lies within its bounds', () => {
    const placed = laidOut(example, 'down');
    for (const { x, y, width, height } of placed.nodes.values()) {
      expect(x - width / 2).toBeGreaterThanOrEqual(0);
      expect(y - height / 2).toBeGreaterThanOrEqual(0);
      expect(x + width / 2).toBeLessThanOrEqual(placed.width);
      expect(y + height / 2).toBeLessThanOrEqual(placed.height);
    }
  });

  it('is the same each time', () => {
    expect(laidOut(example, 'down')).toEqual(laidOut(example, 'down'));
  });
});

describe('a stage', () => {
  it('is wide enough for its name', () => {
    const name = 'a_rather_long_name_for_a_stage_of_a_pipeline';
    const { width } = laidOut(analysis([name], []), 'down').nodes.get(name)!;
    expect(width).toBeGreaterThan(textWidth(name, 13));
  });
});

describe('directionFor', () => {
  it('is down in a side panel and right where there is room', () => {
    expect(directionFor(300)).toBe('down');
    expect(directionFor(900)).toBe('right');
  });
});

describe('a layout of 200 stages', () => {
  it('takes no more than a few seconds, on a busy machine', () => {
    const large = layered(7, 40, 5, 0.2);
    const start = performance.now();
    expect(laidOut(large, 'down').nodes.size).toBe(200);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('path', () => {
  it('begins and ends where the link does', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 10, y: 20 },
      { x: 10, y: 40 },
      { x: 5, y: 60 }
    ];
    expect(path(points)).toBe('M0,0Q10,20 10,30Q10,40 5,60');
    expect(path(points.slice(0, 2))).toBe('M0,0L10,20');
    expect(path([])).toBe('');
  });
});
