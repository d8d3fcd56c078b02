/** Everything that we change in a notebook. Every function is one undo step. */

import type { ISharedCell, ISharedNotebook } from '@jupyter/ydoc';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { PartialJSONValue } from '@lumino/coreutils';

import type { Edit } from './protocol';
import {
  foreignNames,
  type ForeignNames,
  type Meaning,
  meaningOf,
  type OwnRole,
  tagsOf
} from './tagging';
import { undoableStep } from './undo';

/** A notebook that may be edited: a `PipelineDocument`. */
export interface IEditable {
  readonly model: Pick<INotebookModel, 'sharedModel'> | null;
  readonly isReadOnly: boolean;
}

/** The notebook cannot be saved, so nothing was changed. */
export class NotebookReadOnly extends Error {
  constructor() {
    super('The notebook is read-only.');
    this.name = 'NotebookReadOnly';
  }
}

/**
 * Make cells a stage. They lose the role that they had; `metrics` and `after:` tags stay.
 *
 * @param target - The notebook.
 * @param cells - Ids of cells; those without code are left as they are.
 * @param stage - A good name (`stagenames`).
 * @returns The ids of the cells that have code.
 * @throws NotebookReadOnly
 */
export function setStage(
  target: IEditable,
  cells: readonly string[],
  stage: string
): string[] {
  return retagCode(target, cells, tags =>
    replaced(tags, isPlace, `stage:${stage}`)
  );
}

/**
 * Give cells a role that is no stage. They lose every other tag of ours.
 *
 * @param target - The notebook.
 * @param cells - Ids of cells; those without code are left as they are.
 * @param role - The role.
 * @returns The ids of the cells that have code.
 * @throws NotebookReadOnly
 */
export function setRole(
  target: IEditable,
  cells: readonly string[],
  role: OwnRole
): string[] {
  return retagCode(target, cells, tags => replaced(tags, () => true, role));
}

/**
 * Mark cells as metrics, or as none. Their stage stays.
 *
 * @param target - The notebook.
 * @param cells - Ids of cells; those without code are left as they are.
 * @param on - Whether they are metrics.
 * @returns The ids of the cells that have code.
 * @throws NotebookReadOnly
 */
export function setMetrics(
  target: IEditable,
  cells: readonly string[],
  on: boolean
): string[] {
  const isRole = ({ kind }: Meaning) => kind === 'role' || kind === 'metrics';
  const isMetrics = ({ kind }: Meaning) => kind === 'metrics';
  return retagCode(target, cells, tags =>
    on ? replaced(tags, isRole, 'metrics') : replaced(tags, isMetrics)
  );
}

/**
 * Take every tag of ours from cells, also from those without code.
 *
 * @param target - The notebook.
 * @param cells - Ids of cells.
 * @throws NotebookReadOnly
 */
export function clear(target: IEditable, cells: readonly string[]): void {
  retag(target, cells, tags => replaced(tags, () => true));
}

/**
 * Rename a stage everywhere: in the tags of its cells, in `after:` tags, and in its settings. A
 * stage that has the new name already becomes one with it, and its settings win.
 *
 * @param target - The notebook.
 * @param from - The stage.
 * @param to - A good name (`stagenames`).
 * @throws NotebookReadOnly
 */
export function renameStage(target: IEditable, from: string, to: string): void {
  const notebook = editable(target);
  const all = sharedCells(notebook);
  const names = foreignNames(
    all.map(cell => ({
      id: cell.getId(),
      cell_type: cell.cell_type,
      tags: tagsOf(cell.getMetadata('tags'))
    }))
  );
  const renamed = (tag: string) => renamedTag(tag, from, to, names);
  const settings = renamedSettings(notebook.getMetadata('nb2pipe'), from, to);
  undoableStep(
    notebook,
    () => {
      for (const cell of all) {
        const tags = tagsOf(cell.getMetadata('tags'));
        write(cell, tags, unique(tags.map(renamed)));
      }
    },
    settings
  );
}

/**
 * Apply the edits of a fix or of a suggestion. Edits of cells that are gone are left out.
 *
 * @param target - The notebook.
 * @param edits - What to change.
 * @throws NotebookReadOnly
 */
export function applyEdits(target: IEditable, edits: readonly Edit[]): void {
  const notebook = editable(target);
  const cells = new Map(
    sharedCells(notebook).map(cell => [cell.getId(), cell])
  );
  undoableStep(notebook, () => {
    for (const edit of edits) {
      const cell = cells.get(edit.cell);
      if (!cell) {
        continue;
      }
      if (edit.kind === 'set-tags') {
        write(cell, tagsOf(cell.getMetadata('tags')), edit.tags);
      } else if (cell.getSource() !== edit.source) {
        cell.setSource(edit.source);
      }
    }
  });
}

function retagCode(
  target: IEditable,
  cells: readonly string[],
  change: (tags: string[]) => string[]
): string[] {
  const code = new Set(
    sharedCells(editable(target))
      .filter(cell => cell.cell_type === 'code')
      .map(cell => cell.getId())
  );
  const chosen = cells.filter(id => code.has(id));
  retag(target, chosen, change);
  return chosen;
}

function retag(
  target: IEditable,
  cells: readonly string[],
  change: (tags: string[]) => string[]
): void {
  const notebook = editable(target);
  const chosen = new Set(cells);
  const shared = sharedCells(notebook).filter(cell => chosen.has(cell.getId()));
  undoableStep(notebook, () => {
    for (const cell of shared) {
      const tags = tagsOf(cell.getMetadata('tags'));
      write(cell, tags, change(tags));
    }
  });
}

function editable(target: IEditable): ISharedNotebook {
  if (!target.model || target.isReadOnly) {
    throw new NotebookReadOnly();
  }
  return target.model.sharedModel;
}

function sharedCells(notebook: ISharedNotebook): ISharedCell[] {
  return [...notebook.cells];
}

/** Write tags, unless they are there already: a step that changes nothing is no step. */
function write(cell: ISharedCell, old: string[], tags: string[]): void {
  if (old.length === tags.length && old.every((tag, at) => tag === tags[at])) {
    return;
  }
  if (tags.length === 0) {
    cell.deleteMetadata('tags');
  } else {
    cell.setMetadata('tags', tags);
  }
}

/** Whether a tag says where its cell belongs. */
function isPlace({ kind }: Meaning): boolean {
  return kind === 'stage' || kind === 'role';
}

/** The tags without those of a meaning, and a new one where the first of them was. */
function replaced(
  tags: readonly string[],
  isReplaced: (meaning: Meaning) => boolean,
  ...added: string[]
): string[] {
  const goes = (tag: string) => {
    const meaning = meaningOf(tag);
    return meaning !== null && isReplaced(meaning);
  };
  const at = tags.findIndex(goes);
  const head = at < 0 ? tags : tags.slice(0, at);
  const tail = at < 0 ? [] : tags.slice(at).filter(tag => !goes(tag));
  return [...head, ...added, ...tail];
}

function renamedTag(
  tag: string,
  from: string,
  to: string,
  names: ForeignNames
): string {
  const meaning = meaningOf(tag, names);
  if (!meaning || !('name' in meaning) || meaning.name !== from) {
    return tag;
  }
  // SAME's tags are their stage's name; all others have it behind a colon.
  const colon = tag.indexOf(':');
  return colon < 0 ? `stage:${to}` : tag.slice(0, colon + 1) + to;
}

/** The settings when a stage has another name; undefined when it has none. */
function renamedSettings(
  settings: unknown,
  from: string,
  to: string
): PartialJSONValue | undefined {
  const stages = isObject(settings) ? settings.stages : undefined;
  if (
    !isObject(settings) ||
    !isObject(stages) ||
    !Object.hasOwn(stages, from)
  ) {
    return undefined;
  }
  const kept = Object.hasOwn(stages, to);
  const renamed = Object.entries(stages)
    .filter(([name]) => name !== from || !kept)
    .map(([name, value]) => [name === from ? to : name, value] as const);
  return {
    ...settings,
    stages: Object.fromEntries(renamed)
  } as PartialJSONValue;
}

function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unique(tags: readonly string[]): string[] {
  return [...new Set(tags)];
}
