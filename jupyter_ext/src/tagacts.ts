import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { Announcer } from './announcer';
import type { PipelineDocument } from './document';
import * as edits from './edits';
import { measured } from './measure';
import { notify } from './notices';
import { activeCell, selectedCells } from './selection';
import { askForStage } from './stagedialog';
import { proposedName } from './stagenames';
import type { OwnRole } from './tagging';
import type { PipelineTracker } from './tracker';

type Arguments = ReadonlyPartialJSONObject;

/** What the commands that tag cells do with the notebook in front. */
export class TagActs {
  /**
   * @param options - Knows the notebook, and the language.
   */
  constructor(options: {
    readonly tracker: PipelineTracker;
    readonly trans: TranslationBundle;
  }) {
    this._tracker = options.tracker;
    this._trans = options.trans;
  }

  /** Make cells the stage that is given; ask for it where none is. */
  setStage(args: Arguments): Promise<void> | void {
    const stage = typeof args.stage === 'string' ? args.stage.trim() : '';
    if (stage === '') {
      return this.pickStage(args);
    }
    const name = proposedName(stage);
    this._edit(document => {
      const cells = edits.setStage(document, chosen(document, args), name);
      this._tell(cells, this._trans.__('Stage %1.', name));
    });
  }

  /**
   * Ask for the stage of cells.
   *
   * @param args - Those of the command.
   * @param typed - What was typed already.
   */
  async pickStage(args: Arguments, typed = ''): Promise<void> {
    const document = this._tracker.current;
    if (!document || this._isRefused(document)) {
      return;
    }
    const cells = chosen(document, args);
    const stage = await askForStage({
      title: this._trans.__('Stage of the Selected Cells'),
      accept: this._trans.__('Set Stage'),
      stages: document.tagging.stages,
      value: '',
      typed,
      trans: this._trans
    });
    document.panel.content.activate();
    if (stage !== null) {
      await this.setStage({ stage, cells });
    }
  }

  /**
   * Ask for another name of a stage.
   *
   * @param args - Those of the command.
   * @param typed - What was typed already.
   */
  async renameStage(args: Arguments, typed = ''): Promise<void> {
    const document = this._tracker.current;
    if (!document || this._isRefused(document)) {
      return;
    }
    const { stages } = document.tagging;
    const from = args.stage ?? activeCell(document)?.stage;
    if (typeof from !== 'string' || !stages.includes(from)) {
      return;
    }
    const to = await askForStage({
      title: this._trans.__('Rename Stage %1', from),
      accept: this._trans.__('Rename'),
      stages: stages.filter(stage => stage !== from),
      value: from,
      typed,
      trans: this._trans
    });
    document.panel.content.activate();
    if (to !== null && to !== from) {
      this._rename(document, from, to);
    }
  }

  /** Take all tags of ours from cells. */
  clear(args: Arguments): void {
    this._edit(document => {
      edits.clear(document, chosen(document, args));
      this._announcer.say(this._trans.__('Pipeline tags cleared.'));
    });
  }

  /** Give cells a role that is no stage. */
  setRole(args: Arguments, role: OwnRole): void {
    this._edit(document => {
      const cells = edits.setRole(document, chosen(document, args), role);
      this._tell(cells, this._roleSentence(role));
    });
  }

  /** Mark cells as metrics; when all of them are, as none. */
  setMetrics(args: Arguments): void {
    this._edit(document => {
      const ids = new Set(chosen(document, args));
      const code = document.tagging.cells.filter(
        cell => cell.isCode && ids.has(cell.id)
      );
      const on = !code.every(cell => cell.metrics);
      const cells = edits.setMetrics(document, [...ids], on);
      const { _trans: trans } = this;
      this._tell(cells, on ? trans.__('Metrics.') : trans.__('No metrics.'));
    });
  }

  private _rename(document: PipelineDocument, from: string, to: string): void {
    measured('edit', () => {
      edits.renameStage(document, from, to);
      this._announcer.say(
        this._trans.__('Stage %1 is now called %2.', from, to)
      );
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
    const { isReadOnly } = document;
    if (isReadOnly) {
      notify(
        'warning',
        this._trans.__('This notebook is read-only: nothing was changed.')
      );
    }
    return isReadOnly;
  }

  /** Say what became of the cells; that nothing did is said to everyone. */
  private _tell(cells: readonly string[], what: string): void {
    if (cells.length === 0) {
      notify(
        'info',
        this._trans.__(
          'Only code cells are tagged. Markdown goes with the code below it.'
        )
      );
      return;
    }
    const { length } = cells;
    this._announcer.say(
      this._trans._n('%2 %1 cell.', '%2 %1 cells.', length, what)
    );
  }

  private _tracker: PipelineTracker;
  private _trans: TranslationBundle;
  private _announcer = new Announcer();
}

/** The cells that a command was given, else the selected ones. */
function chosen(document: PipelineDocument, args: Arguments): string[] {
  return Array.isArray(args.cells)
    ? args.cells.filter((id): id is string => typeof id === 'string')
    : selectedCells(document);
}
