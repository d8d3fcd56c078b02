import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Notebook, NotebookPanel } from '@jupyterlab/notebook';

import type { ITagging } from '../tagging';

/** A place in a notebook; lines and columns count from 1. */
export interface IPlace {
  readonly cell: string;
  readonly line?: number | null;
  readonly column?: number | null;
}

/**
 * Show a place in a notebook: the cell is selected and in view, and the cursor stands in the line.
 *
 * Works for cells that a windowed notebook has not drawn.
 *
 * @param app - The application, to bring the notebook to the front.
 * @param panel - The notebook.
 * @param place - The place.
 * @returns Whether the notebook still has that cell.
 */
export async function goTo(
  app: JupyterFrontEnd,
  panel: NotebookPanel,
  place: IPlace
): Promise<boolean> {
  const notebook = panel.content;
  const index = indexOfCell(panel, place.cell);
  if (index < 0) {
    return false;
  }
  app.shell.activateById(panel.id);
  notebook.deselectAll();
  notebook.mode = 'command';
  notebook.activeCellIndex = index;
  const cell = notebook.widgets[index];
  await scrollTo(notebook, index);
  if (place.line !== undefined && place.line !== null && cell.editor !== null) {
    const line = Math.min(place.line, cell.editor.lineCount) - 1;
    const position = { line, column: Math.max(0, (place.column ?? 1) - 1) };
    notebook.mode = 'edit';
    cell.editor.setCursorPosition(position);
    cell.editor.revealPosition(position);
    cell.editor.focus();
  } else {
    notebook.activate();
  }
  return true;
}

/**
 * Select several cells of a notebook, and show the first of them.
 *
 * @param app - The application, to bring the notebook to the front.
 * @param panel - The notebook.
 * @param cells - Ids of the cells; those that are gone are left out.
 */
export async function selectCells(
  app: JupyterFrontEnd,
  panel: NotebookPanel,
  cells: readonly string[]
): Promise<void> {
  if (cells.length === 0 || !(await goTo(app, panel, { cell: cells[0] }))) {
    return;
  }
  const wanted = new Set(cells);
  for (const widget of panel.content.widgets) {
    if (wanted.has(widget.model.id)) {
      panel.content.select(widget);
    }
  }
}

/**
 * The number of a cell as people see it, counted from 1.
 *
 * @param tagging - The notebook's cells; looked through once, however many numbers are asked for.
 * @param cell - The cell's id.
 * @returns 0 when the notebook has no such cell.
 */
export function cellNumber(tagging: ITagging, cell: string): number {
  let numbers = NUMBERS.get(tagging);
  if (numbers === undefined) {
    numbers = new Map(tagging.cells.map(({ id }, index) => [id, index + 1]));
    NUMBERS.set(tagging, numbers);
  }
  return numbers.get(cell) ?? 0;
}

const NUMBERS = new WeakMap<ITagging, ReadonlyMap<string, number>>();

/** How often scrolling is tried, and how long it may take to be seen, in milliseconds. */
const TRIES = 10;
const PAUSE = 100;

/**
 * Scroll to a cell until it is there. A notebook that is still being drawn may scroll back, and a
 * cell that was never drawn is put into the page only then.
 */
async function scrollTo(notebook: Notebook, index: number): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    await notebook.scrollToItem(index, 'smart');
    await new Promise(resolve => window.setTimeout(resolve, PAUSE));
    if (isInView(notebook, notebook.widgets[index].node)) {
      return;
    }
  }
}

function isInView(notebook: Notebook, node: HTMLElement): boolean {
  const frame = notebook.node.getBoundingClientRect();
  const { top, bottom } = node.getBoundingClientRect();
  return node.isConnected && bottom > frame.top && top < frame.bottom;
}

function indexOfCell(panel: NotebookPanel, cell: string): number {
  return panel.content.widgets.findIndex(widget => widget.model.id === cell);
}
