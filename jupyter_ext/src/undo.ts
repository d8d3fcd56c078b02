import type { ISharedNotebook } from '@jupyter/ydoc';
import type { PartialJSONValue } from '@lumino/coreutils';

/** The key of the notebook's metadata that is ours. */
const SETTINGS = 'nb2pipe';

/** What we use of the undo manager of a shared notebook (`Y.UndoManager`). */
interface IUndoManager {
  readonly undoStack: IStep[];
  readonly redoStack: IStep[];
  stopCapturing(): void;
  on(name: 'stack-item-popped', listener: (event: IPopped) => void): void;
}

interface IStep {
  readonly meta: Map<unknown, unknown>;
}

interface IPopped {
  readonly stackItem: IStep;
  readonly type: 'undo' | 'redo';
}

interface ISettingsChange {
  readonly before: PartialJSONValue | undefined;
  readonly after: PartialJSONValue | undefined;
}

/** The notebooks whose undo manager we listen to. */
const followed = new WeakSet<ISharedNotebook>();

/**
 * Change cells, and our settings with them, in one undo step.
 *
 * @param notebook - The shared notebook; under collaboration the step is undone by the person who
 * did it only, as every other.
 * @param change - Changes the cells.
 * @param settings - What `metadata.nb2pipe` becomes; `undefined` leaves it as it is.
 */
export function undoableStep(
  notebook: ISharedNotebook,
  change: () => void,
  settings?: PartialJSONValue
): void {
  const manager = managerOf(notebook);
  const before = notebook.getMetadata(SETTINGS);
  // Acts that follow one another quickly are put together otherwise.
  manager?.stopCapturing();
  const steps = manager?.undoStack.length ?? 0;
  notebook.transact(() => {
    change();
    if (settings !== undefined) {
      notebook.setMetadata(SETTINGS, settings);
    }
  });
  manager?.stopCapturing();
  if (manager && settings !== undefined && manager.undoStack.length > steps) {
    const step = manager.undoStack[manager.undoStack.length - 1];
    step.meta.set(SETTINGS, { before, after: settings });
    follow(notebook, manager);
  }
}

/**
 * Undo covers the cells of a notebook, not its metadata. So the step itself remembers what our
 * settings were.
 */
function follow(notebook: ISharedNotebook, manager: IUndoManager): void {
  if (followed.has(notebook)) {
    return;
  }
  followed.add(notebook);
  manager.on('stack-item-popped', ({ stackItem, type }) => {
    const change = stackItem.meta.get(SETTINGS) as ISettingsChange | undefined;
    if (!change) {
      return;
    }
    const opposite = type === 'undo' ? manager.redoStack : manager.undoStack;
    opposite[opposite.length - 1]?.meta.set(SETTINGS, change);
    const value = type === 'undo' ? change.before : change.after;
    notebook.transact(() => {
      if (value === undefined) {
        notebook.deleteMetadata(SETTINGS);
      } else {
        notebook.setMetadata(SETTINGS, value);
      }
    }, false);
  });
}

function managerOf(notebook: ISharedNotebook): IUndoManager | null {
  // Not in the interface of shared notebooks, but in every one of them.
  const { undoManager } = notebook as { undoManager?: IUndoManager };
  return undoManager ?? null;
}
