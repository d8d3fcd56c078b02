import type { PipelineDocument } from './document';
import type { ITaggedCell } from './tagging';

/** The ids of the cells that are selected in a notebook; of the active one at least. */
export function selectedCells(document: PipelineDocument): string[] {
  const notebook = document.panel.content;
  return notebook.widgets
    .filter(cell => notebook.isSelectedOrActive(cell))
    .map(cell => cell.model.id);
}

/** What the tags make of the active cell. */
export function activeCell(document: PipelineDocument): ITaggedCell | null {
  const id = document.panel.content.activeCell?.model.id;
  return document.tagging.cells.find(cell => cell.id === id) ?? null;
}
