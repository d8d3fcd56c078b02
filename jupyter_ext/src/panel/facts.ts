import type { PipelineDocument } from '../document';

import type { INotebookFacts } from './states';

/**
 * What the state of the panel depends on, read from the notebook's model.
 *
 * @param document - The notebook.
 */
export function factsOf(document: PipelineDocument): INotebookFacts {
  const { model, analysis, problem, problemStatus } = document;
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
    analysis,
    failure: problem && { status: problemStatus ?? 0, problem }
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
