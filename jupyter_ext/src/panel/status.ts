import type { TranslationBundle } from '@jupyterlab/translation';

import type { IStageState } from '../run/state';

/**
 * What a stage's status is, in words.
 *
 * @param state - The stage in the run.
 * @param trans - The language.
 */
export function statusText(
  state: IStageState,
  trans: TranslationBundle
): string {
  const seconds = (state.seconds ?? 0).toFixed(1);
  switch (state.status) {
    case 'waiting':
      return trans.__('waiting');
    case 'running':
      return trans.__('running, %1 of %2 cells', state.done, state.cells);
    case 'ran':
      return trans.__('ran in %1 s', seconds);
    case 'reused':
      return trans.__('reused');
    case 'failed':
      return trans.__('failed');
    case 'skipped':
      return trans.__('skipped');
  }
}
