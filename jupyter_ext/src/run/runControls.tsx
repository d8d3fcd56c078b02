import { runIcon, stopIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ISectionProps } from '../panel/context';
import type { Launch, LaunchPhase } from './launch';
import { isActive } from './state';

/** What is run, and the buttons that start and end it. */
export function RunControls(
  props: ISectionProps & { launch: Launch }
): React.JSX.Element {
  const { context, document, launch } = props;
  const { trans } = context;
  const [until, setUntil] = React.useState('');
  const [force, setForce] = React.useState(false);
  const ids = React.useId();
  const { analysis, runState } = document;
  const stages = analysis?.stages ?? [];
  const chosen = stages.some(stage => stage.name === until) ? until : '';
  const active = runState !== null && isActive(runState);
  const hindrance = whyNot(props);
  const busy = launch.phase !== 'idle';
  return (
    <form
      className="jp-Nb2pipe-controls"
      onSubmit={event => {
        event.preventDefault();
        void launch.start({ until: chosen || null, force });
      }}
    >
      <label htmlFor={`${ids}-until`}>{trans.__('Run up to')}</label>
      <select
        id={`${ids}-until`}
        value={chosen}
        onChange={event => setUntil(event.target.value)}
      >
        <option value="">{trans.__('all stages')}</option>
        {stages.map(stage => (
          <option key={stage.name} value={stage.name}>
            {stage.name}
          </option>
        ))}
      </select>
      <label className="jp-Nb2pipe-check">
        <input
          type="checkbox"
          checked={force}
          onChange={event => setForce(event.target.checked)}
        />
        {trans.__('Run everything again, reuse nothing')}
      </label>
      <div className="jp-Nb2pipe-actions">
        <button
          type="submit"
          className="jp-Nb2pipe-primary"
          disabled={busy || active || hindrance !== ''}
          aria-describedby={hindrance === '' ? undefined : `${ids}-why`}
        >
          <runIcon.react tag="span" className="jp-Nb2pipe-icon" />
          {busy ? phaseName(launch.phase, trans) : trans.__('Run')}
        </button>
        {active && (
          <button
            type="button"
            disabled={runState.status === 'cancelling'}
            onClick={() => void launch.cancel(runState.job.id)}
          >
            <stopIcon.react tag="span" className="jp-Nb2pipe-icon" />
            {trans.__('Cancel run')}
          </button>
        )}
      </div>
      {hindrance !== '' && (
        <p id={`${ids}-why`} className="jp-Nb2pipe-hint">
          {hindrance}
        </p>
      )}
    </form>
  );
}

/** Why the notebook cannot be run as it is; empty when it can. */
function whyNot({ context, document }: ISectionProps): string {
  const { trans } = context;
  const { analysis } = document;
  if (analysis === null) {
    return trans.__('The notebook has not been analysed yet.');
  }
  if (analysis.error !== null) {
    return analysis.error.message;
  }
  const errors = analysis.diagnostics.filter(
    finding => finding.severity === 'error'
  ).length;
  if (errors > 0) {
    return trans._n(
      'There is an error among the findings: correct it first.',
      'There are %1 errors among the findings: correct them first.',
      errors
    );
  }
  return analysis.stages.length === 0
    ? trans.__('There is nothing to run: no cell belongs to a stage.')
    : '';
}

function phaseName(phase: LaunchPhase, trans: TranslationBundle): string {
  switch (phase) {
    case 'saving':
      return trans.__('Saving the notebook…');
    case 'checking':
      return trans.__('Looking at the environment…');
    default:
      return trans.__('Starting…');
  }
}
