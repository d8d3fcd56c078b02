import type { PipelineDocument } from '../document';
import type { StartContext } from '../lazycontext';
import type { IPanelContext } from '../panel/context';
import { Client } from '../server';
import { Jobs } from './jobs';
import type { RunNotifications } from './notifications';
import type { IRunState } from './state';

/**
 * Give every open notebook the state of its last run, from now on.
 *
 * Runs that were begun before are found. The notifications' code is loaded with the first run.
 *
 * @param start - What is there from the start of the page.
 * @returns All that the panel works with.
 */
export function followRuns(start: StartContext): IPanelContext {
  const { tracker, app } = start;
  const { contents, events, serverSettings } = app.serviceManager;
  const { stream } = events;
  const client = new Client(serverSettings, start.trans);
  const jobs = new Jobs({ client, stream });
  const context = { ...start, client, jobs };
  jobs.changed.connect((_, path) => {
    for (const document of tracker.documents) {
      if (concerns(document, path)) {
        document.runState = jobs.latest(path);
      }
    }
  });
  jobs.unanswered.connect((_, path) => {
    for (const document of tracker.at(path)) {
      if (document.answer.failure === null) {
        // Who looks at the notebook sees why nothing is heard of its run.
        document.askAgain();
      }
    }
  });
  contents.fileChanged.connect((_, { type, oldValue, newValue }) => {
    if (type === 'rename' && oldValue?.path && newValue?.path) {
      const [from, to] = [oldValue.path, newValue.path];
      jobs.rename(contents.localPath(from), contents.localPath(to));
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
  return context;
}

/** Whether a run is that of a document, which may have been renamed since it began. */
function concerns(document: PipelineDocument, path: string): boolean {
  return document.path === path || document.runState?.job.path === path;
}
