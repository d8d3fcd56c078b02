import type { NotebookPanel } from '@jupyterlab/notebook';
import { type Page, test } from '@playwright/test';
import * as path from 'node:path';

import { activate, cell, expect, savedTags, writeNotebook } from './fixtures';
import { RUN, runButton, SMALL, stageRow, standing } from './runs';

test.use({ baseURL: process.env.NB2PIPE_UI_COLLABORATION });

/** Open a notebook as one of several people in it. */
async function join(page: Page, file: string): Promise<void> {
  await page.goto(`/lab/tree/${file}?reset`);
  await cell(page, 0).waitFor({ timeout: 60_000 });
  await expect(cell(page, 2)).toHaveAttribute('data-nb2pipe-badge', 'begin', {
    timeout: 30_000
  });
}

/** Tag the active cell. */
async function tag(page: Page, stage: string): Promise<void> {
  await page.keyboard.press('t');
  await page.keyboard.type(stage);
  await page.keyboard.press('Enter');
}

async function openPanel(page: Page): Promise<ReturnType<Page['locator']>> {
  await page.keyboard.press('n');
  await page.keyboard.press('g');
  const panel = page.locator('#nb2pipe-panel');
  await expect(panel.locator('.jp-Nb2pipe-node')).not.toHaveCount(0, {
    timeout: 30_000
  });
  return panel;
}

test('two people tag, undo, and run one notebook', async ({ browser }) => {
  test.setTimeout(2 * RUN);
  const folder = path.basename(test.info().outputDir);
  const file = writeNotebook(`${folder}/shared.ipynb`, SMALL);
  const first = await (await browser.newContext()).newPage();
  const second = await (await browser.newContext()).newPage();
  await join(first, file);
  await join(second, file);
  const badge = 'data-nb2pipe-badge';

  await test.step('a tag of one is seen by the other', async () => {
    await activate(first, 3);
    await tag(first, 'pause');
    await expect(cell(first, 3)).toHaveAttribute(badge, 'pause');
    await expect(cell(second, 3)).toHaveAttribute(badge, 'pause');
  });

  await test.step('each undoes only what was their own', async () => {
    await activate(second, 2);
    await tag(second, 'start');
    await expect(cell(first, 2)).toHaveAttribute(badge, 'start');
    await activate(first, 3);
    await first.keyboard.press('z');
    await expect(cell(second, 3)).toHaveAttribute(badge, 'wait');
    await expect(cell(second, 2)).toHaveAttribute(badge, 'start');
  });

  await test.step('the graph follows what the other types', async () => {
    const panel = await openPanel(second);
    const link = panel.locator(
      '.jp-Nb2pipe-edge[data-from="start"][data-to="wait"]'
    );
    await expect(link).toContainText('numbers');
    await cell(first, 2).locator('.cm-content').click();
    await first.keyboard.press('Control+End');
    await first.keyboard.type('\nextra = 1');
    await cell(first, 3).locator('.cm-content').click();
    await first.keyboard.press('Control+End');
    await first.keyboard.type('\ntotal += extra');
    await expect(link).toContainText('extra', { timeout: 30_000 });
  });

  await test.step('a run of one is seen by the other', async () => {
    // What the server has saved by itself, and the page not heard of yet, is no one's conflict.
    await second.evaluate(() => {
      const { context } = window.jupyterapp.shell
        .currentWidget as NotebookPanel;
      const known = context as unknown as { _contentsModel: { hash: string } };
      known._contentsModel.hash = 'of the file before';
    });
    await runButton(second.locator('#nb2pipe-panel')).click();
    await expect(standing(second.locator('#nb2pipe-panel'))).toHaveText(
      'The run succeeded: 3 ran, 0 reused.',
      { timeout: RUN }
    );
    await expect(cell(first, 3)).toHaveAttribute(badge, /wait/);
    await first.keyboard.press('Escape');
    const panel = await openPanel(first);
    await expect(stageRow(panel, 'wait')).toContainText('ran', {
      timeout: 30_000
    });
    expect(savedTags(file)[2]).toEqual(['stage:start']);
  });
});
