import type { PipelineDocument } from '../document';
import { FilesDrive } from '../drive';
import type { IPanelContext } from '../panel/context';
import type { RunNotifications } from './notifications';
import type { IRunState } from './state';

/**
 * Give every open notebook the state of its last run, from the start of the page on.
 *
 * Runs that were begun before the page was loaded are found. The notifications' code is loaded with
 * the first run.
 *
 * @param context - What the panel works with.
 */
export function followRuns(context: IPanelContext): void {
  const { jobs, tracker, client, app } = context;
  app.serviceManager.contents.addDrive(new FilesDrive(client, client.settings));
  jobs.changed.connect((_, path) => {
    for (const document of tracker.documents) {
      if (concerns(document, path)) {
        document.runState = jobs.latest(path);
      }
    }
  });
  tracker.added.connect((_, document) => {
    document.runState = jobs.latest(document.path);
  });
  let notifications: Promise<RunNotifications> | undefined;
  jobs.started.connect((_, state: IRunState) => {
    notifications ??= import('./index').then(
      run => new run.RunNotifications(context)
    );
    void notifications.then(shown => shown.show(state));
  });
  // Without the server part there are no runs; the panel says what is missing.
  jobs.resume().catch(() => undefined);
}

/** Whether a run is that of a document, which may have been renamed since it began. */
function concerns(document: PipelineDocument, path: string): boolean {
  return document.path === path || document.runState?.job.path === path;
}
