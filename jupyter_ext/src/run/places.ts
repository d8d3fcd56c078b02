import type { IDocumentWidget } from '@jupyterlab/docregistry';
import { NotebookPanel } from '@jupyterlab/notebook';

import { isHidden } from '../hiddenfiles';
import { DRIVE } from '../tokens';
import type { IPanelContext } from '../panel/context';
import { goTo, type IPlace } from '../panel/navigation';

const HTML_VIEWER = 'HTML Viewer';

/**
 * Open a file of the server, also one that Jupyter's contents hide.
 *
 * A report is shown by JupyterLab's own viewer, which runs no script of it; an executed notebook
 * starts no kernel.
 *
 * @param context - What the panel works with.
 * @param path - The file's path on the server.
 * @returns The widget that shows it, if there is one: other applications open a page of their own.
 */
export function openFile(
  context: IPanelContext,
  path: string
): IDocumentWidget | undefined {
  const { docManager } = context;
  const place = isHidden(path) ? `${DRIVE}:${path}` : path;
  return docManager.openOrReveal(place, viewerOf(context, path));
}

/**
 * Show a place of a notebook, which is opened if it is not.
 *
 * @param context - What the panel works with.
 * @param path - The notebook's path on the server.
 * @param place - The place in it.
 */
export async function showPlace(
  context: IPanelContext,
  path: string,
  place: IPlace
): Promise<void> {
  const shown = context.docManager.openOrReveal(path);
  if (shown instanceof NotebookPanel) {
    await shown.revealed;
    await goTo(context.app, shown, place);
  }
}

function viewerOf(context: IPanelContext, path: string): string | undefined {
  const registry = context.docManager.registry;
  return /\.html?$/i.test(path) && registry.getWidgetFactory(HTML_VIEWER)
    ? HTML_VIEWER
    : undefined;
}
