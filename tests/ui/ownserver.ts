import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';

/** How long a server may take to start, in milliseconds. */
const PATIENCE = 60_000;

const NOTIFICATIONS =
  '@jupyterlab/apputils-extension/notification.jupyterlab-settings';

const HOME = process.env.NB2PIPE_UI_HOME as string;

/** A JupyterLab of one test, which may stop it and start it again at the same address. */
export class OwnServer {
  /**
   * @param port - Where it listens.
   * @param name - The name of its folder.
   */
  private constructor(
    private readonly _port: number,
    name: string
  ) {
    this._folder = path.join(HOME, name);
    this.root = path.join(this._folder, 'root');
    fs.mkdirSync(this.root, { recursive: true });
    // JupyterLab would ask whether it may fetch news, and cover the panel with that.
    const settings = path.join(this._folder, 'settings', NOTIFICATIONS);
    fs.mkdirSync(path.dirname(settings), { recursive: true });
    fs.writeFileSync(settings, JSON.stringify({ fetchNews: 'false' }));
  }

  /** The folder that it shows. */
  readonly root: string;

  /** What lets a browser in, also after the server was started again. */
  readonly token = 'a-token-that-stays';

  /** Start one at a free port. */
  static async start(name: string): Promise<OwnServer> {
    const server = new OwnServer(await freePort(), name);
    await server.start();
    return server;
  }

  /** The address of a page. */
  address(page: string): string {
    return `http://127.0.0.1:${this._port}/${page}`;
  }

  /** Start it, and wait until it answers. */
  async start(): Promise<void> {
    const config = path.join(__dirname, 'jupyter_server_config.py');
    const options = [
      `--config=${config}`,
      `--IdentityProvider.token=${this.token}`,
      '--ServerApp.disable_check_xsrf=False',
      `--LabApp.user_settings_dir=${path.join(this._folder, 'settings')}`,
      `--LabApp.workspaces_dir=${path.join(this._folder, 'workspaces')}`
    ];
    this._process = spawn('jupyter', ['lab', ...options], {
      cwd: this._folder,
      stdio: 'ignore',
      env: {
        ...process.env,
        NB2PIPE_UI_PORT: String(this._port),
        NB2PIPE_UI_ROOT: this.root,
        // As the server of the other tests: without documents that people share.
        JUPYTER_CONFIG_DIR: path.join(HOME, 'alone/config'),
        JUPYTER_RUNTIME_DIR: path.join(this._folder, 'runtime'),
        IPYTHONDIR: path.join(this._folder, 'ipython'),
        MPLBACKEND: ''
      }
    });
    const end = Date.now() + PATIENCE;
    while (!(await this._answers())) {
      if (this._process.exitCode !== null || Date.now() > end) {
        throw new Error('The server did not start.');
      }
      await new Promise(resume => setTimeout(resume, 200));
    }
  }

  /**
   * Stop it, if it runs, and wait for its end.
   *
   * @param signal - SIGTERM, or SIGKILL for a server that has no time to end anything.
   */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const process = this._process;
    this._process = null;
    if (process !== null && process.exitCode === null) {
      const ended = once(process, 'exit');
      process.kill(signal);
      await ended;
    }
  }

  private async _answers(): Promise<boolean> {
    try {
      return (await fetch(this.address('api'))).ok;
    } catch {
      return false;
    }
  }

  private _folder: string;
  private _process: ChildProcess | null = null;
}

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as net.AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
