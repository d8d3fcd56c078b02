import type { TranslationBundle } from '@jupyterlab/translation';
import { type ISignal, Signal } from '@lumino/signaling';

import type { IValues } from '../document';
import type { IParameter } from '../protocol';

import { isDefault, read, same, textOf } from './fields';

/** A notebook with parameters: a `PipelineDocument`. */
export interface IParametrised {
  readonly analysis: { readonly parameters: readonly IParameter[] } | null;
  values: IValues;
}

/** A parameter whose text is no value, and what is wrong with it. */
export interface IInvalidParameter {
  readonly name: string;
  readonly problem: string;
}

/**
 * The texts in the parameter form of one notebook.
 *
 * Values are the document's. Only a text that is no value, or that writes its value otherwise than
 * we would, is kept here, so that nothing a person typed is lost when the form is drawn anew.
 */
export class Drafts {
  /** The drafts of a notebook. */
  static of(document: IParametrised): Drafts {
    let drafts = ALL.get(document);
    if (drafts === undefined) {
      drafts = new Drafts(document);
      ALL.set(document, drafts);
    }
    return drafts;
  }

  private constructor(document: IParametrised) {
    this._document = document;
  }

  /** A text changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The text of a parameter's input. */
  text(parameter: IParameter, trans: TranslationBundle): string {
    const draft = this._texts.get(parameter.name);
    const value = this._document.values[parameter.name];
    if (draft !== undefined) {
      const reading = read(parameter, draft, trans);
      const agrees =
        'problem' in reading
          ? value === undefined
          : same(reading.value, value ?? parameter.default);
      if (agrees) {
        return draft;
      }
      // Someone else gave the parameter a value since.
      this._texts.delete(parameter.name);
    }
    return textOf(parameter, value);
  }

  /**
   * Take a text that a person gave. A value is given to the document; the default, and what is no
   * value, leave it without one.
   */
  edit(parameter: IParameter, text: string, trans: TranslationBundle): void {
    this._texts.set(parameter.name, text);
    const reading = read(parameter, text, trans);
    const values = { ...this._document.values };
    delete values[parameter.name];
    if ('value' in reading && !isDefault(parameter, reading.value)) {
      values[parameter.name] = reading.value;
    }
    this._document.values = values;
    this._changed.emit();
  }

  /** Go back to the default of a parameter, or of all. */
  reset(name?: string): void {
    if (name === undefined) {
      this._texts.clear();
      this._document.values = {};
    } else {
      const values = { ...this._document.values };
      delete values[name];
      this._texts.delete(name);
      this._document.values = values;
    }
    this._changed.emit();
  }

  /** The parameters whose texts are no values. */
  invalid(trans: TranslationBundle): IInvalidParameter[] {
    const parameters = this._document.analysis?.parameters ?? [];
    return parameters.flatMap(parameter => {
      const reading = read(parameter, this.text(parameter, trans), trans);
      return 'problem' in reading
        ? [{ name: parameter.name, problem: reading.problem }]
        : [];
    });
  }

  private readonly _document: IParametrised;
  private readonly _texts = new Map<string, string>();
  private readonly _changed = new Signal<this, void>(this);
}

const ALL = new WeakMap<IParametrised, Drafts>();

/**
 * The parameters of a notebook that cannot be sent, since what was typed is no value.
 *
 * @param document - The notebook.
 * @param trans - The language.
 */
export function invalidParameters(
  document: IParametrised,
  trans: TranslationBundle
): IInvalidParameter[] {
  return Drafts.of(document).invalid(trans);
}
