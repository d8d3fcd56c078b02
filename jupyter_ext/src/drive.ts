import { type Contents, type ServerConnection } from '@jupyterlab/services';
import { PathExt } from '@jupyterlab/coreutils';
import { type ISignal, Signal } from '@lumino/signaling';

import type { IFile } from './protocol';
import type { Client } from './server';

/** The name before the colon of the drive's paths. */
export const DRIVE = 'nb2pipe';

/** For how long the address of a download is good, in milliseconds. */
const DOWNLOAD = 60000;

/** Whether Jupyter's contents hide a file: one of its folders, or itself, begins with a dot. */
export function isHidden(path: string): boolean {
  return path.split('/').some(part => part.startsWith('.'));
}

/**
 * A drive of the files that nb2pipe wrote and that Jupyter's contents hide: executed notebooks and
 * reports under `.nb2pipe/`, workflows under `.github/`. It can only be read.
 */
export class FilesDrive implements Contents.IDrive {
  /**
   * @param client - What asks the server.
   * @param serverSettings - The settings of the server.
   */
  constructor(
    client: Pick<Client, 'file'>,
    serverSettings: ServerConnection.ISettings
  ) {
    this._client = client;
    this.serverSettings = serverSettings;
  }

  readonly name = DRIVE;

  readonly serverSettings: ServerConnection.ISettings;

  /** Never emitted: nothing can be changed through this drive. */
  get fileChanged(): ISignal<this, Contents.IChangedArgs> {
    return this._fileChanged;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  /**
   * Read a file.
   *
   * @param localPath - Its path on the server.
   * @param options - Whether its content is wanted, and as what.
   * @throws RequestFailed when there is no such file, or it is not nb2pipe's.
   */
  async get(
    localPath: string,
    options?: Contents.IFetchOptions
  ): Promise<Contents.IModel> {
    if (localPath === '') {
      return folder(localPath);
    }
    const file = await this._client.file(localPath);
    const withContent = options?.content !== false;
    return modelOf(file, withContent, options);
  }

  /**
   * An address of a file's content. The server sends contents within answers only, so it is one
   * within the page, for as long as it takes to begin a download.
   *
   * @param localPath - The file's path on the server.
   */
  async getDownloadUrl(localPath: string): Promise<string> {
    const { content, mimetype } = await this._client.file(localPath);
    const text = typeof content === 'string' ? content : notebookText(content);
    const url = URL.createObjectURL(new Blob([text], { type: mimetype }));
    window.setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD);
    return url;
  }

  newUntitled(): Promise<Contents.IModel> {
    return refuse();
  }

  delete(): Promise<void> {
    return refuse();
  }

  rename(): Promise<Contents.IModel> {
    return refuse();
  }

  save(): Promise<Contents.IModel> {
    return refuse();
  }

  copy(): Promise<Contents.IModel> {
    return refuse();
  }

  createCheckpoint(): Promise<Contents.ICheckpointModel> {
    return refuse();
  }

  /** There are no checkpoints of what is never written. */
  async listCheckpoints(): Promise<Contents.ICheckpointModel[]> {
    return [];
  }

  restoreCheckpoint(): Promise<void> {
    return refuse();
  }

  deleteCheckpoint(): Promise<void> {
    return refuse();
  }

  private _client: Pick<Client, 'file'>;
  private _isDisposed = false;
  private _fileChanged = new Signal<this, Contents.IChangedArgs>(this);
}

function modelOf(
  file: IFile,
  withContent: boolean,
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
  if (!withContent) {
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

/** A notebook's text. */
function notebookText(content: unknown): string {
  return JSON.stringify(content, null, 1);
}

function folder(path: string): Contents.IModel {
  return {
    name: '',
    path,
    type: 'directory',
    writable: false,
    created: '',
    last_modified: '',
    mimetype: '',
    format: 'json',
    content: []
  };
}

function refuse(): Promise<never> {
  return Promise.reject(
    new Error('What nb2pipe wrote can be read here, not changed.')
  );
}
