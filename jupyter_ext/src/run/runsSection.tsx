import { refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { ISectionProps } from '../panel/context';
import { Problem } from '../panel/problem';
import { useSignals } from '../panel/signals';
import { historyOf, type RunHistory } from './history';
import { PastRun } from './pastRun';

/** How many runs are listed before the reader asks for more. */
const PAGE = 20;

/** The section that lists the past runs of the notebook, also those of a terminal. */
export function RunsSection(props: ISectionProps): React.JSX.Element {
  const { context, document } = props;
  const { trans } = context;
  const history = historyOf(context, document);
  useSignals('runs-section', history.changed, document.runChanged);
  React.useEffect(() => {
    void history.refresh();
  }, [history]);
  return (
    <div className="jp-Nb2pipe-runs">
      <div className="jp-Nb2pipe-actions">
        <button type="button" onClick={() => void history.refresh()}>
          <refreshIcon.react tag="span" className="jp-Nb2pipe-icon" />
          {trans.__('Refresh')}
        </button>
      </div>
      <p role="status" className="jp-Nb2pipe-hint">
        {summary(history, props)}
      </p>
      {history.problem !== null && (
        <div role="alert" className="jp-Nb2pipe-refusal">
          <Problem problem={history.problem} />
        </div>
      )}
      <RunList {...props} history={history} />
    </div>
  );
}

function summary(history: RunHistory, { context }: ISectionProps): string {
  const { trans } = context;
  if (history.runs === null) {
    return history.isLoading ? trans.__('Loading the past runs…') : '';
  }
  return history.runs.length === 0
    ? trans.__('This notebook has not been run by nb2pipe yet.')
    : trans._n('%1 run', '%1 runs', history.runs.length);
}

function RunList(
  props: ISectionProps & { history: RunHistory }
): React.JSX.Element | null {
  const { history, context } = props;
  const [shown, show] = React.useState(PAGE);
  const runs = history.runs ?? [];
  if (runs.length === 0) {
    return null;
  }
  return (
    <>
      <ol
        className="jp-Nb2pipe-past"
        aria-label={context.trans.__('Past runs')}
      >
        {runs.slice(0, shown).map(run => (
          <PastRun key={run.run_id} {...props} run={run} />
        ))}
      </ol>
      {runs.length > shown && (
        <button type="button" onClick={() => show(shown + PAGE)}>
          {context.trans.__('Show older runs')}
        </button>
      )}
    </>
  );
}
