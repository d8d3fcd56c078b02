import * as React from 'react';

import type { ISectionProps } from '../panel/context';
import type { IRun, IRunStage } from '../protocol';
import { Failure } from './failure';
import { launchOf } from './launch';
import { MetricsTable } from './metricsTable';
import { openFile } from './places';
import { giveValues } from './repeat';
import { RUN_SIGNS, STAGE_SIGNS } from './signs';
import { isActive } from './state';
import { duration, literal, runStatus, stageStatus } from './wording';

interface IPastRunProps extends ISectionProps {
  readonly run: IRun;
}

/** A run of the past: when it was and how it ended, and on demand everything else. */
export function PastRun(props: IPastRunProps): React.JSX.Element {
  const { run, context } = props;
  const { trans } = context;
  const [isOpen, setOpen] = React.useState(false);
  const started = new Date(run.started);
  const seconds = (Date.parse(run.ended) - started.getTime()) / 1000;
  return (
    <li data-run={run.run_id}>
      <details onToggle={event => setOpen(event.currentTarget.open)}>
        <summary>
          <span
            className="jp-Nb2pipe-sign"
            data-status={run.status}
            aria-hidden="true"
          >
            {RUN_SIGNS[run.status]}
          </span>{' '}
          <time dateTime={run.started}>{when(started)}</time>{' '}
          <span className="jp-Nb2pipe-outcome">
            {trans.__(
              '%1, %2',
              runStatus(run.status, trans),
              duration(Math.max(0, seconds), trans)
            )}
          </span>
        </summary>
        {isOpen && <PastRunBody {...props} />}
      </details>
    </li>
  );
}

function when(time: Date): string {
  return time.toLocaleString(undefined, {
    dateStyle: 'medium',
    timeStyle: 'medium'
  });
}

function PastRunBody(props: IPastRunProps): React.JSX.Element {
  const { run, context } = props;
  const { trans } = context;
  const failed = run.stages.find(stage => stage.status === 'failed');
  return (
    <div className="jp-Nb2pipe-pastBody">
      <PastRunButtons {...props} />
      {failed !== undefined && <Failure {...props} stage={failed} />}
      <MetricsTable metrics={run.metrics} trans={trans} />
      <Parameters {...props} />
      <PastStages {...props} />
      <p className="jp-Nb2pipe-hint">
        {trans.__('Run %1, pipeline version %2', run.run_id, run.version)}
      </p>
    </div>
  );
}

function PastRunButtons(props: IPastRunProps): React.JSX.Element {
  const { run, context, document } = props;
  const { trans } = context;
  const { report } = run;
  const { runState } = document;
  const busy = runState !== null && isActive(runState);
  return (
    <div className="jp-Nb2pipe-actions">
      {report !== null && (
        <button type="button" onClick={() => openFile(context, report)}>
          {trans.__('Open report')}
        </button>
      )}
      <button
        type="button"
        disabled={busy}
        onClick={() => {
          giveValues(document, run);
          void launchOf(context, document).start();
        }}
      >
        {trans.__('Run again with these parameters')}
      </button>
    </div>
  );
}

function Parameters(props: IPastRunProps): React.JSX.Element | null {
  const { run, context } = props;
  const names = Object.keys(run.parameters);
  if (names.length === 0) {
    return null;
  }
  return (
    <table className="jp-Nb2pipe-metrics">
      <caption>{context.trans.__('Parameters')}</caption>
      <tbody>
        {names.map(name => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{literal(run.parameters[name])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function PastStages(props: IPastRunProps): React.JSX.Element {
  const { run, context } = props;
  const { trans } = context;
  return (
    <table className="jp-Nb2pipe-runStages">
      <caption>{trans.__('Stages')}</caption>
      <thead className="jp-Nb2pipe-live">
        <tr>
          <th scope="col">{trans.__('Stage')}</th>
          <th scope="col">{trans.__('Status')}</th>
          <th scope="col">{trans.__('Time')}</th>
          <th scope="col">{trans.__('Executed notebook')}</th>
        </tr>
      </thead>
      <tbody>
        {run.stages.map(stage => (
          <PastStage key={stage.name} {...props} stage={stage} />
        ))}
      </tbody>
    </table>
  );
}

function PastStage(
  props: IPastRunProps & { stage: IRunStage }
): React.JSX.Element {
  const { stage, context } = props;
  const { trans } = context;
  const { notebook, status } = stage;
  return (
    <tr data-status={status}>
      <th scope="row">{stage.name}</th>
      <td title={stage.reason}>
        <span className="jp-Nb2pipe-sign" aria-hidden="true">
          {STAGE_SIGNS[status]}
        </span>{' '}
        {stageStatus(status, trans)}
      </td>
      <td className="jp-Nb2pipe-time">
        {status === 'ran' || status === 'failed'
          ? duration(stage.seconds, trans)
          : ''}
      </td>
      <td>
        {notebook !== null && (
          <button
            type="button"
            className="jp-Nb2pipe-link"
            aria-label={trans.__('Open executed notebook of %1', stage.name)}
            onClick={() => openFile(context, notebook)}
          >
            {trans.__('open')}
          </button>
        )}
      </td>
    </tr>
  );
}
