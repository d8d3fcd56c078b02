import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSONObject } from '@lumino/coreutils';

/** The arguments of a command that takes none. */
export const noArgs: JSONObject = { type: 'object', properties: {} };

/** The arguments of a command on cells, as a JSON schema. */
export function cellArgs(trans: TranslationBundle): JSONObject {
  return { type: 'object', properties: cells(trans) };
}

/** The arguments of a command on a stage, as a JSON schema. */
export function stageArgs(trans: TranslationBundle): JSONObject {
  return {
    type: 'object',
    properties: {
      ...cells(trans),
      stage: { type: 'string', description: trans.__('The name of the stage') }
    }
  };
}

function cells(trans: TranslationBundle): JSONObject {
  return {
    cells: {
      type: 'array',
      items: { type: 'string' },
      description: trans.__('Ids of cells; without it the selected ones')
    }
  };
}
