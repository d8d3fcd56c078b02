import * as React from 'react';

import type { ISectionProps } from './context';
import { cellNumber, goTo, type IPlace } from './navigation';

/** A button that shows a cell of the notebook. */
export function CellLink(
  props: ISectionProps & IPlace & { label?: string }
): React.JSX.Element {
  const { context, document, cell, line, column, label } = props;
  const { app, trans } = context;
  const number = cellNumber(document.tagging, cell);
  const text =
    line === null || line === undefined
      ? trans.__('cell %1', number)
      : trans.__('cell %1, line %2', number, line);
  return (
    <button
      type="button"
      className="jp-Nb2pipe-link"
      data-cell={cell}
      disabled={number === 0}
      onClick={() => {
        void goTo(app, document.panel, { cell, line, column });
      }}
    >
      {label ?? (number === 0 ? trans.__('deleted cell') : text)}
    </button>
  );
}
