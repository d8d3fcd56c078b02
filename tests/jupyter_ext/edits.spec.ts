import { YNotebook } from '@jupyter/ydoc';
import * as Y from 'yjs';

import * as edits from '../../jupyter_ext/src/edits';

/** A shared notebook, as the model of an open one has it. */
interface ITarget {
  model: { sharedModel: YNotebook };
  isReadOnly: boolean;
}

/** A notebook of cells `c0`, `c1`, … with these tags. */
function notebook(cells: [string, ...string[]][], settings?: unknown): ITarget {
  const sharedModel = new YNotebook({ disableDocumentWideUndoRedo: true });
  sharedModel.setSource({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: settings === undefined ? {} : { nb2pipe: settings },
    cells: cells.map(([cell_type, ...tags], index) => ({
      id: `c${index}`,
      cell_type,
      source: `x = ${index}`,
      metadata: tags.length > 0 ? { tags } : {}
    }))
  } as never);
  sharedModel.clearUndoHistory();
  return { model: { sharedModel }, isReadOnly: false };
}

const tagsOf = ({ model }: ITarget): unknown[] =>
  model.sharedModel.cells.map(cell => cell.getMetadata('tags'));
const settingsOf = ({ model }: ITarget): unknown =>
  model.sharedModel.getMetadata('nb2pipe');
const undo = ({ model }: ITarget) => model.sharedModel.undo();
const redo = ({ model }: ITarget) => model.sharedModel.redo();

// Yjs warns of what JupyterLab's shared models do while they are made.
beforeAll(() => jest.spyOn(console, 'warn').mockImplementation());

describe('tagging cells', () => {
  it('makes code cells a stage in one undo step', () => {
    const target = notebook([['code'], ['markdown'], ['code', 'mine']]);
    const done = edits.setStage(target, ['c0', 'c1', 'c2'], 'load');
    expect(done).toEqual(['c0', 'c2']);
    const tagged = [['stage:load'], undefined, ['mine', 'stage:load']];
    expect(tagsOf(target)).toEqual(tagged);
    undo(target);
    expect(tagsOf(target)).toEqual([undefined, undefined, ['mine']]);
    redo(target);
    expect(tagsOf(target)).toEqual(tagged);
  });

  it('keeps acts apart that follow one another at once', () => {
    const target = notebook([['code']]);
    edits.setStage(target, ['c0'], 'load');
    edits.setStage(target, ['c0'], 'train');
    edits.setMetrics(target, ['c0'], true);
    undo(target);
    expect(tagsOf(target)).toEqual([['stage:train']]);
    undo(target);
    expect(tagsOf(target)).toEqual([['stage:load']]);
    undo(target);
    expect(tagsOf(target)).toEqual([undefined]);
  });

  it('puts a stage where the old tag was, and keeps metrics and order', () => {
    const target = notebook([
      ['code', 'first', 'step:a', 'metrics', 'after:b', 'skip', 'last']
    ]);
    edits.setStage(target, ['c0'], 'train');
    expect(tagsOf(target)).toEqual([
      ['first', 'stage:train', 'metrics', 'after:b', 'last']
    ]);
  });

  it('gives a role instead of everything else', () => {
    const target = notebook([
      ['code', 'stage:a', 'metrics', 'after:b', 'mine']
    ]);
    edits.setRole(target, ['c0'], 'skip');
    expect(tagsOf(target)).toEqual([['skip', 'mine']]);
  });

  it('adds and takes metrics', () => {
    const target = notebook([
      ['code', 'stage:a'],
      ['code', 'skip']
    ]);
    edits.setMetrics(target, ['c0', 'c1'], true);
    expect(tagsOf(target)).toEqual([['stage:a', 'metrics'], ['metrics']]);
    edits.setMetrics(target, ['c0', 'c1'], false);
    expect(tagsOf(target)).toEqual([['stage:a'], undefined]);
  });

  it('clears every kind of cell and leaves the tags of others', () => {
    const target = notebook([
      ['code', 'stage:a', 'metrics', 'mine'],
      ['markdown', 'stage:a'],
      ['code', 'stage:b']
    ]);
    edits.clear(target, ['c0', 'c1']);
    expect(tagsOf(target)).toEqual([['mine'], undefined, ['stage:b']]);
  });

  it('is no step when nothing changes', () => {
    const target = notebook([['code', 'stage:a']]);
    edits.setStage(target, ['c0'], 'a');
    edits.clear(target, ['gone']);
    expect(target.model.sharedModel.canUndo()).toBe(false);
  });

  it('changes nothing in a notebook that is read-only', () => {
    const target = { ...notebook([['code', 'stage:a']]), isReadOnly: true };
    const refused = [
      () => edits.setStage(target, ['c0'], 'b'),
      () => edits.setRole(target, ['c0'], 'skip'),
      () => edits.setMetrics(target, ['c0'], true),
      () => edits.clear(target, ['c0']),
      () => edits.renameStage(target, 'a', 'b'),
      () => edits.applyEdits(target, [])
    ];
    refused.forEach(act => expect(act).toThrow(edits.NotebookReadOnly));
    expect(tagsOf(target)).toEqual([['stage:a']]);
  });
});

describe('renaming a stage', () => {
  it('renames tags, order and settings, and undoes all of it in one step', () => {
    const settings = {
      stages: { load: { timeout: 5 }, train: { cache: true } },
      other: 1
    };
    const target = notebook(
      [
        ['code', 'stage:load'],
        ['code', 'step:load', 'metrics'],
        ['code', 'stage:train', 'after:load', 'prev:load'],
        ['markdown', 'stage:load'],
        ['code', 'stage:loader']
      ],
      settings
    );
    const renamed = [
      ['stage:read'],
      ['step:read', 'metrics'],
      ['stage:train', 'after:read', 'prev:read'],
      ['stage:read'],
      ['stage:loader']
    ];
    const renamedSettings = {
      stages: { read: { timeout: 5 }, train: { cache: true } },
      other: 1
    };
    const before = tagsOf(target);
    edits.renameStage(target, 'load', 'read');
    for (let again = 0; again < 2; again++) {
      expect(tagsOf(target)).toEqual(renamed);
      expect(settingsOf(target)).toEqual(renamedSettings);
      undo(target);
      expect(tagsOf(target)).toEqual(before);
      expect(settingsOf(target)).toEqual(settings);
      redo(target);
    }
  });

  it('finds a stage by the name that a foreign tag has', () => {
    const target = notebook([
      ['code', 'step:Load Data'],
      ['code', 'same_step_1', 'prev:Load Data']
    ]);
    edits.renameStage(target, 'load_data', 'load');
    expect(tagsOf(target)).toEqual([
      ['step:load'],
      ['same_step_1', 'prev:load']
    ]);
    edits.renameStage(target, 'same_step_1', 'train');
    expect(tagsOf(target)[1]).toEqual(['stage:train', 'prev:load']);
  });

  it('joins two stages, of which the one that was there keeps its settings', () => {
    const stages = { a: { cache: true }, b: { cache: false } };
    const target = notebook(
      [
        ['code', 'stage:a'],
        ['code', 'stage:b']
      ],
      { stages }
    );
    edits.renameStage(target, 'a', 'b');
    expect(tagsOf(target)).toEqual([['stage:b'], ['stage:b']]);
    const settings = settingsOf(target);
    expect(settings).toEqual({ stages: { b: { cache: false } } });
  });

  it.each([null, [], 'text', { stages: 3 }, { stages: { load: 1 } }])(
    'leaves settings as they are when they are %j',
    settings => {
      const target = notebook([['code', 'stage:a']], settings);
      edits.renameStage(target, 'a', 'b');
      expect(settingsOf(target)).toEqual(settings);
    }
  );
});

describe('applying edits', () => {
  it('changes tags and sources in one step, and passes over cells that are gone', () => {
    const target = notebook([['code', 'stage:a'], ['code']]);
    edits.applyEdits(target, [
      { kind: 'set-tags', cell: 'c0', tags: [] },
      { kind: 'set-source', cell: 'c1', source: 'y = 2' },
      { kind: 'set-tags', cell: 'gone', tags: ['stage:b'] }
    ]);
    const source = () => target.model.sharedModel.cells[1].getSource();
    expect(tagsOf(target)).toEqual([undefined, undefined]);
    expect(source()).toBe('y = 2');
    undo(target);
    expect(tagsOf(target)).toEqual([['stage:a'], undefined]);
    expect(source()).toBe('x = 1');
  });
});

describe('two people in one notebook', () => {
  it('undo their own tags only', () => {
    const mine = notebook([['code'], ['code']]);
    const shared = mine.model.sharedModel;
    const other = new YNotebook({ disableDocumentWideUndoRedo: true });
    Y.applyUpdate(other.ydoc, Y.encodeStateAsUpdate(shared.ydoc), 'net');
    shared.ydoc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'net') {
        Y.applyUpdate(other.ydoc, update, 'net');
      }
    });
    other.ydoc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'net') {
        Y.applyUpdate(shared.ydoc, update, 'net');
      }
    });
    const theirs = {
      model: { sharedModel: other },
      isReadOnly: false
    };
    edits.setStage(mine, ['c0'], 'load');
    edits.setStage(theirs, ['c1'], 'train');
    expect(tagsOf(mine)).toEqual([['stage:load'], ['stage:train']]);
    expect(tagsOf(theirs)).toEqual(tagsOf(mine));
    undo(mine);
    expect(tagsOf(mine)).toEqual([undefined, ['stage:train']]);
    expect(tagsOf(theirs)).toEqual(tagsOf(mine));
    other.dispose();
    shared.dispose();
  });
});
