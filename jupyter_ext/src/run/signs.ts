import type { RunStatus, StageStatus } from './state';

/** The sign of a stage's status, so that colour is never all that tells. */
export const STAGE_SIGNS: { readonly [status in StageStatus]: string } = {
  waiting: '…',
  running: '▶',
  ran: '✓',
  reused: '↻',
  failed: '✗',
  skipped: '–'
};

/** The sign of a run's status. */
export const RUN_SIGNS: { readonly [status in RunStatus]: string } = {
  running: '▶',
  cancelling: '■',
  succeeded: '✓',
  failed: '✗',
  cancelled: '■',
  lost: '■'
};
