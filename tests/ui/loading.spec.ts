import type { NotebookPanel } from '@jupyterlab/notebook';
import { type Locator, test as plain, type Page } from '@playwright/test';
import * as path from 'node:path';

import {
  activate,
  cell,
  copyExample,
  expect,
  freshTest as test,
  open,
  openPanel,
  savedTags,
  writeNotebook
} from './fixtures';

/** What is loaded before the panel is first opened, in bytes. */
const MOST = 50_000;

/** Our scripts that the page has loaded, and how large they are. */
function scripts(page: Page): Promise<{ name: string; size: number }[]> {
  return page.evaluate(() =>
    (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(entry => /jupyterlab-nb2pipe\/.*\.js/.test(entry.name))
      .map(entry => ({ name: entry.name, size: entry.decodedBodySize }))
  );
}

const total = (loaded: { size: number }[]) =>
  loaded.reduce((sum, { size }) => sum + size, 0);

test('loads little before the panel is opened, and the rest with it', async ({
  page,
  tmpPath
}) => {
  await open(page, copyExample(tmpPath));
  await expect(cell(page, 7)).toHaveAttribute('data-nb2pipe-badge', 'load');
  // What a person does first who never opens the panel: a dialog, a role, another one, undone.
  const cells = await count(page);
  await activate(page, 8);
  // As fast as anyone types: to the notebook, two d would delete a cell, and b would make one.
  await page.keyboard.type('t');
  await page.keyboard.type('add b');
  await page.keyboard.press('Enter');
  await expect(cell(page, 8)).toHaveAttribute('data-nb2pipe-badge', 'add_b');
  expect(await count(page)).toBe(cells);
  await page.keyboard.press('z');
  await expect(cell(page, 8)).toHaveAttribute('data-nb2pipe-badge', 'load');
  const before = await scripts(page);
  console.log(`Before the panel is opened: ${total(before)} bytes.`);
  expect(before.length).toBeGreaterThanOrEqual(3);
  expect(before.every(({ size }) => size > 0)).toBe(true);
  expect(total(before)).toBeLessThanOrEqual(MOST);
  const panel = await openPanel(page);
  await expect(panel.locator('[data-section="graph"]')).toBeVisible();
  const after = await scripts(page);
  expect(total(after)).toBeGreaterThan(total(before));

  await test.step('it opens wide, and then as it was left', async () => {
    await expect.poll(() => width(panel)).toBeGreaterThan(370);
    const handle = await panel.boundingBox();
    const left = handle?.x ?? 0;
    await page.mouse.move(left - 1, 400);
    await page.mouse.down();
    await page.mouse.move(left + 78, 400, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => width(panel)).toBeLessThan(310);
    await page.sidebar.close('right');
    await openPanel(page);
    await expect.poll(() => width(panel)).toBeLessThan(310);
  });
});

/** How many cells the notebook in front has. */
function count(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { content } = window.jupyterapp.shell.currentWidget as NotebookPanel;
    return content.model?.cells.length ?? 0;
  });
}

/** How wide the panel is, in pixels. */
async function width(panel: Locator): Promise<number> {
  const box = await panel.boundingBox();
  return box?.width ?? 0;
}

plain('works in Notebook 7', async ({ page }) => {
  const folder = path.basename(plain.info().outputDir);
  const file = writeNotebook(`${folder}/seven.ipynb`, [
    ['code', 'a = 1', 'stage:load'],
    ['code', 'b = a'],
    ['code', 'c = b']
  ]);
  // The code of the dialog takes its time; what is typed meanwhile is for the dialog all the same.
  await page.route('**/jupyterlab-nb2pipe/static/*.js*', async route => {
    const response = await route.fetch();
    if ((await response.text()).includes('Stage of the Selected Cells')) {
      await new Promise(resume => setTimeout(resume, 3000));
    }
    await route.fulfill({ response });
  });
  await page.goto(`/notebooks/${file}`);
  const cells = page.locator('.jp-Notebook .jp-Cell');
  await expect(cells.nth(0)).toHaveAttribute('data-nb2pipe-badge', 'load', {
    timeout: 60_000
  });
  await activate(page, 1);
  await page.keyboard.type('t');
  await page.keyboard.type('add b');
  const field = page.getByRole('combobox', { name: 'Name of the stage' });
  expect(await field.count()).toBe(0);
  await expect(field).toHaveValue('add b');
  await expect(field).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(cells.nth(1)).toHaveAttribute('data-nb2pipe-badge', 'add_b');
  await expect(cells).toHaveCount(3);
  await page.keyboard.press('n');
  await page.keyboard.press('g');
  const panel = page.locator('#nb2pipe-panel');
  await expect(panel).toBeVisible();
  await expect.poll(() => width(panel)).toBeGreaterThan(370);
  await expect(panel.locator('.jp-Nb2pipe-node')).toHaveCount(2, {
    timeout: 30_000
  });
  await page.keyboard.press('Control+s');
  // While it is being written the file is no notebook.
  await expect(() =>
    expect(savedTags(file)).toEqual([['stage:load'], ['stage:add_b'], []])
  ).toPass({ timeout: 20_000 });
});
