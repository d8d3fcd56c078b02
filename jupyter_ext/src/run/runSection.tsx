import * as React from 'react';

import type { PipelineDocument } from '../document';
import type { ISectionProps } from '../panel/context';
import { Problem } from '../panel/problem';
import { useSignals } from '../panel/signals';
import { NoAnswer } from '../server';
import { EnvironmentNote } from './environmentNote';
import { Failure } from './failure';
import { launchOf } from './launch';
import { MetricsTable } from './metricsTable';
import { RunControls } from './runControls';
import { RunLog } from './runLog';
import { StageProgress } from './stageProgress';
import { failureOf, type IRunState, isActive } from './state';
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
  const { trans } = context;
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
        {runState === null ? '' : standing(runState, trans)}
        {isUnheard(document) && (
          <>
            {' '}
            {trans.__(
              'Nothing newer is known: Jupyter’s server does not answer.'
            )}
          </>
        )}
      </p>
      {runState !== null && <LastRun {...props} state={runState} />}
    </div>
  );
}

/** Whether a run goes on, as far as one knows, at a server that does not answer. */
function isUnheard({ runState, answer }: PipelineDocument): boolean {
  return (
    runState !== null &&
    isActive(runState) &&
    answer.failure instanceof NoAnswer
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
