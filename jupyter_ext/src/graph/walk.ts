import type { IGraphLayout } from './layout';

/** The keys that move from stage to stage. */
export type WalkKey =
  'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight' | 'Home' | 'End';

const KEYS: readonly string[] = [
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'Home',
  'End'
];

/** Whether a key moves from stage to stage. */
export function isWalkKey(key: string): key is WalkKey {
  return KEYS.includes(key);
}

/**
 * The stage that a key leads to.
 *
 * Along the flow the keys follow the links, to the neighbour that lies nearest; a stage without a
 * link that way leads to the nearest stage that lies there. Across the flow they lead to the
 * nearest stage beside.
 *
 * @param layout - The graph.
 * @param current - The stage to go from.
 * @param key - The key.
 * @returns The stage, the same one at the border.
 */
export function walk(
  layout: IGraphLayout,
  current: string,
  key: WalkKey
): string {
  const names = [...layout.nodes.keys()];
  if (key === 'Home' || key === 'End') {
    return (key === 'Home' ? names[0] : names[names.length - 1]) ?? current;
  }
  const [axis, sign] = course(key);
  const flow = layout.direction === 'down' ? 'y' : 'x';
  if (axis === flow) {
    const linked = layout.links
      .filter(link => (sign > 0 ? link.from : link.to) === current)
      .map(link => (sign > 0 ? link.to : link.from));
    const found = nearest(layout, current, linked);
    if (found !== null) {
      return found;
    }
  }
  const here = layout.nodes.get(current);
  if (here === undefined) {
    return names[0] ?? current;
  }
  const beyond = names.filter(name => {
    const there = layout.nodes.get(name);
    return there !== undefined && (there[axis] - here[axis]) * sign > 1;
  });
  return nearest(layout, current, beyond) ?? current;
}

function course(key: WalkKey): ['x' | 'y', 1 | -1] {
  const axis = key === 'ArrowUp' || key === 'ArrowDown' ? 'y' : 'x';
  return [axis, key === 'ArrowDown' || key === 'ArrowRight' ? 1 : -1];
}

function nearest(
  layout: IGraphLayout,
  from: string,
  names: readonly string[]
): string | null {
  const here = layout.nodes.get(from);
  let found: string | null = null;
  let least = Infinity;
  for (const name of names) {
    const there = layout.nodes.get(name);
    if (here === undefined || there === undefined || name === from) {
      continue;
    }
    const distance = Math.hypot(there.x - here.x, there.y - here.y);
    if (distance < least) {
      [found, least] = [name, distance];
    }
  }
  return found;
}
