import { applyEdits, NotebookReadOnly } from '../edits';
import { notify } from '../notices';
import type { Edit } from '../protocol';

import type { ISectionProps } from './context';

/**
 * Apply edits to the notebook as one step that can be undone; where nothing may be changed, say so.
 *
 * @param section - The notebook.
 * @param edits - What to change.
 * @returns Whether the edits were applied.
 */
export function edit(section: ISectionProps, edits: readonly Edit[]): boolean {
  const { context, document } = section;
  try {
    applyEdits(document, edits);
    return true;
  } catch (error) {
    if (!(error instanceof NotebookReadOnly)) {
      throw error;
    }
    const { trans } = context;
    notify(
      'warning',
      trans.__('This notebook is read-only: nothing was changed.')
    );
    return false;
  }
}
