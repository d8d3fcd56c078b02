import type { Contents, ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ISignal, Signal } from '@lumino/signaling';

import type { IFile } from './protocol';
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
    const read = this._read(path);
    const { modelOf } = await import('./hiddenfiles');
    return modelOf(await read, options);
  }

  /**
   * An address of a file's content, good for a download.
   *
   * @param path - The file's path on the server.
   */
  async getDownloadUrl(path: string): Promise<string> {
    const read = this._read(path);
    const { downloadUrl } = await import('./hiddenfiles');
    return downloadUrl(await read);
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

  /**
   * Ask for a file, once at a time.
   *
   * The viewer of HTML renders also before its file is there, needs an address for that, and leaves
   * out what it is asked to render meanwhile. A report stays empty when the address comes after the
   * file, so both come with the same answer.
   */
  private _read(path: string): Promise<IFile> {
    const asked = this._asked.get(path);
    if (asked !== undefined) {
      return asked;
    }
    const read = this._client()
      .then(client => client.file(path))
      .finally(() => this._asked.delete(path));
    this._asked.set(path, read);
    return read;
  }

  private readonly _asked = new Map<string, Promise<IFile>>();
  private _isDisposed = false;
  private _fileChanged = new Signal<this, Contents.IChangedArgs>(this);
}

async function refuse(): Promise<never> {
  throw new Error('What nb2pipe wrote can be read here, not changed.');
}
