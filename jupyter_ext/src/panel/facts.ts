import type { PipelineDocument } from '../document';
import type { IAnalysis } from '../protocol';

import type { INotebookFacts } from './states';

/**
 * What the state of the panel depends on, read from the notebook's model.
 *
 * @param document - The notebook.
 */
export function factsOf(document: PipelineDocument): INotebookFacts {
  const { model } = document;
  const cells = model === null ? [] : [...model.cells];
  // The first cell with code answers both questions, so that long notebooks are not read through.
  const hasCode = cells.some(
    cell => cell.type === 'code' && !isBlank(cell.sharedModel.getSource())
  );
  const isEmpty =
    model !== null &&
    !hasCode &&
    cells.every(cell => isBlank(cell.sharedModel.getSource()));
  return {
    isEmpty,
    hasCode: hasCode || model === null,
    language: languageOf(document),
    analysis: analysisOf(document),
    failure: document.answer.failure
  };
}

function isBlank(source: string): boolean {
  return source.trim() === '';
}

function languageOf({ model }: PipelineDocument): string {
  for (const [key, name] of [
    ['kernelspec', 'language'],
    ['language_info', 'name']
  ]) {
    const metadata: unknown = model?.getMetadata(key);
    if (typeof metadata === 'object' && metadata !== null && name in metadata) {
      const language = (metadata as { [name: string]: unknown })[name];
      if (typeof language === 'string') {
        return language;
      }
    }
  }
  return '';
}

interface IKeptAnalysis {
  /** The newest answer. */
  readonly latest: IAnalysis;
  /** The first of those that say the same. */
  readonly kept: IAnalysis;
  readonly text: string;
}

const KEPT = new WeakMap<PipelineDocument, IKeptAnalysis>();

/**
 * The analysis of a notebook: the same object as long as it says the same, so that what is drawn
 * from it need not be drawn again. Most of what people type changes nothing in the pipeline.
 */
function analysisOf(document: PipelineDocument): IAnalysis | null {
  const latest = document.analysis;
  if (latest === null) {
    return null;
  }
  const before = KEPT.get(document);
  if (before?.latest === latest) {
    return before.kept;
  }
  const text = JSON.stringify(latest);
  const kept = before?.text === text ? before.kept : latest;
  KEPT.set(document, { latest, kept, text });
  return kept;
}
