import type { TranslationBundle } from '@jupyterlab/translation';

import type { IAnalysis, IProblem } from '../protocol';

/** What is known of a notebook, as far as the panel's state depends on it. */
export interface INotebookFacts {
  /** Whether no cell holds any text. */
  readonly isEmpty: boolean;
  /** Whether a code cell does. */
  readonly hasCode: boolean;
  /** The language its kernel or its metadata name; empty when none does. */
  readonly language: string;
  readonly analysis: IAnalysis | null;
  /** Why the last analysis did not come; the status is that of HTTP. */
  readonly failure: {
    readonly status: number;
    readonly problem: IProblem;
  } | null;
}

/** What the panel shows. */
export type PanelState =
  /** The notebook's pipeline; the problem says why it may be an older one. */
  | {
      readonly kind: 'ready';
      readonly analysis: IAnalysis;
      readonly problem: IProblem | null;
    }
  /** There is no pipeline to show, and why. */
  | { readonly kind: 'message'; readonly problem: IProblem }
  | { readonly kind: 'loading' };

/**
 * What the panel shows of a notebook.
 *
 * @param facts - The notebook; null when none is open.
 * @param trans - The language.
 */
export function panelState(
  facts: INotebookFacts | null,
  trans: TranslationBundle
): PanelState {
  const message = (text: string, advice: string): PanelState => ({
    kind: 'message',
    problem: { message: text, place: '', advice }
  });
  if (facts === null) {
    return message(
      trans.__('No notebook is open.'),
      trans.__('Open a notebook to see its pipeline here.')
    );
  }
  if (facts.language !== '' && facts.language.toLowerCase() !== 'python') {
    return message(
      trans.__('This notebook is written in %1.', facts.language),
      trans.__('Pipelines are made from notebooks in Python.')
    );
  }
  if (facts.isEmpty) {
    return message(
      trans.__('This notebook has no cells with text.'),
      trans.__('Write some code, then tag its cells as stages.')
    );
  }
  if (!facts.hasCode) {
    return message(
      trans.__('This notebook has text but no code.'),
      trans.__('Stages are made of code cells.')
    );
  }
  return analysed(facts, trans);
}

function analysed(facts: INotebookFacts, trans: TranslationBundle): PanelState {
  const { analysis, failure } = facts;
  // What our own part does not find it gives advice on.
  if (failure?.status === 404 && failure.problem.advice === '') {
    return { kind: 'message', problem: notInstalled(trans) };
  }
  if (analysis === null) {
    return failure === null
      ? { kind: 'loading' }
      : { kind: 'message', problem: failure.problem };
  }
  if (analysis.error !== null) {
    return { kind: 'message', problem: analysis.error };
  }
  return { kind: 'ready', analysis, problem: failure?.problem ?? null };
}

function notInstalled(trans: TranslationBundle): IProblem {
  return {
    message: trans.__('The server part of nb2pipe is not there.'),
    place: '',
    advice: trans.__(
      'Install nb2pipe in the environment that Jupyter Server runs in, enable it with "jupyter server extension enable jupyterlab_nb2pipe", and start the server again.'
    )
  };
}
