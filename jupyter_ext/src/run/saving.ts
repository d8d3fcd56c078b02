import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { PipelineDocument } from '../document';
import { NoAnswer, problemOf, RequestFailed } from '../server';

/**
 * Save a notebook, so that the server reads what the user sees.
 *
 * @throws RequestFailed when it cannot be saved.
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
  try {
    await context.save();
  } catch (error) {
    if (error instanceof ServerConnection.NetworkError) {
      throw new NoAnswer(trans);
    }
    // The person may have chosen not to overwrite what someone else saved.
    throw new RequestFailed(0, {
      message: trans.__(
        'The notebook was not saved, so nothing was done: %1',
        problemOf(error).message
      ),
      place: document.path,
      advice: trans.__(
        'Save it first; under another name, or in another folder, if its own is not there any more.'
      )
    });
  }
}
