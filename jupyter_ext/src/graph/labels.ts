import type { TranslationBundle } from '@jupyterlab/translation';

import { STAGE_SIGNS } from '../run/signs';
import type { IStageState } from '../run/state';

import type { IGraphLink, IGraphNode } from './model';

/**
 * What stands on a link: the first values that cross, and how many more.
 *
 * @param link - The link.
 * @param trans - The language.
 */
export function linkLabel(link: IGraphLink, trans: TranslationBundle): string {
  const { variables } = link;
  switch (variables.length) {
    case 0:
      return trans.__('order only');
    case 1:
      return variables[0];
    case 2:
      return trans.__('%1, %2', ...variables);
    default:
      return trans.__(
        '%1, %2 +%3',
        variables[0],
        variables[1],
        variables.length - 2
      );
  }
}

/**
 * What a link is called for those who do not see it.
 *
 * @param link - The link.
 * @param trans - The language.
 */
export function linkName(link: IGraphLink, trans: TranslationBundle): string {
  const { from, to, variables } = link;
  return variables.length === 0
    ? trans.__('%2 comes after %1: show why', from, to)
    : trans.__(
        '%1 hands %3 to %2: show why',
        from,
        to,
        variables.join(trans.__(', '))
      );
}

/**
 * What stands under a stage's name in a few characters.
 *
 * @param state - The stage in the last run, if it was in it.
 * @param cells - How many cells the stage has.
 * @param trans - The language.
 */
export function stageLine(
  state: IStageState | undefined,
  cells: number,
  trans: TranslationBundle
): string {
  if (state === undefined) {
    return trans._n('%1 cell', '%1 cells', cells);
  }
  const symbol = STAGE_SIGNS[state.status];
  switch (state.status) {
    case 'waiting':
      return trans.__('%1 waiting', symbol);
    case 'running':
      return trans.__('%1 running %2/%3', symbol, state.done, state.cells);
    case 'ran':
      return trans.__('%1 ran %2 s', symbol, (state.seconds ?? 0).toFixed(1));
    case 'reused':
      return trans.__('%1 reused', symbol);
    case 'failed':
      return trans.__('%1 failed', symbol);
    case 'skipped':
      return trans.__('%1 skipped', symbol);
  }
}

/**
 * What is found in a stage, in words; empty when nothing is.
 *
 * @param node - The stage.
 * @param trans - The language.
 */
export function findingsText(
  node: IGraphNode,
  trans: TranslationBundle
): string {
  const errors = trans._n('%1 error', '%1 errors', node.errors);
  const warnings = trans._n('%1 warning', '%1 warnings', node.warnings);
  if (node.errors > 0 && node.warnings > 0) {
    return trans.__('%1, %2', errors, warnings);
  }
  return node.errors > 0 ? errors : node.warnings > 0 ? warnings : '';
}
