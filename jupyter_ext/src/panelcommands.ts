import { runIcon, stopIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { noArgs, stageArgs } from './arguments';
import { pipelineIcon } from './icons';
import { type AddCommand, lazyCommands } from './lazycommands';
import type { LazyContext, StartContext } from './lazycontext';
import type { PanelActs } from './panelacts';
import { activeCell } from './selection';
import type { SidePanel } from './sidepanel';
import { CommandIDs } from './tokens';
import type { PipelineTracker } from './tracker';

/**
 * Add the commands that show the panel, and those whose work is in code that is loaded with it.
 *
 * @param context - What the panel works with.
 * @param side - The panel's place.
 */
export function addPanelCommands(context: LazyContext, side: SidePanel): void {
  const { app, tracker, trans } = context.start;
  const load = async () => {
    const { PanelActs } = await import('./panelacts');
    return new PanelActs(context, side);
  };
  const { add } = lazyCommands(app.commands, {
    load,
    trans,
    common: {
      icon: pipelineIcon,
      describedBy: { args: noArgs },
      isEnabled: () => tracker.current !== null
    }
  });
  addViews(add, context.start);
  addRuns(add, context.start);
}

function addViews(add: AddCommand<PanelActs>, { trans }: StartContext): void {
  add(CommandIDs.openPanel, acts => acts.open(), {
    label: trans.__('Show Pipeline'),
    caption: trans.__('Show the pipeline of this notebook'),
    isEnabled: () => true
  });
  add(CommandIDs.suggest, acts => acts.suggest(), {
    label: trans.__('Suggest Stages'),
    caption: trans.__('Propose stages for this notebook')
  });
  add(CommandIDs.convert, acts => acts.convert(), {
    label: trans.__('Convert into a Project…'),
    caption: trans.__('Preview the files that converting would change')
  });
  add(CommandIDs.showRuns, acts => acts.showRuns(), {
    label: trans.__('Show Past Runs'),
    caption: trans.__('Show the past runs of this pipeline')
  });
}

function addRuns(
  add: AddCommand<PanelActs>,
  { tracker, trans }: StartContext
): void {
  add(CommandIDs.run, acts => acts.run(null), {
    label: trans.__('Run Pipeline'),
    caption: trans.__('Run all stages with the parameters in the panel'),
    icon: runIcon
  });
  add(CommandIDs.runToStage, (acts, args) => acts.run(last(args, tracker)), {
    label: args =>
      typeof args.stage === 'string'
        ? trans.__('Run Pipeline up to %1', args.stage)
        : trans.__('Run Pipeline up to This Stage'),
    caption: trans.__('Run the stage and all that it needs'),
    icon: runIcon,
    isEnabled: args => last(args, tracker) !== null,
    describedBy: { args: stageArgs(trans) }
  });
  add(CommandIDs.cancelRun, acts => acts.cancel(), {
    label: trans.__('Cancel Run'),
    caption: trans.__('End the run of this pipeline'),
    icon: stopIcon,
    isEnabled: () => {
      const status = tracker.current?.runState?.status;
      return status === 'running' || status === 'cancelling';
    }
  });
}

/** The stage that a command was given, else that of the active cell. */
function last(
  { stage }: ReadonlyPartialJSONObject,
  { current }: PipelineTracker
): string | null {
  return current && typeof stage === 'string'
    ? stage
    : ((current && activeCell(current)?.stage) ?? null);
}
