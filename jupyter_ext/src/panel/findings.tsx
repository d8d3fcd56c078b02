import * as React from 'react';

import type { IAnalysis, IDiagnostic } from '../protocol';

import { CellLink } from './cellLink';
import type { ISectionProps } from './context';
import { edit } from './edit';
import { inOrder } from './order';
import { Prose } from './prose';

/** How many findings are drawn at first; a notebook may have thousands. */
const FIRST = 100;

/** What is wrong or risky in the notebook, errors first. */
export const Findings = React.memo(function Findings(
  props: ISectionProps & { analysis: IAnalysis }
): React.JSX.Element {
  const { context, document, analysis } = props;
  const { trans } = context;
  const [all, showAll] = React.useState(false);
  const sorted = React.useMemo(() => inOrder(analysis.diagnostics), [analysis]);
  if (sorted.length === 0) {
    return <p>{trans.__('Nothing was found.')}</p>;
  }
  const shown = all ? sorted : sorted.slice(0, FIRST);
  return (
    <>
      <FindingList {...{ context, document }} findings={shown} />
      {shown.length < sorted.length && (
        <button type="button" onClick={() => showAll(true)}>
          {trans.__('Show all %1', sorted.length)}
        </button>
      )}
    </>
  );
});

/** Findings, each with what to do, the way to its cell, and its fix where there is one. */
export function FindingList(
  props: ISectionProps & { findings: readonly IDiagnostic[] }
): React.JSX.Element {
  const { context, document, findings } = props;
  return (
    <ul className="jp-Nb2pipe-findings">
      {findings.map((finding, index) => (
        <li
          key={index}
          data-severity={finding.severity}
          data-code={finding.code}
        >
          <Finding {...{ context, document, finding }} />
        </li>
      ))}
    </ul>
  );
}

function Finding(
  props: ISectionProps & { finding: IDiagnostic }
): React.JSX.Element {
  const { context, document, finding } = props;
  const { trans } = context;
  const { code, severity, message, advice, cell, line, column, fix } = finding;
  return (
    <>
      <p className="jp-Nb2pipe-message">
        <span className="jp-Nb2pipe-severity">
          {severity === 'error' ? trans.__('✗ Error') : trans.__('⚠ Warning')}
        </span>
        <code>{code}</code>
        {cell !== null && (
          <CellLink {...{ context, document, cell, line, column }} />
        )}
      </p>
      <p>
        <Prose text={message} />
      </p>
      {finding.excerpt !== '' && (
        <pre className="jp-Nb2pipe-excerpt">{finding.excerpt}</pre>
      )}
      {advice !== '' && (
        <p className="jp-Nb2pipe-advice">
          <Prose text={advice} />
        </p>
      )}
      {fix !== null && (
        <button
          type="button"
          className="jp-Nb2pipe-fix"
          onClick={() => {
            edit({ context, document }, fix.edits);
          }}
        >
          <Prose text={trans.__('Fix: %1', fix.title)} />
        </button>
      )}
    </>
  );
}
