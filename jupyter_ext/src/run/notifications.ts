import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';

import { notify } from '../notices';
import type { IPanelContext } from '../panel/context';
import { openFile, showPlace } from './places';
import {
  failureOf,
  type IRunState,
  isActive,
  type IStageState,
  progressOf
} from './state';
import { cut, errorLine, standing } from './wording';

/** For how long news that ask for nothing are shown as toasts, in milliseconds. */
const PASSING = 6000;

/**
 * A notification for each run that goes on: how far it is, and in the end what came of it.
 */
export class RunNotifications {
  /**
   * @param context - What the panel works with.
   */
  constructor(context: IPanelContext) {
    this._context = context;
    context.jobs.changed.connect(this._onChanged, this);
    context.jobs.ended.connect(this._onEnded, this);
  }

  /** Begin to tell of a run. */
  show(started: IRunState): void {
    const { id } = started.job;
    if (this._shown.has(id)) {
      return;
    }
    const state = this._context.jobs.get(id) ?? started;
    if (!isActive(state)) {
      this._tellEnd(state);
      return;
    }
    const shown = Notification.emit(this._message(state), 'in-progress', {
      // A toast that stayed would hide the panel, which says more.
      autoClose: PASSING,
      progress: fraction(state),
      actions: [this._cancelAction(id)]
    });
    this._shown.set(id, shown);
  }

  private _onChanged(_: unknown, path: string): void {
    for (const [job, id] of this._shown) {
      const state = this._context.jobs.get(job);
      if (state !== null && state.job.path === path && isActive(state)) {
        Notification.update({
          id,
          message: this._message(state),
          progress: fraction(state)
        });
      }
    }
  }

  private _onEnded(_: unknown, state: IRunState): void {
    if (this._shown.has(state.job.id)) {
      this._tellEnd(state);
    }
  }

  private _tellEnd(state: IRunState): void {
    const id = this._shown.get(state.job.id) ?? '';
    this._shown.delete(state.job.id);
    const isGood = state.status === 'succeeded';
    const type = isGood ? 'success' : isFailure(state) ? 'error' : 'warning';
    const message = this._message(state);
    const actions = this._endActions(state);
    const autoClose: number | false =
      isGood || isSectionShown() ? PASSING : false;
    const options = { autoClose, actions, progress: undefined };
    // The reader may have closed the first one; what came of the run is news all the same.
    if (!Notification.update({ id, message, type, ...options })) {
      Notification.emit(message, type, options);
    }
  }

  private _message(state: IRunState): string {
    const { trans } = this._context;
    const name = PathExt.basename(state.job.path);
    const failed = failureOf(state);
    if (state.status === 'failed' && failed) {
      return cut(
        trans.__('%1: %2 failed: %3', name, failed.name, errorLine(failed))
      );
    }
    return cut(trans.__('%1: %2', name, standing(state, trans)));
  }

  private _cancelAction(job: string): Notification.IAction {
    const { trans, jobs } = this._context;
    return {
      label: trans.__('Cancel run'),
      callback: event => {
        // The notification stays, to tell how it ended.
        event.preventDefault();
        jobs.cancel(job).catch((error: unknown) => {
          notify('error', cut(String(error)));
        });
      }
    };
  }

  private _endActions(state: IRunState): Notification.IAction[] {
    const failed = failureOf(state);
    return failed === undefined ? [] : this._failureActions(state, failed);
  }

  private _failureActions(
    state: IRunState,
    failed: IStageState
  ): Notification.IAction[] {
    const { trans } = this._context;
    const { cell, line, notebook } = failed;
    const actions: Notification.IAction[] = [];
    if (cell !== null) {
      actions.push({
        label: trans.__('Show failing cell'),
        displayType: 'accent',
        callback: () =>
          void showPlace(this._context, state.job.path, { cell, line })
      });
    }
    if (notebook !== null) {
      actions.push({
        label: trans.__('Open executed notebook'),
        callback: () => void openFile(this._context, notebook)
      });
    }
    return actions;
  }

  private _context: IPanelContext;
  private _shown = new Map<string, string>();
}

function isFailure(state: IRunState): boolean {
  return state.status === 'failed' || state.status === 'lost';
}

function fraction(state: IRunState): number {
  const { ended, all } = progressOf(state);
  return all === 0 ? 0 : ended / all;
}

/** Whether the panel shows the run anyway: a toast that stayed would only hide it. */
function isSectionShown(): boolean {
  const section = document.querySelector('.jp-Nb2pipe-run');
  return section !== null && section.getClientRects().length > 0;
}
