import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { PipelineDocument } from '../document';
import type { IPanelContext } from '../panel/context';
import type { IConversion, IConvertedFile, IProblem } from '../protocol';
import { problemOf, save } from '../run/launch';

/** What a conversion is doing. */
export type ConversionPhase = 'idle' | 'previewing' | 'writing';

/**
 * The conversion of one notebook: previewed first, then written.
 *
 * It outlives the section that shows it, so that a command can begin it.
 */
export class Conversion implements IDisposable {
  /**
   * @param context - What the panel works with.
   * @param document - The notebook.
   */
  constructor(context: IPanelContext, document: PipelineDocument) {
    this._context = context;
    this._document = document;
    document.disposed.connect(() => this.dispose(), this);
  }

  /** Anything changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What is being done. */
  get phase(): ConversionPhase {
    return this._phase;
  }

  /** What would change, or what was written; null before the first preview. */
  get outcome(): IConversion | null {
    return this._outcome;
  }

  /** Why the last step came to nothing. */
  get problem(): IProblem | null {
    return this._problem;
  }

  /** Whether the notebook was edited between the preview before this one and its writing. */
  get wasOutdated(): boolean {
    return this._wasOutdated;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Save the notebook and ask what converting it would change. */
  async preview(): Promise<void> {
    await this._attempt('previewing', () => this._ask(false, false));
  }

  /**
   * Write what the preview showed. When the notebook was edited since, it is previewed again
   * instead, so that nothing is written that was not shown.
   *
   * @param force - Overwrite generated files that were edited by hand.
   */
  async write(force: boolean): Promise<void> {
    const isOutdated = this._shown !== this._fingerprint();
    await this._attempt(isOutdated ? 'previewing' : 'writing', async () => {
      await this._ask(!isOutdated, force && !isOutdated);
      this._wasOutdated = isOutdated;
    });
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private async _ask(write: boolean, force: boolean): Promise<void> {
    const { client, trans } = this._context;
    await save(this._document, trans);
    const shown = this._fingerprint();
    const { path } = this._document;
    this._outcome = await client.conversion({ path, write, force });
    this._shown = shown;
  }

  private async _attempt(
    phase: ConversionPhase,
    act: () => Promise<void>
  ): Promise<void> {
    if (this._phase !== 'idle') {
      return;
    }
    this._phase = phase;
    this._problem = null;
    this._wasOutdated = false;
    this._changed.emit();
    try {
      await act();
    } catch (error) {
      // What was shown stays: a refusal takes nothing away.
      this._problem = problemOf(error);
    } finally {
      this._phase = 'idle';
      this._changed.emit();
    }
  }

  /** The notebook as far as converting it is concerned. */
  private _fingerprint(): string {
    const { metadata, cells } = this._document.content();
    return JSON.stringify([
      this._document.path,
      metadata,
      cells.map(cell => ({ ...cell, execution_count: null }))
    ]);
  }

  private _context: IPanelContext;
  private _document: PipelineDocument;
  private _phase: ConversionPhase = 'idle';
  private _outcome: IConversion | null = null;
  private _problem: IProblem | null = null;
  private _shown = '';
  private _wasOutdated = false;
  private _isDisposed = false;
  private _changed = new Signal<this, void>(this);
}

const conversions = new WeakMap<PipelineDocument, Conversion>();

/** The conversion of a notebook: one, whoever asks. */
export function conversionOf(
  context: IPanelContext,
  document: PipelineDocument
): Conversion {
  let conversion = conversions.get(document);
  if (conversion === undefined) {
    conversion = new Conversion(context, document);
    conversions.set(document, conversion);
  }
  return conversion;
}

/** The files of a conversion by what becomes of them. */
export interface ISortedFiles {
  readonly changed: readonly IConvertedFile[];
  readonly untouched: readonly IConvertedFile[];
  /** Edited by hand; they are overwritten only when that is asked for. */
  readonly edited: readonly IConvertedFile[];
  /** Not written by nb2pipe; they are never overwritten. */
  readonly foreign: readonly IConvertedFile[];
}

/** Sort the files of a conversion. */
export function sorted(files: readonly IConvertedFile[]): ISortedFiles {
  const isUntouched = ({ status }: IConvertedFile): boolean =>
    status === 'unchanged' || status === 'kept';
  const overwritten = files.filter(file => file.status === 'updated');
  return {
    changed: files.filter(file => !isUntouched(file)),
    untouched: files.filter(isUntouched),
    edited: overwritten.filter(file => file.origin === 'edited'),
    foreign: overwritten.filter(file => file.origin === 'foreign')
  };
}
