import type { TranslationBundle } from '@jupyterlab/translation';

import type { PipelineDocument } from '../document';
import { RequestFailed } from '../server';

/**
 * Save a notebook, so that the server reads what the user sees.
 *
 * @throws RequestFailed when it cannot be saved; whatever the contents' manager throws.
 */
export async function save(
  document: PipelineDocument,
  trans: TranslationBundle
): Promise<void> {
  const { context } = document.panel;
  // Under collaboration the server's file may lag behind a model that counts as saved.
  if (!context.model.dirty && !context.model.collaborative) {
    return;
  }
  if (document.isReadOnly) {
    throw new RequestFailed(0, {
      message: trans.__('The notebook has changes and cannot be saved.'),
      place: document.path,
      advice: trans.__('Save it under another name first.')
    });
  }
  await context.save();
}
