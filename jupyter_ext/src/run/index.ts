import type { PipelineDocument } from '../document';
import { notify } from '../notices';
import type { IPanelContext } from '../panel/context';
import { type ILaunchOptions, launchOf } from './launch';
import { isActive } from './state';
import { cut } from './wording';

export type { ILaunchOptions } from './launch';
export { RunNotifications } from './notifications';
export { RunSection } from './runSection';
export { RunsSection } from './runsSection';

/**
 * Run a notebook's pipeline; what a command does. When it comes to nothing, a notification says why.
 *
 * @param context - What the panel works with.
 * @param document - The notebook.
 * @param options - What to run.
 */
export async function run(
  context: IPanelContext,
  document: PipelineDocument,
  options: ILaunchOptions = {}
): Promise<void> {
  const launch = launchOf(context, document);
  const state = await launch.start(options);
  if (state === null && launch.problem !== null) {
    const { message, advice } = launch.problem;
    notify('error', cut(advice === '' ? message : `${message} ${advice}`));
  }
}

/**
 * Cancel the run of a notebook, if one goes on.
 *
 * @param context - What the panel works with.
 * @param document - The notebook.
 */
export async function cancelRun(
  context: IPanelContext,
  document: PipelineDocument
): Promise<void> {
  const { runState } = document;
  if (runState === null || !isActive(runState)) {
    return;
  }
  const launch = launchOf(context, document);
  const problem = await launch.cancel(runState.job.id);
  if (problem !== null) {
    notify('error', cut(problem.message));
  }
}
