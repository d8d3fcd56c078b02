import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';

import type { IFile } from './protocol';

/** For how long the address of a download is good, in milliseconds. */
const DOWNLOAD = 60000;

/** Whether Jupyter's contents hide a file: one of its folders, or itself, begins with a dot. */
export function isHidden(path: string): boolean {
  return path.split('/').some(part => part.startsWith('.'));
}

/**
 * A file of nb2pipe's as Jupyter's contents describe files.
 *
 * @param file - The file.
 * @param options - Whether its content is wanted, and as what.
 */
export function modelOf(
  file: IFile,
  options?: Contents.IFetchOptions
): Contents.IModel {
  const asText = options?.type === 'file' && file.type === 'notebook';
  const model = {
    name: PathExt.basename(file.path),
    path: file.path,
    type: asText ? 'file' : file.type,
    writable: false,
    created: file.last_modified,
    last_modified: file.last_modified,
    mimetype: file.mimetype
  };
  if (options?.content === false) {
    return { ...model, format: null as never, content: null };
  }
  return asText
    ? {
        ...model,
        format: 'text',
        content: notebookText(file.content)
      }
    : { ...model, format: file.format, content: file.content };
}

/**
 * An address of a file's content. The server sends contents within answers only, so it is one
 * within the page, for as long as it takes to begin a download.
 *
 * @param file - The file.
 */
export function downloadUrl({ content, mimetype }: IFile): string {
  const text = typeof content === 'string' ? content : notebookText(content);
  const url = URL.createObjectURL(new Blob([text], { type: mimetype }));
  window.setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD);
  return url;
}

/** A notebook's text. */
function notebookText(content: unknown): string {
  return JSON.stringify(content, null, 1);
}
