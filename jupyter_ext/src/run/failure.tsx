import * as React from 'react';

import type { ISectionProps } from '../panel/context';
import { goTo } from '../panel/navigation';
import { openFile } from './places';
import type { IStageState } from './state';

/** What failed in a stage, with the ways to the cell and to the executed notebook. */
export function Failure(
  props: ISectionProps & {
    stage: Pick<IStageState, 'name' | 'error' | 'cell' | 'line' | 'notebook'>;
  }
): React.JSX.Element {
  const { context, document, stage } = props;
  const { trans } = context;
  const { cell, line, notebook } = stage;
  return (
    <div className="jp-Nb2pipe-failure">
      <pre
        tabIndex={0}
        aria-label={trans.__('What failed in %1', stage.name)}
        role="group"
      >
        {stage.error}
      </pre>
      <div className="jp-Nb2pipe-actions">
        {cell !== null && (
          <button
            type="button"
            onClick={() =>
              void goTo(context.app, document.panel, { cell, line })
            }
          >
            {trans.__('Show failing cell')}
          </button>
        )}
        {notebook !== null && (
          <button type="button" onClick={() => openFile(context, notebook)}>
            {trans.__('Open executed notebook')}
          </button>
        )}
      </div>
    </div>
  );
}
