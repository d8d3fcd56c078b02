import { JSONExt, type ReadonlyJSONValue } from '@lumino/coreutils';

import type { PipelineDocument } from '../document';
import type { IParameter, IRun, Value } from '../protocol';

/**
 * The values to give so that a run has the parameters of a past one.
 *
 * @param run - The past run.
 * @param parameters - The parameters that the notebook has now.
 * @returns Those values that are not what the notebook says; parameters that it no longer has are
 * left out.
 */
export function valuesOf(
  run: Pick<IRun, 'parameters'>,
  parameters: readonly IParameter[]
): { [name: string]: Value } {
  const values: { [name: string]: Value } = {};
  for (const parameter of parameters) {
    const value = run.parameters[parameter.name];
    if (value !== undefined && !isEqual(value, parameter.default)) {
      values[parameter.name] = value;
    }
  }
  return values;
}

/** Fill the form of parameters with those of a past run. */
export function giveValues(document: PipelineDocument, run: IRun): void {
  document.values = valuesOf(run, document.analysis?.parameters ?? []);
}

function isEqual(one: Value, other: Value): boolean {
  return JSONExt.deepEqual(
    one as ReadonlyJSONValue,
    other as ReadonlyJSONValue
  );
}
