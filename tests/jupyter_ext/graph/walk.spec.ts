import './structuredClone';

import { layout } from '../../../jupyter_ext/src/graph/layout';
import { graphModel } from '../../../jupyter_ext/src/graph/model';
import {
  isWalkKey,
  walk,
  type WalkKey
} from '../../../jupyter_ext/src/graph/walk';

import { analysis, CHURN } from './analysis';

const model = graphModel(CHURN);
const labels = model.links.map(({ variables }) => variables.join(', '));
const DOWN = layout(model, 'down', labels);
const RIGHT = layout(model, 'right', labels);

describe('walk', () => {
  it('follows the links from the first stage to the last', () => {
    let current = 'load';
    const seen = [current];
    for (let step = 0; step < 10 && current !== 'report'; step++) {
      current = walk(DOWN, current, 'ArrowDown');
      seen.push(current);
    }
    expect(current).toBe('report');
    const linked = seen
      .slice(1)
      .every((to, at) =>
        model.links.some(link => link.from === seen[at] && link.to === to)
      );
    expect(linked).toBe(true);
  });

  it('follows them back', () => {
    expect(walk(DOWN, 'features', 'ArrowUp')).toBe('load');
    expect(walk(RIGHT, 'features', 'ArrowLeft')).toBe('load');
  });

  it('goes to the stage beside', () => {
    const left = DOWN.nodes.get('train')!.x < DOWN.nodes.get('forest')!.x;
    const [one, other] = left ? ['train', 'forest'] : ['forest', 'train'];
    expect(walk(DOWN, one, 'ArrowRight')).toBe(other);
    expect(walk(DOWN, other, 'ArrowLeft')).toBe(one);
  });

  it('stays at the border', () => {
    expect(walk(DOWN, 'load', 'ArrowUp')).toBe('load');
    expect(walk(DOWN, 'report', 'ArrowDown')).toBe('report');
  });

  it('goes to the first and to the last', () => {
    expect(walk(DOWN, 'train', 'Home')).toBe('load');
    expect(walk(DOWN, 'train', 'End')).toBe('report');
  });

  it('reaches every stage, also without links', () => {
    for (const [result, names] of [
      [CHURN, CHURN.stages.map(({ name }) => name)],
      [analysis(['a', 'b', 'c'], []), ['a', 'b', 'c']]
    ] as const) {
      const graph = graphModel(result);
      const placed = layout(
        graph,
        'down',
        graph.links.map(() => 'x')
      );
      const reached = new Set([names[0]]);
      const keys: WalkKey[] = [
        'ArrowUp',
        'ArrowDown',
        'ArrowLeft',
        'ArrowRight'
      ];
      for (const name of reached) {
        keys.forEach(key => reached.add(walk(placed, name, key)));
      }
      expect([...reached].sort()).toEqual([...names].sort());
    }
  });

  it('begins at the first stage when the current one is gone', () => {
    expect(walk(DOWN, 'gone', 'ArrowDown')).toBe('load');
  });
});

describe('isWalkKey', () => {
  it('knows the keys', () => {
    expect(isWalkKey('ArrowUp')).toBe(true);
    expect(isWalkKey('Enter')).toBe(false);
  });
});
