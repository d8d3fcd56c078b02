const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const galata = require('@jupyterlab/galata/lib/playwright-config');

const { findChromium } = require('./chromium');

const PORT = (process.env.NB2PIPE_UI_PORT ??= '8898');

// Workers load this file again and must find the same folders.
process.env.NB2PIPE_UI_HOME ??= fs.mkdtempSync(
  path.join(os.tmpdir(), 'nb2pipe-ui-')
);
const HOME = process.env.NB2PIPE_UI_HOME;
process.env.NB2PIPE_UI_ROOT = path.join(HOME, 'root');
fs.mkdirSync(process.env.NB2PIPE_UI_ROOT, { recursive: true });

// Where jupyter-collaboration is installed it takes over every notebook: the other server is told to
// leave it out.
const TOGETHER = String(Number(PORT) + 1);
process.env.NB2PIPE_UI_COLLABORATION = `http://127.0.0.1:${TOGETHER}`;
const COLLABORATION = [
  '@jupyter/collaboration-extension',
  '@jupyter/docprovider-extension'
];
const SHARED_DOCUMENTS = ['jupyter_server_ydoc'];

/** Write a file of a server's own configuration. */
function configure(folder, file, content) {
  const target = path.join(folder, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, JSON.stringify(content));
}

/** A JupyterLab of the tests. */
function server(port, name) {
  const folder = path.join(HOME, name);
  const config = path.join(folder, 'config');
  fs.mkdirSync(folder, { recursive: true });
  if (name === 'alone') {
    configure(config, 'labconfig/page_config.json', {
      disabledExtensions: Object.fromEntries(
        COLLABORATION.map(extension => [extension, true])
      )
    });
    configure(config, 'jupyter_server_config.d/alone.json', {
      ServerApp: {
        jpserver_extensions: Object.fromEntries(
          SHARED_DOCUMENTS.map(extension => [extension, false])
        )
      }
    });
  }
  return {
    command: `jupyter lab --config ${path.join(__dirname, 'jupyter_server_config.py')}`,
    url: `http://127.0.0.1:${port}/lab`,
    timeout: 120000,
    // Documents that people share are kept in the working directory.
    cwd: folder,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10000 },
    env: {
      NB2PIPE_UI_PORT: port,
      JUPYTER_CONFIG_DIR: config,
      JUPYTER_RUNTIME_DIR: path.join(folder, 'runtime'),
      IPYTHONDIR: path.join(folder, 'ipython'),
      MPLBACKEND: ''
    }
  };
}

const FLAGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
  // Chromium refuses to run as root in its sandbox.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])
];

module.exports = {
  ...galata,
  testDir: __dirname,
  testMatch: '**/*.spec.ts',
  // The pictures of the README are the only ones.
  snapshotPathTemplate: path.join(__dirname, '../../docs/{arg}{ext}'),
  outputDir: path.join(HOME, 'results'),
  globalTeardown: require.resolve('./teardown.js'),
  reporter: [['list']],
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 1,
  timeout: 180000,
  expect: { timeout: 20000 },
  use: {
    ...galata.use,
    baseURL: `http://127.0.0.1:${PORT}`,
    viewport: { width: 1440, height: 900 },
    video: 'off',
    // What cannot be clicked by then is covered by something.
    actionTimeout: 60000,
    // To trace takes most of a test's time, and only those who keep its files see it.
    trace: process.env.NB2PIPE_UI_KEEP ? 'retain-on-failure' : 'off',
    launchOptions: {
      executablePath: findChromium() ?? undefined,
      args: FLAGS
    }
  },
  webServer: [server(PORT, 'alone'), server(TOGETHER, 'together')]
};
