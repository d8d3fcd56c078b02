import { runIcon, stopIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { noArgs, stageArgs } from './arguments';
import type { PipelineDocument } from './document';
import { pipelineIcon } from './icons';
import type { LazyContext } from './lazycontext';
import { notify } from './notices';
import { activeCell } from './selection';
import type { SidePanel } from './sidepanel';
import { CommandIDs } from './tokens';

/** What a command does with the notebook in front. */
type Act = (document: PipelineDocument) => Promise<void>;

/**
 * Add the commands that show the panel, and those whose work is in code that is loaded with it.
 *
 * @param context - What the panel works with.
 * @param side - The panel's place.
 */
export function addPanelCommands(context: LazyContext, side: SidePanel): void {
  const commands = new PanelCommands(context, side);
  commands.addPanel();
  commands.addSuggest();
  commands.addConvert();
  commands.addRuns();
  commands.addRun();
  commands.addCancel();
}

class PanelCommands {
  constructor(context: LazyContext, side: SidePanel) {
    this._context = context;
    this._side = side;
    this._registry = context.start.app.commands;
  }

  addPanel(): void {
    const { trans } = this._context.start;
    this._registry.addCommand(CommandIDs.openPanel, {
      label: trans.__('Show Pipeline'),
      caption: trans.__('Show the pipeline of this notebook'),
      icon: pipelineIcon,
      describedBy: { args: noArgs },
      execute: () => this._open()
    });
  }

  addSuggest(): void {
    const { trans } = this._context.start;
    this._registry.addCommand(CommandIDs.suggest, {
      label: trans.__('Suggest Stages'),
      caption: trans.__('Propose stages for this notebook'),
      icon: pipelineIcon,
      isEnabled: () => this._current !== null,
      describedBy: { args: noArgs },
      execute: () =>
        this._act(async () => {
          await this._open();
          const panel = await this._side.content();
          panel.suggest();
        })
    });
  }

  addConvert(): void {
    const { trans } = this._context.start;
    this._registry.addCommand(CommandIDs.convert, {
      label: trans.__('Convert into a Project…'),
      caption: trans.__('Preview the files that converting would change'),
      icon: pipelineIcon,
      isEnabled: () => this._current !== null,
      describedBy: { args: noArgs },
      execute: () =>
        this._act(async document => {
          await this._reveal('conversion');
          const { preview } = await import('./conversion');
          await preview(await this._context.get(), document);
        })
    });
  }

  addRuns(): void {
    const { trans } = this._context.start;
    this._registry.addCommand(CommandIDs.showRuns, {
      label: trans.__('Show Past Runs'),
      caption: trans.__('Show the past runs of this pipeline'),
      icon: pipelineIcon,
      isEnabled: () => this._current !== null,
      describedBy: { args: noArgs },
      execute: () => this._act(() => this._reveal('runs'))
    });
  }

  addRun(): void {
    const { trans } = this._context.start;
    this._registry.addCommand(CommandIDs.run, {
      label: trans.__('Run Pipeline'),
      caption: trans.__('Run all stages with the parameters in the panel'),
      icon: runIcon,
      isEnabled: () => this._current !== null,
      describedBy: { args: noArgs },
      execute: () => this._act(document => this._run(document, null))
    });
    this._registry.addCommand(CommandIDs.runToStage, {
      label: args =>
        typeof args.stage === 'string'
          ? trans.__('Run Pipeline up to %1', args.stage)
          : trans.__('Run Pipeline up to This Stage'),
      caption: trans.__('Run the stage and all that it needs'),
      icon: runIcon,
      isEnabled: args => this._lastStage(args) !== null,
      describedBy: { args: stageArgs(trans) },
      execute: args =>
        this._act(document => this._run(document, this._lastStage(args)))
    });
  }

  addCancel(): void {
    const { trans } = this._context.start;
    this._registry.addCommand(CommandIDs.cancelRun, {
      label: trans.__('Cancel Run'),
      caption: trans.__('End the run of this pipeline'),
      icon: stopIcon,
      isEnabled: () => {
        const status = this._current?.runState?.status;
        return status === 'running' || status === 'cancelling';
      },
      describedBy: { args: noArgs },
      execute: () =>
        this._act(async document => {
          const { cancelRun } = await import('./run');
          await cancelRun(await this._context.get(), document);
        })
    });
  }

  private get _current(): PipelineDocument | null {
    return this._context.start.tracker.current;
  }

  private async _run(
    document: PipelineDocument,
    until: string | null
  ): Promise<void> {
    const { run } = await import('./run');
    await run(await this._context.get(), document, { until });
  }

  /** The stage that a command was given, else that of the active cell. */
  private _lastStage(args: ReadonlyPartialJSONObject): string | null {
    const document = this._current;
    if (!document) {
      return null;
    }
    return typeof args.stage === 'string'
      ? args.stage
      : (activeCell(document)?.stage ?? null);
  }

  private async _open(): Promise<void> {
    this._context.start.app.shell.activateById(this._side.id);
    await this._side.content();
  }

  private async _reveal(section: string): Promise<void> {
    await this._open();
    const panel = await this._side.content();
    panel.reveal(section);
  }

  /** Do something with the notebook in front, and say when it goes wrong. */
  private async _act(act: Act): Promise<void> {
    const document = this._current;
    if (!document) {
      return;
    }
    try {
      await act(document);
    } catch (error) {
      notify('error', error instanceof Error ? error.message : `${error}`);
    }
  }

  private _context: LazyContext;
  private _side: SidePanel;
  private _registry: CommandRegistry;
}
