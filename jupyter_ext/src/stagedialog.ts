import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { proposedName } from './stagenames';

/** What the dialog asks. */
export interface IStageQuestion {
  readonly title: string;
  /** The label of the button that answers. */
  readonly accept: string;
  /** The stages that can be chosen. */
  readonly stages: readonly string[];
  /** The name of a stage that gets another one; empty when none is renamed. */
  readonly value: string;
  /** What was typed before the dialog was there. */
  readonly typed: string;
  readonly trans: TranslationBundle;
}

/**
 * Ask for the name of a stage: one that is there, or a new one.
 *
 * @param question - What to ask.
 * @returns A good name, whatever was typed; null when nothing was, or the dialog was cancelled.
 */
export async function askForStage(
  question: IStageQuestion
): Promise<string | null> {
  const { title, accept, trans } = question;
  const result = await showDialog({
    title,
    body: new StageField(question),
    focusNodeSelector: 'input',
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: accept })
    ]
  });
  const typed = result.button.accept ? (result.value ?? '').trim() : '';
  return typed === '' ? null : proposedName(typed);
}

let fields = 0;

/** A text field that completes names of stages and says how a name will be written. */
class StageField extends Widget implements Dialog.IBodyWidget<string> {
  constructor(question: IStageQuestion) {
    super();
    fields += 1;
    this.addClass('jp-Nb2pipe-stageField');
    this._question = question;
    this._input = this._field();
    this._note = document.createElement('p');
    this._note.setAttribute('role', 'status');
    this.node.append(this._label(), this._input, this._list(), this._note);
    this._say();
  }

  getValue(): string {
    return this._input.value;
  }

  private _label(): HTMLElement {
    const label = document.createElement('label');
    label.htmlFor = this._input.id;
    label.textContent = this._question.trans.__('Name of the stage');
    return label;
  }

  private _field(): HTMLInputElement {
    const input = document.createElement('input');
    input.id = `jp-Nb2pipe-stageField-${fields}`;
    input.className = 'jp-mod-styled';
    input.type = 'text';
    input.autocomplete = 'off';
    input.spellcheck = false;
    input.value = `${this._question.value}${this._question.typed}`;
    input.setAttribute('list', `${input.id}-list`);
    input.addEventListener('input', () => this._say());
    return input;
  }

  private _list(): HTMLElement {
    const list = document.createElement('datalist');
    list.id = `${this._input.id}-list`;
    for (const stage of this._question.stages) {
      const option = document.createElement('option');
      option.value = stage;
      list.append(option);
    }
    return list;
  }

  /** Say what the name means. */
  private _say(): void {
    const { trans, stages, value } = this._question;
    const typed = this._input.value.trim();
    const name = proposedName(typed);
    const exists = stages.includes(name);
    const isRename = value !== '';
    this._note.textContent =
      typed === ''
        ? trans.__('Choose a stage or type a new name.')
        : exists && isRename
          ? trans.__('There is a stage %1 already: both become one.', name)
          : exists
            ? trans.__('The cells join the stage %1.', name)
            : trans.__('The stage will be called %1.', name);
  }

  private _question: IStageQuestion;
  private _input: HTMLInputElement;
  private _note: HTMLElement;
}
