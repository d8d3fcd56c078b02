import type { TranslationBundle } from '@jupyterlab/translation';

import type { IEnvironment, IProblem } from '../protocol';

/**
 * Why stages cannot run in an environment.
 *
 * @returns The first reason; null when there is none. Imports that the notebook itself can do
 * without are none.
 */
export function obstacle(
  environment: IEnvironment,
  trans: TranslationBundle
): IProblem | null {
  if (environment.problem) {
    return environment.problem;
  }
  const place = environment.kernel?.python ?? '';
  if (environment.needed.length > 0) {
    return {
      message: trans.__(
        'The kernel’s environment lacks what stages need to run: %1.',
        environment.needed.join(', ')
      ),
      place,
      advice: trans.__('Install it there, or choose another kernel.')
    };
  }
  const missing = environment.missing.filter(item => !item.optional);
  if (missing.length > 0) {
    const names = [...new Set(missing.map(item => item.module))];
    return {
      message: trans.__(
        'The notebook imports what the kernel’s environment lacks: %1.',
        names.join(', ')
      ),
      place,
      advice: trans.__('Install it there, or choose another kernel.')
    };
  }
  return null;
}
