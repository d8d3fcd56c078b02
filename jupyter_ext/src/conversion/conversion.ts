import { notebookContent } from '../content';
import type { IConversion, IConvertedFile } from '../protocol';
import { save } from '../run/saving';
import { oncePerNotebook, Task } from '../task';

/** What a conversion is doing. */
export type ConversionPhase = 'previewing' | 'writing';

/** The conversion of one notebook: previewed first, then written. */
export class Conversion extends Task<ConversionPhase> {
  /** What would change, or what was written; null before the first preview. */
  get outcome(): IConversion | null {
    return this._outcome;
  }

  /** Whether the notebook was edited between the preview before this one and its writing. */
  get wasOutdated(): boolean {
    return this._wasOutdated;
  }

  /** Save the notebook and ask what converting it would change. */
  async preview(): Promise<void> {
    await this.attempt('previewing', () => this._ask(false, false));
  }

  /**
   * Write what the preview showed. When the notebook was changed since, it is previewed again, and
   * written only if that shows the same: nothing is written that was not shown. Not all changes are
   * a person's; a kernel that starts notes its version.
   *
   * @param force - Overwrite generated files that were edited by hand.
   */
  async write(force: boolean): Promise<void> {
    const isOutdated = this._shown !== this._fingerprint();
    await this.attempt(isOutdated ? 'previewing' : 'writing', async () => {
      const shown = this._outcome;
      if (isOutdated) {
        await this._ask(false, false);
        if (!isSame(shown, this._outcome)) {
          this._wasOutdated = true;
          return;
        }
        this.enter('writing');
      }
      await this._ask(true, force);
    });
  }

  /** What was shown stays when this comes to nothing: a refusal takes nothing away. */
  private async _ask(write: boolean, force: boolean): Promise<void> {
    const { client } = this.context;
    this._wasOutdated = false;
    await save(this.context, this.document);
    const shown = this._fingerprint();
    const { path } = this.document;
    this._outcome = await client.conversion({ path, write, force });
    this._shown = shown;
  }

  /** The notebook as far as converting it is concerned. */
  private _fingerprint(): string {
    const { metadata, cells } = notebookContent(this.document.model);
    return JSON.stringify([
      this.document.path,
      metadata,
      cells.map(cell => ({ ...cell, execution_count: null }))
    ]);
  }

  private _outcome: IConversion | null = null;
  private _shown = '';
  private _wasOutdated = false;
}

/** Whether two previews show the same. */
function isSame(one: IConversion | null, other: IConversion | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The conversion of a notebook: one, whoever asks. */
export const conversionOf = oncePerNotebook(
  (context, document) => new Conversion(context, document)
);

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
