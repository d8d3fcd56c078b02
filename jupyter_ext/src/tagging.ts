/**
 * Which cell belongs to which stage, read from the cells' tags: the rules of `nb2pipe.tags`. Both
 * are tested against the same cases.
 */

import type { Role } from './protocol';
import { nameProblem, proposedName, uniqueName } from './stagenames';

/** What the tagging reads of a cell. */
export interface ICellTags {
  readonly id: string;
  readonly cell_type: string;
  readonly tags: readonly string[];
}

/** What one tag means. */
export type Meaning =
  | { readonly kind: 'stage'; readonly name: string }
  | { readonly kind: 'role'; readonly role: OwnRole }
  | { readonly kind: 'metrics' }
  | { readonly kind: 'after'; readonly name: string };

/** A role that a cell has by a tag of its own, and that is no stage. */
export type OwnRole = 'setup' | 'parameters' | 'skip';

/** A cell with what its tags, and the cells above it, make of it. */
export interface ITaggedCell {
  readonly id: string;
  readonly role: Role;
  readonly isCode: boolean;
  /** The stage it belongs to; for Markdown the one it documents. */
  readonly stage: string | null;
  /** Whether its stage is that of a cell above. */
  readonly inherited: boolean;
  readonly metrics: boolean;
  /** Tags of ours that do nothing, since they stand on a cell without code. */
  readonly unused: readonly string[];
}

/** All cells of a notebook with their roles, in order. */
export interface ITagging {
  readonly cells: readonly ITaggedCell[];
  /** In the order of their first cells. */
  readonly stages: readonly string[];
}

const ROLES: { readonly [tag: string]: OwnRole } = {
  setup: 'setup',
  parameters: 'parameters',
  skip: 'skip',
  imports: 'setup',
  functions: 'setup',
  'pipeline-parameters': 'parameters'
};
const METRICS = new Set(['metrics', 'pipeline-metrics']);
// The first group is there when the tag is another tool's.
const STAGE = /^(?:stage|(step|block)):(.*)$/s;
const SAME_STEP = /^same_step_[0-9]+$/;
const AFTER = /^(?:after|(prev)):(.*)$/s;

/** Names of other tools' steps that no stage can have, each with the name that its stage has. */
export type ForeignNames = ReadonlyMap<string, string>;

const NO_NAMES: ForeignNames = new Map();

/**
 * What a tag means.
 *
 * @param tag - A tag as it stands in the notebook.
 * @param names - The notebook's foreign names; they change the name of a meaning, not its kind.
 * @returns Its meaning; null when it is another tool's.
 */
export function meaningOf(tag: string, names = NO_NAMES): Meaning | null {
  if (Object.hasOwn(ROLES, tag)) {
    return { kind: 'role', role: ROLES[tag] };
  }
  if (METRICS.has(tag)) {
    return { kind: 'metrics' };
  }
  if (SAME_STEP.test(tag)) {
    return { kind: 'stage', name: tag };
  }
  const stage = STAGE.exec(tag);
  if (stage) {
    const name = (stage[1] && names.get(stage[2])) ?? stage[2];
    const good = nameProblem(name) ? proposedName(name) : name;
    return { kind: 'stage', name: good };
  }
  const after = AFTER.exec(tag);
  if (after) {
    const name = (after[1] && names.get(after[2])) || after[2];
    return { kind: 'after', name };
  }
  return null;
}

/**
 * The names of other tools' steps that no stage can have, and what their stages are called.
 *
 * @param cells - The cells of a notebook, in order.
 */
export function foreignNames(cells: readonly ICellTags[]): ForeignNames {
  const tags = cells
    .filter(cell => cell.cell_type === 'code')
    .flatMap(cell => cell.tags);
  const steps = tags.map(tag => STAGE.exec(tag)).filter(step => step !== null);
  const taken = new Set(tags.filter(tag => SAME_STEP.test(tag)));
  steps
    .filter(([, , name]) => !nameProblem(name))
    .forEach(([, , name]) => taken.add(name));
  const names = new Map<string, string>();
  for (const [, foreign, name] of steps) {
    if (foreign && !names.has(name) && nameProblem(name)) {
      const good = uniqueName(proposedName(name), taken);
      names.set(name, good);
      taken.add(good);
    }
  }
  return names;
}

/**
 * Read the tags of a cell out of its metadata.
 *
 * @param value - `metadata.tags`, which anyone may have written.
 */
export function tagsOf(value: unknown): string[] {
  if (!Array.isArray(value)) {
    return [];
  }
  return value.filter((tag): tag is string => typeof tag === 'string');
}

/**
 * Assign every cell its role and its stage.
 *
 * @param cells - The cells of a notebook, in order.
 */
export function assign(cells: readonly ICellTags[]): ITagging {
  const tagged: ITaggedCell[] = [];
  const stages = new Set<string>();
  const names = foreignNames(cells);
  let current: string | null = null;
  for (const cell of cells) {
    const result: ITaggedCell =
      cell.cell_type === 'code' ? ofCode(cell, current, names) : ofText(cell);
    if (result.stage !== null) {
      stages.add(result.stage);
      current = result.stage;
    }
    tagged.push(result);
  }
  return { cells: documented(tagged, current), stages: [...stages] };
}

/**
 * Whether two taggings say the same.
 *
 * @param one - A tagging.
 * @param other - Another one.
 */
export function isSameTagging(one: ITagging, other: ITagging): boolean {
  return (
    one.cells.length === other.cells.length &&
    one.cells.every((cell, at) => isSameCell(cell, other.cells[at]))
  );
}

function isSameCell(one: ITaggedCell, other: ITaggedCell): boolean {
  return (
    one.id === other.id &&
    one.role === other.role &&
    one.stage === other.stage &&
    one.inherited === other.inherited &&
    one.metrics === other.metrics &&
    one.unused.join('\n') === other.unused.join('\n')
  );
}

function ofCode(
  cell: ICellTags,
  above: string | null,
  names: ForeignNames
): ITaggedCell {
  const meanings = cell.tags.map(tag => meaningOf(tag, names));
  const stage = meanings.find(meaning => meaning?.kind === 'stage');
  const role = meanings.find(meaning => meaning?.kind === 'role');
  const metrics = meanings.some(meaning => meaning?.kind === 'metrics');
  const base = { id: cell.id, isCode: true, metrics, unused: [] };
  if (stage) {
    return { ...base, role: 'stage', stage: stage.name, inherited: false };
  }
  if (role) {
    return { ...base, role: role.role, stage: null, inherited: false };
  }
  return {
    ...base,
    role: above === null ? 'setup' : 'stage',
    stage: above,
    inherited: true
  };
}

function ofText(cell: ICellTags): ITaggedCell {
  return {
    id: cell.id,
    role: cell.cell_type === 'markdown' ? 'markdown' : 'skip',
    isCode: false,
    stage: null,
    inherited: false,
    metrics: false,
    unused: cell.tags.filter(tag => tag !== 'skip' && meaningOf(tag) !== null)
  };
}

/** Markdown documents the stage whose code follows it; at the end, the stage above. */
function documented(
  tagged: readonly ITaggedCell[],
  last: string | null
): ITaggedCell[] {
  const result = [...tagged];
  let following = last;
  for (let at = tagged.length - 1; at >= 0; at--) {
    if (tagged[at].isCode) {
      following = tagged[at].stage;
    } else if (tagged[at].role === 'markdown') {
      result[at] = { ...tagged[at], stage: following, inherited: true };
    }
  }
  return result;
}
