import type { CommandRegistry } from '@lumino/commands';

import { cellArgs, stageArgs } from './arguments';
import { stageIcon } from './icons';
import { type AddCommand, lazyCommands } from './lazycommands';
import { whenIdle } from './idle';
import { activeCell, selectedCells } from './selection';
import type { TagActs } from './tagacts';
import type { ITaggedCell, OwnRole } from './tagging';
import { CommandIDs } from './tokens';
import type { StartContext } from './lazycontext';

/** What says of a command how things stand. */
type IStanding = Pick<StartContext, 'tracker' | 'trans'>;

/**
 * Add the commands that tag cells. What they do is loaded soon after the first notebook was opened:
 * a person who tags must not wait for it.
 *
 * @param commands - Where they are added.
 * @param standing - Knows the notebook, and the language.
 */
export function addTagCommands(
  commands: CommandRegistry,
  standing: IStanding
): void {
  const { tracker, trans } = standing;
  const load = async () => {
    const { TagActs } = await import('./tagacts');
    return new TagActs(standing);
  };
  const lazy = lazyCommands(commands, {
    load,
    trans,
    common: {
      icon: stageIcon,
      describedBy: { args: cellArgs(trans) },
      isEnabled: () => (tracker.current?.panel.content.widgets.length ?? 0) > 0
    },
    // The cells that are selected now, whatever is selected once it is loaded.
    settle: args => ({
      cells: tracker.current ? selectedCells(tracker.current) : [],
      ...args
    })
  });
  addStages(lazy.add, standing);
  addRoles(lazy.add, standing);
  const onAdded = () => {
    tracker.added.disconnect(onAdded);
    // What hinders it is told when a command is used.
    whenIdle(() => void lazy.load().catch(() => undefined));
  };
  tracker.added.connect(onAdded);
}

function addStages(add: AddCommand<TagActs>, standing: IStanding): void {
  const { trans } = standing;
  add(CommandIDs.setStage, (acts, args) => acts.setStage(args), {
    label: args =>
      typeof args.stage === 'string' && args.stage !== ''
        ? trans.__('Stage %1', args.stage)
        : trans.__('Set Stage…'),
    caption: trans.__('Make the selected cells a stage of the pipeline'),
    isToggled: ({ stage }) => {
      const cell = current(standing);
      return cell !== null && !cell.inherited && cell.stage === stage;
    },
    describedBy: { args: stageArgs(trans) }
  });
  add(
    CommandIDs.pickStage,
    (acts, args, typed) => acts.pickStage(args, typed),
    {
      label: trans.__('Set Stage…'),
      caption: trans.__('Choose or name the stage of the selected cells'),
      asks: true
    }
  );
  add(
    CommandIDs.renameStage,
    (acts, args, typed) => acts.renameStage(args, typed),
    {
      label: trans.__('Rename Stage…'),
      caption: trans.__('Rename the stage of the active cell everywhere'),
      isEnabled: args => Boolean(args.stage ?? current(standing)?.stage),
      describedBy: { args: stageArgs(trans) },
      asks: true
    }
  );
  add(CommandIDs.clearStage, (acts, args) => acts.clear(args), {
    label: trans.__('Clear Pipeline Tags'),
    caption: trans.__('Take stage and role from the selected cells')
  });
}

function addRoles(add: AddCommand<TagActs>, standing: IStanding): void {
  const { trans } = standing;
  const addRole = (
    id: string,
    role: OwnRole,
    texts: { label: string; caption: string }
  ) =>
    add(id, (acts, args) => acts.setRole(args, role), {
      ...texts,
      isToggled: () => {
        const cell = current(standing);
        return cell?.role === role && !cell.inherited;
      }
    });
  addRole(CommandIDs.setParameters, 'parameters', {
    label: trans.__('Mark as Parameters'),
    caption: trans.__('The selected cells set the pipeline’s parameters')
  });
  addRole(CommandIDs.setSetup, 'setup', {
    label: trans.__('Mark as Setup'),
    caption: trans.__('The selected cells are what every stage may need')
  });
  addRole(CommandIDs.setSkip, 'skip', {
    label: trans.__('Leave Out of Pipeline'),
    caption: trans.__('The selected cells are not part of the pipeline')
  });
  add(CommandIDs.setMetrics, (acts, args) => acts.setMetrics(args), {
    label: trans.__('Mark as Metrics'),
    caption: trans.__('What the selected cells show are metrics of the run'),
    isToggled: () => current(standing)?.metrics ?? false
  });
}

/** What the tags make of the active cell of the notebook in front. */
function current({ tracker }: IStanding): ITaggedCell | null {
  return tracker.current && activeCell(tracker.current);
}
