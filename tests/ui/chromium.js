const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];

/**
 * Find the browser of the tests: the one that NB2PIPE_CHROMIUM names, else one on the PATH, else
 * the one that Playwright has installed.
 *
 * @returns {string | null} Where it is; null when there is none.
 */
function findChromium() {
  const named = process.env.NB2PIPE_CHROMIUM;
  if (named) {
    if (!fs.existsSync(named)) {
      throw new Error(`NB2PIPE_CHROMIUM names ${named}, which does not exist.`);
    }
    return named;
  }
  return onPath() ?? ofPlaywright();
}

function onPath() {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    for (const name of NAMES) {
      const file = path.join(folder, name);
      if (folder && fs.existsSync(file)) {
        return file;
      }
    }
  }
  return null;
}

function ofPlaywright() {
  const { chromium } = require('@playwright/test');
  const file = chromium.executablePath();
  return fs.existsSync(file) ? file : null;
}

/** Install a browser, unless there is one. */
function install() {
  const found = findChromium();
  if (found) {
    console.log(`The tests in the browser use ${found}.`);
    return;
  }
  try {
    run('npx', ['playwright', 'install', 'chromium']);
  } catch (error) {
    if (process.getuid?.() !== 0 || !fs.existsSync('/usr/bin/apt-get')) {
      throw new Error(
        'There is no Chromium, and Playwright could not install one. Install Chromium or ' +
          'Google Chrome, or name one in NB2PIPE_CHROMIUM.',
        { cause: error }
      );
    }
    run('apt-get', ['update', '-qq']);
    run('apt-get', [
      'install',
      '-y',
      '-qq',
      '--no-install-recommends',
      'chromium'
    ]);
  }
}

function run(command, args) {
  execFileSync(command, args, { stdio: 'inherit' });
}

if (require.main === module) {
  install();
}

module.exports = { findChromium };
