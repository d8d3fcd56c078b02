import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';

import { FilesDrive } from '../../../jupyter_ext/src/drive';
import type { IFile } from '../../../jupyter_ext/src/protocol';

const NOTEBOOK: IFile = {
  path: 'work/.nb2pipe/runs/1/load.ipynb',
  name: 'load.ipynb',
  format: 'json',
  type: 'notebook',
  mimetype: 'application/x-ipynb+json',
  last_modified: '2026-11-24T10:10:10+00:00',
  content: { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 }
};

let drive: FilesDrive;
let asked: number;

beforeEach(() => {
  asked = 0;
  drive = new FilesDrive(
    ServerConnection.makeSettings(),
    nullTranslator.load(''),
    async () => ({
      file: async () => {
        asked += 1;
        return NOTEBOOK;
      }
    })
  );
});

afterEach(() => drive.dispose());

describe('the drive of hidden files', () => {
  it('opens executed notebooks, not to be written', async () => {
    const model = await drive.get(NOTEBOOK.path, { content: true });
    expect(model).toMatchObject({
      name: 'load.ipynb',
      path: NOTEBOOK.path,
      type: 'notebook',
      format: 'json',
      writable: false,
      content: NOTEBOOK.content
    });
  });

  it('leaves the content out where it is not wanted', async () => {
    const model = await drive.get(NOTEBOOK.path, { content: false });
    expect(model.content).toBeNull();
    expect(model.writable).toBe(false);
  });

  it('gives a notebook as text to an editor', async () => {
    const model = await drive.get(NOTEBOOK.path, {
      content: true,
      type: 'file'
    });
    expect(model.format).toBe('text');
    expect(JSON.parse(model.content as string)).toEqual(NOTEBOOK.content);
  });

  it('has an empty folder at its top', async () => {
    const top = await drive.get('');
    expect(top).toMatchObject({ type: 'directory', content: [] });
  });

  it('gives the address of a file with the file, when both are asked for', async () => {
    URL.createObjectURL = () => 'blob:report';
    const address = drive.getDownloadUrl(NOTEBOOK.path);
    const opened = drive.get(NOTEBOOK.path, { content: true });
    expect(await address).toBe('blob:report');
    expect((await opened).content).toEqual(NOTEBOOK.content);
    expect(asked).toBe(1);
  });

  it('reads a file again whenever its content is asked for', async () => {
    await drive.get(NOTEBOOK.path);
    await drive.get(NOTEBOOK.path);
    expect(asked).toBe(2);
  });

  it('refuses every change', async () => {
    const changes = [
      drive.newUntitled(),
      drive.delete(),
      drive.rename(),
      drive.save(),
      drive.copy(),
      drive.createCheckpoint(),
      drive.restoreCheckpoint(),
      drive.deleteCheckpoint()
    ];
    const answers = await Promise.allSettled(changes);
    expect(new Set(answers.map(answer => answer.status))).toEqual(
      new Set(['rejected'])
    );
  });
});
