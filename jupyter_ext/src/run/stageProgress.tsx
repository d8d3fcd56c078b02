import * as React from 'react';

import type { ISectionProps } from '../panel/context';
import { selectCells } from '../panel/navigation';
import { STAGE_SIGNS } from './signs';
import type { IStageState } from './state';
import { duration, stageStatus } from './wording';

/** The stages of a run: what became of each, how far it is, and how long it took. */
export function StageProgress(
  props: ISectionProps & { stages: readonly IStageState[] }
): React.JSX.Element | null {
  const { stages, context } = props;
  const { trans } = context;
  if (stages.length === 0) {
    return null;
  }
  return (
    <table className="jp-Nb2pipe-runStages">
      <caption className="jp-Nb2pipe-live">
        {trans.__('Stages of the run')}
      </caption>
      <thead className="jp-Nb2pipe-live">
        <tr>
          <th scope="col">{trans.__('Stage')}</th>
          <th scope="col">{trans.__('Status')}</th>
          <th scope="col">{trans.__('Time')}</th>
        </tr>
      </thead>
      <tbody>
        {stages.map(stage => (
          <StageRow key={stage.name} {...props} stage={stage} />
        ))}
      </tbody>
    </table>
  );
}

function StageRow(
  props: ISectionProps & { stage: IStageState }
): React.JSX.Element {
  const { context, document, stage } = props;
  const { trans } = context;
  const cells = document.analysis?.stages.find(
    known => known.name === stage.name
  )?.cells;
  return (
    <tr data-status={stage.status} data-stage={stage.name}>
      <th scope="row">
        <button
          type="button"
          className="jp-Nb2pipe-link"
          disabled={cells === undefined}
          title={trans.__('Select the cells of %1', stage.name)}
          onClick={() =>
            void selectCells(context.app, document.panel, cells ?? [])
          }
        >
          {stage.name}
        </button>
      </th>
      <td title={stage.reason}>
        <span className="jp-Nb2pipe-sign" aria-hidden="true">
          {STAGE_SIGNS[stage.status]}
        </span>{' '}
        {stageStatus(stage.status, trans)}
        {stage.status === 'running' && <CellProgress {...props} />}
      </td>
      <td className="jp-Nb2pipe-time">
        <StageTime {...props} />
      </td>
    </tr>
  );
}

function CellProgress(
  props: ISectionProps & { stage: IStageState }
): React.JSX.Element {
  const { stage, context } = props;
  const { trans } = context;
  return (
    <progress
      max={Math.max(stage.cells, 1)}
      value={stage.done}
      aria-label={trans.__('Cells of %1 that have run', stage.name)}
    >
      {trans.__('%1 of %2 cells', stage.done, stage.cells)}
    </progress>
  );
}

function StageTime(
  props: ISectionProps & { stage: IStageState }
): React.JSX.Element | null {
  const { stage, context } = props;
  const now = useClock(stage.status === 'running');
  if (stage.status === 'running' && stage.started !== null) {
    const seconds = Math.max(0, (now - Date.parse(stage.started)) / 1000);
    return <>{duration(Math.floor(seconds), context.trans)}</>;
  }
  // What was reused or skipped took no time worth telling.
  return stage.status === 'ran' || stage.status === 'failed' ? (
    <>{duration(stage.seconds ?? 0, context.trans)}</>
  ) : null;
}

/** The time, in milliseconds, told anew every second as long as it is wanted. */
function useClock(wanted: boolean): number {
  const [now, tell] = React.useState(() => Date.now());
  React.useEffect(() => {
    if (!wanted) {
      return;
    }
    const clock = window.setInterval(() => tell(Date.now()), 1000);
    return () => window.clearInterval(clock);
  }, [wanted]);
  return now;
}
