import * as React from 'react';

import type { ISectionProps } from '../panel/context';
import { Problem } from '../panel/problem';
import { useSignals } from '../panel/signals';
import { EnvironmentNote } from './environmentNote';
import { Failure } from './failure';
import { launchOf } from './launch';
import { MetricsTable } from './metricsTable';
import { RunControls } from './runControls';
import { RunLog } from './runLog';
import { StageProgress } from './stageProgress';
import { failureOf, type IRunState } from './state';
import { standing } from './wording';

/** The section that runs the notebook's pipeline and shows the run as it goes. */
export function RunSection(props: ISectionProps): React.JSX.Element {
  const { context, document } = props;
  const launch = launchOf(context, document);
  useSignals(
    'run-section',
    document.runChanged,
    document.analysisChanged,
    launch.changed
  );
  React.useEffect(() => {
    void launch.look();
  }, [launch]);
  const { runState } = document;
  return (
    <div className="jp-Nb2pipe-run">
      <RunControls {...props} launch={launch} />
      {launch.problem !== null && (
        <div role="alert" className="jp-Nb2pipe-refusal">
          <Problem problem={launch.problem} />
        </div>
      )}
      <EnvironmentNote {...props} launch={launch} />
      <p role="status" aria-live="polite" className="jp-Nb2pipe-standing">
        {runState === null ? '' : standing(runState, context.trans)}
      </p>
      {runState !== null && <LastRun {...props} state={runState} />}
    </div>
  );
}

function LastRun(
  props: ISectionProps & { state: IRunState }
): React.JSX.Element {
  const { state, context } = props;
  const failed = failureOf(state);
  return (
    <>
      {failed !== undefined && <Failure {...props} stage={failed} />}
      <StageProgress {...props} stages={state.stages} />
      <MetricsTable metrics={state.metrics} trans={context.trans} />
      <RunLog lines={state.log} trans={context.trans} />
    </>
  );
}
