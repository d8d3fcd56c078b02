import type { TranslationBundle } from '@jupyterlab/translation';

import type { Value } from '../protocol';
import type { IRunState, IStageState, RunStatus, StageStatus } from './state';
import { failureOf, isActive, progressOf } from './state';

/** JupyterLab cuts longer messages of notifications. */
const LONGEST = 140;

/** The name of a stage's status. */
export function stageStatus(
  status: StageStatus,
  trans: TranslationBundle
): string {
  switch (status) {
    case 'waiting':
      return trans.__('waiting');
    case 'running':
      return trans.__('running');
    case 'ran':
      return trans.__('ran');
    case 'reused':
      return trans.__('reused');
    case 'failed':
      return trans.__('failed');
    case 'skipped':
      return trans.__('skipped');
  }
}

/** The name of a run's status. */
export function runStatus(status: RunStatus, trans: TranslationBundle): string {
  switch (status) {
    case 'running':
      return trans.__('running');
    case 'cancelling':
      return trans.__('being cancelled');
    case 'succeeded':
      return trans.__('succeeded');
    case 'failed':
      return trans.__('failed');
    case 'cancelled':
      return trans.__('cancelled');
    case 'lost':
      return trans.__('ended with the server');
  }
}

/** A time span for people: `0.4 s`, `12 s`, `3 min 5 s`. */
export function duration(seconds: number, trans: TranslationBundle): string {
  if (seconds < 9.95 && !Number.isInteger(seconds)) {
    return trans.__('%1 s', seconds.toFixed(1));
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return trans.__('%1 s', whole);
  }
  return trans.__('%1 min %2 s', Math.floor(whole / 60), whole % 60);
}

/** A number for people: as many digits as say something. */
export function figure(value: number): string {
  return Number.isInteger(value)
    ? String(value)
    : String(Number(value.toPrecision(6)));
}

/** A parameter's value for people. */
export function literal(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Where a run stands, in one sentence. */
export function standing(state: IRunState, trans: TranslationBundle): string {
  if (state.status === 'cancelling') {
    return trans.__('The run is being cancelled.');
  }
  if (isActive(state)) {
    return underWay(state, trans);
  }
  const failed = failureOf(state);
  if (state.status === 'failed' && failed) {
    return trans.__('The run failed in the stage %1.', failed.name);
  }
  switch (state.status) {
    case 'succeeded':
      return finished(state, trans);
    case 'cancelled':
      return trans.__('The run was cancelled.');
    case 'lost':
      return trans.__(
        'The run ended with the server, which was started anew. The next run reuses the stages that had succeeded.'
      );
    default:
      return trans.__('The run failed.');
  }
}

function underWay(state: IRunState, trans: TranslationBundle): string {
  const running = state.stages.filter(stage => stage.status === 'running');
  const { ended, all } = progressOf(state);
  if (all === 0) {
    return trans.__('The run begins.');
  }
  if (ended === all) {
    return trans.__('All stages have ended; the run is being recorded.');
  }
  if (running.length === 0) {
    return trans.__('%1 of %2 stages have ended.', ended, all);
  }
  const names = running.map(stage => stage.name).join(', ');
  return trans.__('Running %1; %2 of %3 stages have ended.', names, ended, all);
}

function finished(state: IRunState, trans: TranslationBundle): string {
  const count = (status: StageStatus): number =>
    state.stages.filter(stage => stage.status === status).length;
  return trans.__(
    'The run succeeded: %1 ran, %2 reused.',
    count('ran'),
    count('reused')
  );
}

/** What failed in a stage, in one line. */
export function errorLine(stage: IStageState): string {
  return stage.error.split('\n')[0];
}

/** A message for a notification, which JupyterLab would cut where it likes. */
export function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
