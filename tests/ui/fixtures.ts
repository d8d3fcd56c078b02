import { expect, type IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator, Page } from '@playwright/test';
import * as fs from 'node:fs';
import * as path from 'node:path';

export { freshTest, test } from './lab';
export { expect };

/** The folder that the server shows. */
export const ROOT = process.env.NB2PIPE_UI_ROOT as string;

const EXAMPLES = path.resolve(__dirname, '../../examples');

/** The words of a notebook's cell: its type, its source, and its tags. */
export type CellText = [
  type: 'code' | 'markdown',
  source: string,
  ...tags: string[]
];

/**
 * Copy an example, without its generated project, to where the server shows it.
 *
 * @param folder - A folder below the server's root; a test's own `tmpPath`.
 * @param name - The example.
 * @returns The server path of its notebook.
 */
export function copyExample(folder: string, name = 'churn'): string {
  const source = path.join(EXAMPLES, name);
  const target = path.join(ROOT, folder, name);
  fs.cpSync(source, target, {
    recursive: true,
    filter: file => file !== path.join(source, name)
  });
  return path.posix.join(folder, name, `${name}.ipynb`);
}

/**
 * Write a notebook.
 *
 * @param file - Its server path.
 * @param cells - Its cells; their ids are `cell-0`, `cell-1`, …
 * @param settings - `metadata.nb2pipe`.
 * @param root - The folder that the server shows.
 * @returns The path.
 */
export function writeNotebook(
  file: string,
  cells: CellText[],
  settings?: unknown,
  root = ROOT
): string {
  const target = path.join(root, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, JSON.stringify(notebook(cells, settings)));
  return file;
}

function notebook(cells: CellText[], settings: unknown): unknown {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: {
        name: 'python3',
        display_name: 'Python 3 (ipykernel)',
        language: 'python'
      },
      language_info: { name: 'python', version: '3.11' },
      ...(settings === undefined ? {} : { nb2pipe: settings })
    },
    cells: cells.map(([cell_type, source, ...tags], index) => ({
      id: `cell-${index}`,
      cell_type,
      source,
      metadata: tags.length > 0 ? { tags } : {},
      ...(cell_type === 'code' ? { outputs: [], execution_count: null } : {})
    }))
  };
}

/** The tags of every cell in a notebook as it is saved. */
export function savedTags(file: string): string[][] {
  const text = fs.readFileSync(path.join(ROOT, file), 'utf-8');
  const { cells } = JSON.parse(text) as {
    cells: { metadata: { tags?: string[] } }[];
  };
  return cells.map(cell => cell.metadata.tags ?? []);
}

/**
 * Open a notebook, and leave its first cell active in command mode.
 *
 * @param page - JupyterLab.
 * @param file - Its server path.
 */
export async function open(
  page: IJupyterLabPageFixture,
  file: string
): Promise<void> {
  // The file browser would list the folders on the way, one after the other.
  await page.evaluate(async path => {
    await window.jupyterapp.commands.execute('docmanager:open', { path });
  }, file);
  await page
    .locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')
    .first()
    .waitFor();
}

/** The cell at an index of the notebook in front. */
export function cell(page: Pick<Page, 'locator'>, index: number): Locator {
  return page.locator(
    `.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell[data-windowed-list-index="${index}"]`
  );
}

/** The text of a cell's badge; null for a cell without one. */
export function badge(
  page: Pick<Page, 'locator'>,
  index: number
): Promise<string | null> {
  return cell(page, index).getAttribute('data-nb2pipe-badge');
}

/** Make a cell the active one, in command mode, with the mouse. */
export async function activate(
  page: Pick<Page, 'locator'>,
  index: number
): Promise<void> {
  await cell(page, index)
    .locator('.jp-InputPrompt, .jp-InputArea-prompt')
    .first()
    .click();
  await expect(cell(page, index)).toHaveClass(/jp-mod-active/);
}

/** Show the side panel, and wait for what it says of the notebook. */
export async function openPanel(
  page: IJupyterLabPageFixture
): Promise<Locator> {
  await page.evaluate(async () => {
    await window.jupyterapp.commands.execute('nb2pipe:open-panel');
  });
  const panel = page.locator('#nb2pipe-panel');
  await expect(panel).toBeVisible();
  return panel;
}

/** Save the notebook in front. */
export async function save(page: IJupyterLabPageFixture): Promise<void> {
  await page.evaluate(async () => {
    await window.jupyterapp.commands.execute('docmanager:save');
  });
}
