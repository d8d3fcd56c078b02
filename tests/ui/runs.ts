import AxeBuilder from '@axe-core/playwright';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Locator, Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import * as path from 'node:path';

import { type CellText, expect, ROOT } from './fixtures';

/** How long a run of a few stages may take on a machine that has other things to do. */
export const RUN = 90_000;

/** A pipeline that waits, and fails, as it is told. */
export const SMALL: CellText[] = [
  [
    'code',
    'seconds: float = 0.1  # how long it takes\nfails: bool = False  # whether it fails',
    'parameters'
  ],
  ['code', 'import time', 'setup'],
  ['code', 'numbers = list(range(10))\nprint(len(numbers))', 'stage:begin'],
  [
    'code',
    'time.sleep(seconds)\nif fails:\n    raise ValueError("as asked")\ntotal = sum(numbers)',
    'stage:wait'
  ],
  ['code', 'mean = total / len(numbers)\nmean', 'stage:tell', 'metrics']
];

/** What a panel's section for runs says of the run. */
export function standing(panel: Locator): Locator {
  return panel.locator('.jp-Nb2pipe-run .jp-Nb2pipe-standing');
}

/** The row of a stage in the table of the run. */
export function stageRow(panel: Locator, stage: string): Locator {
  return panel.locator(`.jp-Nb2pipe-run tr[data-stage="${stage}"]`);
}

/** The button that starts a run. */
export function runButton(panel: Locator): Locator {
  return panel
    .locator('.jp-Nb2pipe-run')
    .getByRole('button', { name: 'Run', exact: true });
}

/** Run a notebook as in a terminal. */
export function runInTerminal(file: string, ...options: string[]): void {
  const notebook = path.join(ROOT, file);
  execFileSync('nb2pipe', ['run', notebook, ...options], {
    cwd: path.dirname(notebook),
    stdio: 'pipe'
  });
}

/**
 * Run a command of the palette with the keyboard alone.
 *
 * JupyterLab hides its palette whenever any command is executed, and its help menu executes some when
 * what it knows of running kernels changes, as it does while one starts.
 */
export async function byPalette(page: Page, label: string): Promise<void> {
  await page.evaluate(async () => {
    const { shell, serviceManager } = window.jupyterapp;
    await (shell.currentWidget as NotebookPanel).sessionContext.ready;
    await serviceManager.sessions.refreshRunning();
  });
  const field = page.locator('.lm-CommandPalette-input');
  await expect(async () => {
    await page.keyboard.press('Control+Shift+C');
    await expect(field).toBeFocused({ timeout: 3000 });
    // Unlike keys, text goes nowhere where the palette has just been hidden.
    await page.keyboard.insertText(label);
    await expect(
      page.locator('.lm-CommandPalette-item.lm-mod-active')
    ).toContainText(label, { timeout: 3000 });
  }).toPass();
  await page.keyboard.press('Enter');
}

/** Go to an element with the keyboard alone, from wherever the focus is. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 150; presses++) {
    if (await target.evaluate(node => node === document.activeElement)) {
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error('The keyboard does not reach it.');
}

/** Find what is hard to use in the panel, in both themes. */
export async function expectAccessible(
  page: IJupyterLabPageFixture
): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    if (theme === 'dark') {
      await page.theme.setDarkTheme();
    } else {
      await page.theme.setLightTheme();
    }
    const { violations } = await new AxeBuilder({ page })
      .include('#nb2pipe-panel')
      .analyze();
    expect(
      violations.map(({ id, nodes }) => [theme, id, nodes.map(n => n.html)])
    ).toEqual([]);
  }
}
