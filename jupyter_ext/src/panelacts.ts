import type { PipelineDocument } from './document';
import type { LazyContext } from './lazycontext';
import { notify } from './notices';
import type { SidePanel } from './sidepanel';

/** What the commands do that show the panel or have the pipeline converted or run. */
export class PanelActs {
  /**
   * @param context - What the panel works with.
   * @param side - The panel's place.
   */
  constructor(context: LazyContext, side: SidePanel) {
    this._context = context;
    this._side = side;
  }

  /** Show the panel. */
  async open(): Promise<void> {
    this._context.start.app.shell.activateById(this._side.id);
    await this._side.content();
  }

  /** Propose stages. */
  suggest(): Promise<void> {
    return this._act(async () => {
      await this.open();
      const panel = await this._side.content();
      panel.suggest();
    });
  }

  /** Preview the conversion. */
  convert(): Promise<void> {
    return this._act(async document => {
      await this._reveal('conversion');
      const { preview } = await import('./conversion');
      await preview(await this._context.get(), document);
    });
  }

  /** Show past runs. */
  showRuns(): Promise<void> {
    return this._act(() => this._reveal('runs'));
  }

  /**
   * Run the pipeline.
   *
   * @param until - The last stage; null for all.
   */
  run(until: string | null): Promise<void> {
    return this._act(async document => {
      const { run } = await import('./run');
      await run(await this._context.get(), document, { until });
    });
  }

  /** End the run that goes on. */
  cancel(): Promise<void> {
    return this._act(async document => {
      const { cancelRun } = await import('./run');
      await cancelRun(await this._context.get(), document);
    });
  }

  private async _reveal(section: string): Promise<void> {
    await this.open();
    const panel = await this._side.content();
    panel.reveal(section);
  }

  /** Do something with the notebook in front, and say when it goes wrong. */
  private async _act(
    act: (document: PipelineDocument) => Promise<void>
  ): Promise<void> {
    const document = this._context.start.tracker.current;
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
}
