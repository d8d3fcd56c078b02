import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import * as fs from 'node:fs';
import * as path from 'node:path';

import {
  activate,
  badge,
  cell,
  copyExample,
  expect,
  freshTest,
  open,
  ROOT,
  save,
  savedTags,
  test,
  writeNotebook
} from './fixtures';
import { byPalette } from './runs';

/** The item of a cell's menu for the pipeline. */
async function cellMenu(
  page: IJupyterLabPageFixture,
  index: number
): Promise<Locator> {
  await cell(page, index).locator('.jp-InputPrompt').click({ button: 'right' });
  await page
    .locator('.lm-Menu-item[data-type="submenu"]')
    .filter({ hasText: 'Pipeline' })
    .hover();
  const menu = page.locator('#jp-contextmenu-nb2pipe');
  await expect(menu).toBeVisible();
  return menu;
}

test('shows the stages of the example on its cells', async ({
  page,
  tmpPath
}) => {
  await open(page, copyExample(tmpPath));
  await expect(cell(page, 3)).toHaveAttribute(
    'data-nb2pipe-badge',
    'parameters'
  );
  expect(await badge(page, 1)).toBe('setup');
  const load = cell(page, 7);
  await expect(load).toHaveAttribute('data-nb2pipe-badge', 'load');
  await expect(load).toHaveAttribute('data-nb2pipe-kind', 'own');
  await expect(load).toHaveAttribute('aria-description', 'Stage load.');
  // What is seen is what is said, and nothing of the cell is covered by it.
  const seen = await load.evaluate(node => {
    const style = getComputedStyle(node, '::before');
    return { text: style.content, position: style.position };
  });
  expect(seen).toEqual({ text: '"load"', position: 'static' });
});

test('tags by keyboard alone', async ({ page, tmpPath }) => {
  const file = writeNotebook(`${tmpPath}/keys.ipynb`, [
    ['code', 'a = 1'],
    ['code', 'b = a'],
    ['markdown', 'Text'],
    ['code', 'c = b'],
    ['code', 'd = c']
  ]);
  await open(page, file);
  await activate(page, 0);

  await test.step('two cells, a new stage', async () => {
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('t');
    const field = page.getByRole('combobox', { name: 'Name of the stage' });
    await expect(field).toBeFocused();
    await page.keyboard.type('Load Data');
    await expect(
      page.getByText('The stage will be called load_data.')
    ).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(cell(page, 0)).toHaveAttribute(
      'data-nb2pipe-badge',
      'load_data'
    );
    expect(await cell(page, 1).getAttribute('data-nb2pipe-kind')).toBe('own');
    // Lighter: it belongs to the stage of the cell above.
    expect(await badge(page, 3)).toBe('load_data');
    expect(await cell(page, 3).getAttribute('data-nb2pipe-kind')).toBe(
      'inherited'
    );
    await expect(page.locator('.jp-Nb2pipe-announcer')).toHaveText(
      'Stage load_data. 2 cells.'
    );
  });

  await test.step('undone and done again, each in one step', async () => {
    await page.keyboard.press('z');
    await expect(cell(page, 0)).not.toHaveAttribute('data-nb2pipe-badge', /./);
    expect(await badge(page, 1)).toBeNull();
    await page.keyboard.press('Shift+Z');
    await expect(cell(page, 1)).toHaveAttribute(
      'data-nb2pipe-badge',
      'load_data'
    );
  });

  await test.step('roles, a second stage, renamed, cleared', async () => {
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect(cell(page, 3)).toHaveClass(/jp-mod-active/);
    await page.keyboard.press('t');
    await page.keyboard.type('train');
    await page.keyboard.press('Enter');
    await expect(cell(page, 3)).toHaveAttribute('data-nb2pipe-badge', 'train');
    await page.keyboard.press('n');
    await page.keyboard.press('m');
    await expect(cell(page, 3)).toHaveAttribute(
      'data-nb2pipe-badge',
      'train · metrics'
    );
    await page.keyboard.press('Shift+T');
    const field = page.getByRole('combobox', { name: 'Name of the stage' });
    await expect(field).toHaveValue('train');
    await field.fill('fit');
    await page.keyboard.press('Enter');
    await expect(cell(page, 4)).toHaveAttribute('data-nb2pipe-badge', 'fit');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('n');
    await page.keyboard.press('x');
    await expect(cell(page, 4)).toHaveAttribute('data-nb2pipe-badge', 'skip');
    await save(page);
    expect(savedTags(file)).toEqual([
      ['stage:load_data'],
      ['stage:load_data'],
      [],
      ['stage:fit', 'metrics'],
      ['skip']
    ]);
    await page.keyboard.press('u');
    await expect(cell(page, 4)).toHaveAttribute('data-nb2pipe-badge', 'fit');
    expect(await cell(page, 4).getAttribute('data-nb2pipe-kind')).toBe(
      'inherited'
    );
  });

  await test.step('only Markdown: nothing is tagged, and it is said', async () => {
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await expect(cell(page, 2)).toHaveClass(/jp-mod-active/);
    await page.keyboard.press('n');
    await page.keyboard.press('s');
    await expect(page.getByText('Only code cells are tagged.')).toBeVisible();
  });

  await test.step('a tag on a cell that becomes Markdown is called idle', async () => {
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('m');
    await expect(cell(page, 1)).toHaveAttribute('data-nb2pipe-kind', 'unused');
    expect(await badge(page, 1)).toContain('stage:load_data');
  });
});

test('tags with the command palette', async ({ page, tmpPath }) => {
  const file = writeNotebook(`${tmpPath}/palette.ipynb`, [
    ['code', 'a = 1'],
    ['code', 'b = a']
  ]);
  await open(page, file);
  await activate(page, 0);
  await byPalette(page, 'Set Stage…');
  const field = page.getByRole('combobox', { name: 'Name of the stage' });
  await expect(field).toBeFocused();
  await page.keyboard.type('load');
  await page.keyboard.press('Enter');
  await expect(cell(page, 0)).toHaveAttribute('data-nb2pipe-badge', 'load');
  await activate(page, 1);
  await byPalette(page, 'Mark as Metrics');
  await expect(cell(page, 1)).toHaveAttribute(
    'data-nb2pipe-badge',
    'load · metrics'
  );
  await activate(page, 0);
  await byPalette(page, 'Clear Pipeline Tags');
  await expect(cell(page, 0)).not.toHaveAttribute('data-nb2pipe-badge', /./);
  await save(page);
  expect(savedTags(file)).toEqual([[], ['metrics']]);
});

test('tags with the mouse', async ({ page, tmpPath }) => {
  const file = writeNotebook(
    `${tmpPath}/mouse.ipynb`,
    [
      ['code', 'a = 1', 'stage:load'],
      ['code', 'b = a'],
      ['code', 'c = b', 'after:load', 'stage:train']
    ],
    { stages: { load: { timeout: 60 } } }
  );
  await open(page, file);

  await test.step('the context menu offers the stages', async () => {
    const menu = await cellMenu(page, 1);
    await menu.getByRole('menuitem', { name: 'Stage train' }).click();
    await expect(cell(page, 1)).toHaveAttribute('data-nb2pipe-badge', 'train');
    expect(await cell(page, 1).getAttribute('data-nb2pipe-kind')).toBe('own');
  });

  await test.step('and renames one everywhere, undone in one step', async () => {
    const menu = await cellMenu(page, 0);
    await menu.getByRole('menuitem', { name: 'Rename Stage…' }).click();
    await page
      .getByRole('combobox', { name: 'Name of the stage' })
      .fill('read');
    await page.getByRole('button', { name: 'Rename' }).click();
    await expect(cell(page, 0)).toHaveAttribute('data-nb2pipe-badge', 'read');
    await save(page);
    expect(savedTags(file)[2]).toEqual(['after:read', 'stage:train']);
    const saved = fs.readFileSync(path.join(ROOT, file), 'utf-8');
    const { metadata } = JSON.parse(saved) as { metadata: unknown };
    expect(metadata).toMatchObject({
      nb2pipe: { stages: { read: { timeout: 60 } } }
    });
    await page.keyboard.press('z');
    await expect(cell(page, 0)).toHaveAttribute('data-nb2pipe-badge', 'load');
    await save(page);
    expect(savedTags(file)[2]).toEqual(['after:load', 'stage:train']);
    const undone = fs.readFileSync(path.join(ROOT, file), 'utf-8');
    expect(undone).toContain('"load": {');
  });

  await test.step('the cell’s toolbar has a button', async () => {
    await activate(page, 1);
    await cell(page, 1)
      .locator('.jp-cell-toolbar [data-command="nb2pipe:pick-stage"]')
      .click();
    await page
      .getByRole('combobox', { name: 'Name of the stage' })
      .fill('score');
    await page.getByRole('button', { name: 'Set Stage' }).click();
    await expect(cell(page, 1)).toHaveAttribute('data-nb2pipe-badge', 'score');
  });

  await test.step('and so has the notebook’s', async () => {
    await page
      .locator('.jp-NotebookPanel-toolbar [data-command="nb2pipe:open-panel"]')
      .click();
    await expect(page.locator('#nb2pipe-panel')).toBeVisible();
  });
});

// In a page that many tests have used, requests pass this test's route by.
freshTest('refuses to tag what cannot be saved', async ({ page, tmpPath }) => {
  const file = writeNotebook(`${tmpPath}/fixed.ipynb`, [
    ['code', 'a = 1', 'stage:load'],
    ['code', 'b = a']
  ]);
  // Root may write everywhere; so the answer says what the file system would.
  const contents = /api\/contents\/.*fixed\.ipynb/;
  await page.route(contents, async route => {
    const response = await route.fetch();
    const model = (await response.json()) as object;
    await route.fulfill({ response, json: { ...model, writable: false } });
  });
  await open(page, file);
  await activate(page, 1);
  await page.keyboard.press('n');
  await page.keyboard.press('p');
  await expect(page.getByText('This notebook is read-only')).toBeVisible();
  expect(await badge(page, 1)).toBe('load');
  await page.unroute(contents);
});
