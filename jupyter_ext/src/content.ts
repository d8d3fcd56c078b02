import type { INotebookModel } from '@jupyterlab/notebook';

import type { INotebookContent } from './protocol';
import { tagsOf } from './tagging';

type Cell = INotebookContent['cells'][number];

/**
 * A notebook as the server wants it: what the analysis reads, and no outputs.
 *
 * @param model - The notebook's model; null for one that is not there yet.
 */
export function notebookContent(
  model: INotebookModel | null
): INotebookContent {
  return {
    nbformat: 4,
    nbformat_minor: Math.max(model?.nbformatMinor ?? 5, 5),
    metadata: model ? metadataOf(model) : {},
    cells: model ? [...model.cells].map(cellContent) : []
  };
}

function metadataOf(model: INotebookModel): INotebookContent['metadata'] {
  const metadata: { [key: string]: unknown } = {};
  for (const key of ['kernelspec', 'language_info', 'nb2pipe']) {
    const value: unknown = model.getMetadata(key);
    if (value !== undefined) {
      metadata[key] = value;
    }
  }
  return metadata;
}

function cellContent(cell: ReturnType<INotebookModel['cells']['get']>): Cell {
  const { sharedModel } = cell;
  const content: Cell = {
    id: cell.id,
    cell_type: cell.type,
    source: sharedModel.getSource(),
    metadata: { tags: tagsOf(sharedModel.getMetadata('tags')) }
  };
  if (sharedModel.cell_type === 'code') {
    // The shared model of a code cell, whatever its class says of it.
    const { execution_count } = sharedModel as { execution_count?: unknown };
    content.execution_count =
      typeof execution_count === 'number' ? execution_count : null;
  }
  return content;
}
