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
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: findChromium() ?? undefined,
      args: FLAGS
    }
  },
  webServer: {
    command: `jupyter lab --config ${path.join(__dirname, 'jupyter_server_config.py')}`,
    url: `http://127.0.0.1:${PORT}/lab`,
    timeout: 120000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10000 },
    env: {
      JUPYTER_CONFIG_DIR: path.join(HOME, 'config'),
      JUPYTER_RUNTIME_DIR: path.join(HOME, 'runtime'),
      IPYTHONDIR: path.join(HOME, 'ipython'),
      MPLBACKEND: ''
    }
  }
};
