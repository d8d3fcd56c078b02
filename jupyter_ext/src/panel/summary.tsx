import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IAnalysis } from '../protocol';

import { useSettled } from './signals';

/** How long the notebook must be still before its findings are read out, in milliseconds. */
const STILLNESS = 1500;

/** How many errors and warnings an analysis has. */
export function countFindings(analysis: IAnalysis): {
  errors: number;
  warnings: number;
} {
  const errors = analysis.diagnostics.filter(
    finding => finding.severity === 'error'
  ).length;
  return { errors, warnings: analysis.diagnostics.length - errors };
}

/**
 * Stages, errors and warnings in one line.
 *
 * @param analysis - What the server said of the notebook.
 * @param trans - The language.
 */
export function summaryText(
  analysis: IAnalysis,
  trans: TranslationBundle
): string {
  const { errors, warnings } = countFindings(analysis);
  return trans.__(
    '%1, %2, %3',
    trans._n('%1 stage', '%1 stages', analysis.stages.length),
    trans._n('%1 error', '%1 errors', errors),
    trans._n('%1 warning', '%1 warnings', warnings)
  );
}

/** The summary, shown at once and read out only when nothing changes for a while. */
export function Summary(props: {
  analysis: IAnalysis;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { analysis, trans } = props;
  const text = summaryText(analysis, trans);
  const spoken = useSettled(text, STILLNESS);
  return (
    <>
      <p className="jp-Nb2pipe-summary" aria-hidden="true">
        {text}
      </p>
      <p className="jp-Nb2pipe-live" role="status">
        {spoken}
      </p>
    </>
  );
}
