import { Panel } from '@lumino/widgets';
import type { Message } from '@lumino/messaging';

import { pipelineIcon } from './icons';
import type { LazyContext } from './lazycontext';
import { loadedOnce } from './loading';
import type { PipelinePanel } from './panel';
import { PANEL_ID } from './tokens';

/**
 * The place of the panel at the page's side. The panel itself, and with it most of our code, is
 * loaded when it is first shown.
 */
export class SidePanel extends Panel {
  /**
   * @param context - What the panel works with.
   */
  constructor(context: LazyContext) {
    super();
    const { trans } = context.start;
    this._context = context;
    this.id = PANEL_ID;
    this.addClass('jp-Nb2pipe-sidePanel');
    this.title.icon = pipelineIcon;
    this.title.caption = trans.__('Pipeline');
    this.node.setAttribute('role', 'complementary');
    this.node.setAttribute('aria-label', trans.__('Pipeline'));
  }

  /**
   * The panel, loaded if it was not yet.
   *
   * @throws whatever hinders the browser from loading it; the next call tries again.
   */
  readonly content = loadedOnce(async () => {
    try {
      return await this._load();
    } catch (error) {
      const { trans } = this._context.start;
      this._say(trans.__('The panel could not be loaded: %1', `${error}`));
      throw error;
    }
  });

  protected override onBeforeShow(msg: Message): void {
    super.onBeforeShow(msg);
    this._show();
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      this._show();
    }
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    this.content().then(
      panel => panel.activate(),
      () => undefined
    );
  }

  private _show(): void {
    // What went wrong is said where the panel would be.
    this.content().catch(() => undefined);
  }

  private async _load(): Promise<PipelinePanel> {
    this._say(this._context.start.trans.__('Loading…'));
    const [{ createPanel, widenOnce }, context] = await Promise.all([
      import('./panel'),
      this._context.get()
    ]);
    const panel = createPanel(context);
    this._say('');
    this.addWidget(panel);
    await widenOnce(this, context.state);
    return panel;
  }

  private _say(text: string): void {
    this._note ??= this._makeNote();
    this._note.textContent = text;
    this._note.hidden = text === '';
  }

  private _makeNote(): HTMLElement {
    const note = document.createElement('p');
    note.className = 'jp-Nb2pipe-loading';
    note.setAttribute('role', 'status');
    this.node.prepend(note);
    return note;
  }

  private _context: LazyContext;
  private _note: HTMLElement | null = null;
}
