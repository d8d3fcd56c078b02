import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IAnalysis, IStage } from '../protocol';
import { STAGE_SIGNS } from '../run/signs';
import { type IRunState, stageOf } from '../run/state';

import type { ISectionProps } from './context';
import { StageDetail } from './stageDetail';
import { statusText } from './status';

/**
 * The stages in their order, each with all that the graph says of it: the graph's twin for those
 * who do not see it.
 */
export const Stages = React.memo(function Stages(
  props: ISectionProps & { analysis: IAnalysis; run: IRunState | null }
): React.JSX.Element {
  const { context, document, analysis, run } = props;
  const [open, setOpen] = React.useState<ReadonlySet<string>>(new Set());
  const toggle = (name: string) => {
    const next = new Set(open);
    if (!next.delete(name)) {
      next.add(name);
    }
    setOpen(next);
  };
  return (
    <ol className="jp-Nb2pipe-stages">
      {analysis.stages.map(stage => (
        <li key={stage.name} data-stage={stage.name}>
          <StageHeading
            {...{ context, document, stage, run }}
            open={open.has(stage.name)}
            onToggle={toggle}
          />
          {open.has(stage.name) && (
            <StageDetail
              {...{ context, document, stage }}
              edges={analysis.edges}
            />
          )}
        </li>
      ))}
    </ol>
  );
});

function StageHeading(
  props: ISectionProps & {
    stage: IStage;
    run: IRunState | null;
    open: boolean;
    onToggle: (name: string) => void;
  }
): React.JSX.Element {
  const { context, stage, run, open, onToggle } = props;
  const { trans } = context;
  const state = run === null ? undefined : stageOf(run, stage.name);
  const Caret = open ? caretDownIcon : caretRightIcon;
  return (
    <h3 className="jp-Nb2pipe-stage">
      <button
        type="button"
        className="jp-Nb2pipe-toggle"
        aria-expanded={open}
        onClick={() => onToggle(stage.name)}
      >
        <Caret.react tag="span" className="jp-Nb2pipe-caret" />
        <span>{stage.name}</span>
        <span className="jp-Nb2pipe-note">
          {state === undefined
            ? trans._n('%1 cell', '%1 cells', stage.cells.length)
            : `${STAGE_SIGNS[state.status]} ${statusText(state, trans)}`}
        </span>
      </button>
    </h3>
  );
}
