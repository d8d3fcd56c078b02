import { stageIcon } from './icons';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { cellArgs, stageArgs } from './arguments';
import { activeCell } from './selection';
import type { TagActs } from './tagacts';
import type { ITaggedCell, OwnRole } from './tagging';
import { CommandIDs } from './tokens';
import type { PipelineTracker } from './tracker';

/** What the commands work with. */
export interface ITagCommandsOptions {
  readonly commands: CommandRegistry;
  readonly tracker: PipelineTracker;
  readonly trans: TranslationBundle;
}

/** What a command does with the selected cells. */
type Act = (acts: TagActs, args: ReadonlyPartialJSONObject) => unknown;

/**
 * Add the commands that tag cells. What they do is loaded when the first of them is used.
 */
export function addTagCommands(options: ITagCommandsOptions): void {
  const commands = new TagCommands(options);
  commands.addStages();
  commands.addRoles();
}

class TagCommands {
  constructor(options: ITagCommandsOptions) {
    this._options = options;
  }

  addStages(): void {
    const { trans } = this._options;
    this._add(CommandIDs.setStage, (acts, args) => acts.setStage(args), {
      label: args =>
        typeof args.stage === 'string' && args.stage !== ''
          ? trans.__('Stage %1', args.stage)
          : trans.__('Set Stage…'),
      caption: trans.__('Make the selected cells a stage of the pipeline'),
      isToggled: args => this._isOwnStage(args.stage),
      describedBy: { args: stageArgs(trans) }
    });
    this._add(CommandIDs.pickStage, (acts, args) => acts.pickStage(args), {
      label: trans.__('Set Stage…'),
      caption: trans.__('Choose or name the stage of the selected cells')
    });
    this._add(CommandIDs.renameStage, (acts, args) => acts.renameStage(args), {
      label: trans.__('Rename Stage…'),
      caption: trans.__('Rename the stage of the active cell everywhere'),
      isEnabled: args => Boolean(args.stage ?? this._activeCell()?.stage),
      describedBy: { args: stageArgs(trans) }
    });
    this._add(CommandIDs.clearStage, (acts, args) => acts.clear(args), {
      label: trans.__('Clear Pipeline Tags'),
      caption: trans.__('Take stage and role from the selected cells')
    });
  }

  addRoles(): void {
    const { trans } = this._options;
    this._addRole(CommandIDs.setParameters, 'parameters', {
      label: trans.__('Mark as Parameters'),
      caption: trans.__('The selected cells set the pipeline’s parameters')
    });
    this._addRole(CommandIDs.setSetup, 'setup', {
      label: trans.__('Mark as Setup'),
      caption: trans.__('The selected cells are what every stage may need')
    });
    this._addRole(CommandIDs.setSkip, 'skip', {
      label: trans.__('Leave Out of Pipeline'),
      caption: trans.__('The selected cells are not part of the pipeline')
    });
    this._add(CommandIDs.setMetrics, (acts, args) => acts.setMetrics(args), {
      label: trans.__('Mark as Metrics'),
      caption: trans.__('What the selected cells show are metrics of the run'),
      isToggled: () => this._activeCell()?.metrics ?? false
    });
  }

  private _addRole(
    id: string,
    role: OwnRole,
    texts: { label: string; caption: string }
  ): void {
    this._add(id, (acts, args) => acts.setRole(args, role), {
      ...texts,
      isToggled: () => {
        const cell = this._activeCell();
        return cell?.role === role && !cell.inherited;
      }
    });
  }

  private _add(
    id: string,
    act: Act,
    options: Omit<CommandRegistry.ICommandOptions, 'execute'>
  ): void {
    const { commands, tracker, trans } = this._options;
    commands.addCommand(id, {
      icon: stageIcon,
      describedBy: { args: cellArgs(trans) },
      isEnabled: () => (tracker.current?.panel.content.widgets.length ?? 0) > 0,
      ...options,
      execute: async args => act(await this._acts(), args)
    });
  }

  private async _acts(): Promise<TagActs> {
    if (!this._loaded) {
      const { TagActs } = await import('./tagacts');
      this._loaded ??= new TagActs(this._options);
    }
    return this._loaded;
  }

  private _activeCell(): ITaggedCell | null {
    const document = this._options.tracker.current;
    return document && activeCell(document);
  }

  private _isOwnStage(stage: unknown): boolean {
    const cell = this._activeCell();
    return cell !== null && !cell.inherited && cell.stage === stage;
  }

  private _options: ITagCommandsOptions;
  private _loaded: TagActs | null = null;
}
