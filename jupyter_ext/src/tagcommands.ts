import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Announcer } from './announcer';
import { cellArgs, stageArgs } from './arguments';
import type { PipelineDocument } from './document';
import * as edits from './edits';
import { pipelineIcon, stageIcon } from './icons';
import { measured } from './measure';
import { activeCell, selectedCells } from './selection';
import { proposedName } from './stagenames';
import type { OwnRole } from './tagging';
import { CommandIDs } from './tokens';
import type { PipelineTracker } from './tracker';

/** What the commands work with. */
export interface ITagCommandsOptions {
  readonly app: JupyterFrontEnd;
  readonly tracker: PipelineTracker;
  readonly trans: TranslationBundle;
  readonly announcer: Announcer;
}

type Arguments = ReadonlyPartialJSONObject;

/** Add the commands that tag cells. */
export function addTagCommands(options: ITagCommandsOptions): void {
  const commands = new TagCommands(options);
  commands.addStageCommands();
  commands.addRoleCommands();
}

class TagCommands {
  constructor(options: ITagCommandsOptions) {
    this._registry = options.app.commands;
    this._tracker = options.tracker;
    this._trans = options.trans;
    this._announcer = options.announcer;
  }

  addStageCommands(): void {
    const { _trans: trans } = this;
    this._registry.addCommand(CommandIDs.setStage, {
      label: args =>
        typeof args.stage === 'string' && args.stage !== ''
          ? trans.__('Stage %1', args.stage)
          : trans.__('Set Stage…'),
      caption: trans.__('Make the selected cells a stage of the pipeline'),
      icon: stageIcon,
      isEnabled: () => this._hasCells(),
      isToggled: args => this._activeStage() === args.stage,
      describedBy: { args: stageArgs(trans) },
      execute: args => this._setStage(args)
    });
    this._registry.addCommand(CommandIDs.pickStage, {
      label: trans.__('Set Stage…'),
      caption: trans.__('Choose or name the stage of the selected cells'),
      icon: stageIcon,
      isEnabled: () => this._hasCells(),
      describedBy: { args: cellArgs(trans) },
      execute: args => this._pickStage(args)
    });
    this._registry.addCommand(CommandIDs.renameStage, {
      label: trans.__('Rename Stage…'),
      caption: trans.__('Rename the stage of the active cell everywhere'),
      icon: stageIcon,
      isEnabled: args => this._stageToRename(args) !== null,
      describedBy: { args: stageArgs(trans) },
      execute: args => this._renameStage(args)
    });
    this._registry.addCommand(CommandIDs.clearStage, {
      label: trans.__('Clear Pipeline Tags'),
      caption: trans.__('Take stage and role from the selected cells'),
      icon: stageIcon,
      isEnabled: () => this._hasCells(),
      describedBy: { args: cellArgs(trans) },
      execute: args => this._clear(args)
    });
  }

  addRoleCommands(): void {
    const { _trans: trans } = this;
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
    this._registry.addCommand(CommandIDs.setMetrics, {
      label: trans.__('Mark as Metrics'),
      caption: trans.__('What the selected cells show are metrics of the run'),
      icon: stageIcon,
      isEnabled: () => this._hasCells(),
      isToggled: () => this._activeCell()?.metrics ?? false,
      describedBy: { args: cellArgs(trans) },
      execute: args => this._setMetrics(args)
    });
  }

  private _addRole(
    id: string,
    role: OwnRole,
    texts: { label: string; caption: string }
  ): void {
    this._registry.addCommand(id, {
      ...texts,
      icon: pipelineIcon,
      isEnabled: () => this._hasCells(),
      isToggled: () => {
        const cell = this._activeCell();
        return cell?.role === role && !cell.inherited;
      },
      describedBy: { args: cellArgs(this._trans) },
      execute: args => this._setRole(args, role)
    });
  }

  private _setStage(args: Arguments): Promise<void> | void {
    const stage = typeof args.stage === 'string' ? args.stage.trim() : '';
    if (stage === '') {
      return this._pickStage(args);
    }
    const name = proposedName(stage);
    this._edit(document => {
      const cells = edits.setStage(document, chosen(document, args), name);
      this._tell(cells, this._trans.__('Stage %1.', name));
    });
  }

  private async _pickStage(args: Arguments): Promise<void> {
    const document = this._tracker.current;
    if (!document || this._isRefused(document)) {
      return;
    }
    const cells = chosen(document, args);
    const { askForStage } = await import('./stagedialog');
    const stage = await askForStage({
      title: this._trans.__('Stage of the Selected Cells'),
      accept: this._trans.__('Set Stage'),
      stages: document.tagging.stages,
      value: '',
      trans: this._trans
    });
    document.panel.content.activate();
    if (stage !== null) {
      this._setStage({ stage, cells });
    }
  }

  private async _renameStage(args: Arguments): Promise<void> {
    const document = this._tracker.current;
    const from = this._stageToRename(args);
    if (!document || from === null || this._isRefused(document)) {
      return;
    }
    const { askForStage } = await import('./stagedialog');
    const to = await askForStage({
      title: this._trans.__('Rename Stage %1', from),
      accept: this._trans.__('Rename'),
      stages: document.tagging.stages.filter(stage => stage !== from),
      value: from,
      trans: this._trans
    });
    document.panel.content.activate();
    if (to !== null && to !== from) {
      this._edit(() => {
        edits.renameStage(document, from, to);
        this._announcer.say(
          this._trans.__('Stage %1 is now called %2.', from, to)
        );
      });
    }
  }

  private _clear(args: Arguments): void {
    this._edit(document => {
      edits.clear(document, chosen(document, args));
      this._announcer.say(this._trans.__('Pipeline tags cleared.'));
    });
  }

  private _setRole(args: Arguments, role: OwnRole): void {
    this._edit(document => {
      const cells = edits.setRole(document, chosen(document, args), role);
      this._tell(cells, this._roleSentence(role));
    });
  }

  private _setMetrics(args: Arguments): void {
    this._edit(document => {
      const ids = chosen(document, args);
      const code = document.tagging.cells.filter(
        cell => cell.isCode && ids.includes(cell.id)
      );
      const on = !code.every(cell => cell.metrics);
      const cells = edits.setMetrics(document, ids, on);
      const { _trans: trans } = this;
      this._tell(cells, on ? trans.__('Metrics.') : trans.__('No metrics.'));
    });
  }

  private _roleSentence(role: OwnRole): string {
    switch (role) {
      case 'parameters':
        return this._trans.__('Parameters of the pipeline.');
      case 'setup':
        return this._trans.__('Setup of the pipeline.');
      case 'skip':
        return this._trans.__('Not part of the pipeline.');
    }
  }

  private _edit(work: (document: PipelineDocument) => void): void {
    const document = this._tracker.current;
    if (document && !this._isRefused(document)) {
      measured('edit', () => work(document));
    }
  }

  private _isRefused(document: PipelineDocument): boolean {
    if (document.isReadOnly) {
      Notification.warning(
        this._trans.__('This notebook is read-only: nothing was changed.')
      );
    }
    return document.isReadOnly;
  }

  /** Say what became of the cells; that nothing did is said to everyone. */
  private _tell(cells: readonly string[], what: string): void {
    if (cells.length === 0) {
      Notification.info(
        this._trans.__(
          'Only code cells are tagged. Markdown goes with the code below it.'
        )
      );
      return;
    }
    const count = this._trans._n('%1 cell:', '%1 cells:', cells.length);
    this._announcer.say(`${count} ${what}`);
  }

  private _hasCells(): boolean {
    return (this._tracker.current?.panel.content.widgets.length ?? 0) > 0;
  }

  private _activeCell(): ReturnType<typeof activeCell> {
    const document = this._tracker.current;
    return document && activeCell(document);
  }

  private _activeStage(): string | null {
    const cell = this._activeCell();
    return cell?.role === 'stage' && !cell.inherited ? cell.stage : null;
  }

  private _stageToRename(args: Arguments): string | null {
    const stages = this._tracker.current?.tagging.stages ?? [];
    const stage =
      typeof args.stage === 'string' ? args.stage : this._activeCell()?.stage;
    return stage && stages.includes(stage) ? stage : null;
  }

  private _registry: CommandRegistry;
  private _tracker: PipelineTracker;
  private _trans: TranslationBundle;
  private _announcer: Announcer;
}

/** The cells that a command was given, else the selected ones. */
function chosen(document: PipelineDocument, args: Arguments): string[] {
  return Array.isArray(args.cells)
    ? args.cells.filter((id): id is string => typeof id === 'string')
    : selectedCells(document);
}
