import type { Contents, ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ISignal, Signal } from '@lumino/signaling';

import type { Client } from './server';
import { DRIVE } from './tokens';

const FOLDER: Contents.IModel = {
  name: '',
  path: '',
  type: 'directory',
  writable: false,
  created: '',
  last_modified: '',
  mimetype: '',
  format: 'json',
  content: []
};

/**
 * A drive of the files that nb2pipe wrote and that Jupyter's contents hide: executed notebooks and
 * reports under `.nb2pipe/`, workflows under `.github/`. It can only be read, by code that is loaded
 * with the first file.
 */
export class FilesDrive implements Contents.IDrive {
  /**
   * @param serverSettings - The settings of the server.
   * @param trans - The language.
   * @param client - What asks the server.
   */
  constructor(
    readonly serverSettings: ServerConnection.ISettings,
    trans: TranslationBundle,
    private readonly _client = async (): Promise<Pick<Client, 'file'>> => {
      const { Client } = await import('./server');
      return new Client(serverSettings, trans);
    }
  ) {}

  readonly name = DRIVE;

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
   * @param path - Its path on the server.
   * @param options - Whether its content is wanted, and as what.
   * @throws RequestFailed when there is no such file, or it is not nb2pipe's.
   */
  async get(
    path: string,
    options?: Contents.IFetchOptions
  ): Promise<Contents.IModel> {
    if (path === '') {
      return FOLDER;
    }
    const { modelOf } = await import('./hiddenfiles');
    return modelOf(await (await this._client()).file(path), options);
  }

  /**
   * An address of a file's content, good for a download.
   *
   * @param path - The file's path on the server.
   */
  async getDownloadUrl(path: string): Promise<string> {
    const { downloadUrl } = await import('./hiddenfiles');
    return downloadUrl(await (await this._client()).file(path));
  }

  /** There are no checkpoints of what is never written. */
  async listCheckpoints(): Promise<Contents.ICheckpointModel[]> {
    return [];
  }

  readonly newUntitled = refuse;
  readonly delete = refuse;
  readonly rename = refuse;
  readonly save = refuse;
  readonly copy = refuse;
  readonly createCheckpoint = refuse;
  readonly restoreCheckpoint = refuse;
  readonly deleteCheckpoint = refuse;

  private _isDisposed = false;
  private _fileChanged = new Signal<this, Contents.IChangedArgs>(this);
}

async function refuse(): Promise<never> {
  throw new Error('What nb2pipe wrote can be read here, not changed.');
}
