import type { JupyterFrontEnd } from '@jupyterlab/application';
import { ServerConnection } from '@jupyterlab/services';

import type { PipelineDocument } from '../document';
import type { IPanelContext } from '../panel/context';
import { NoAnswer, problemOf, RequestFailed } from '../server';

/** How often the server is asked to write a shared notebook while it is writing it. */
const TIMES = 20;
/** How long it is given in between, in milliseconds. */
const PAUSE = 250;

/**
 * Save a notebook, so that the server reads what the user sees.
 *
 * @throws RequestFailed when it cannot be saved.
 */
export async function save(
  { app, trans }: IPanelContext,
  document: PipelineDocument
): Promise<void> {
  const { context } = document.panel;
  const shared = context.model.collaborative;
  // Under collaboration the server's file may lag behind a model that counts as saved.
  if (!context.model.dirty && !shared) {
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
    await (shared ? saveShared(app, document) : context.save());
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

/**
 * Have the server write a notebook that it shares among several people.
 *
 * The document's own `save` takes what the server has just written by itself for a change by
 * someone else, and asks whether to overwrite it.
 */
async function saveShared(
  { docRegistry, serviceManager }: JupyterFrontEnd,
  { panel: { context } }: PipelineDocument
): Promise<void> {
  const { contentProviderId } = docRegistry.getWidgetFactory('Notebook') ?? {};
  for (let time = 1; ; time++) {
    try {
      await serviceManager.contents.save(context.path, {
        type: 'notebook',
        format: 'json',
        content: context.model.toJSON(),
        contentProviderId
      });
      return;
    } catch (error) {
      // Refused with a text, not an error, while a save goes on, which may be of what stood before.
      if (typeof error !== 'string' || time === TIMES) {
        throw error;
      }
      await new Promise(resolve => setTimeout(resolve, PAUSE));
    }
  }
}
