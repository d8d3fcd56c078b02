import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IDiff, IDiffLine, LineKind } from './diff';

/** How many lines are drawn before the reader asks for more. */
const PAGE = 500;

const SIGNS: { readonly [kind in LineKind]: string } = {
  added: '+',
  removed: '−',
  context: ' ',
  hunk: ''
};

/** A unified diff; signs and elements say what was added and removed, not colours alone. */
export const DiffView = React.memo(function DiffView(props: {
  diff: IDiff;
  path: string;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { diff, path, trans } = props;
  const [shown, show] = React.useState(PAGE);
  const rest = diff.lines.length - shown;
  return (
    <>
      <div
        className="jp-Nb2pipe-diff"
        role="group"
        aria-label={trans.__('Changes of %1', path)}
        tabIndex={0}
      >
        {diff.lines.slice(0, shown).map((line, index) => (
          <Line key={index} line={line} />
        ))}
      </div>
      {rest > 0 && (
        <button type="button" onClick={() => show(shown + PAGE)}>
          {trans._n('Show %1 more line', 'Show %1 more lines', rest)}
        </button>
      )}
    </>
  );
});

function Line({ line }: { line: IDiffLine }): React.JSX.Element {
  const number = line.after ?? line.before;
  const Text =
    line.kind === 'added' ? 'ins' : line.kind === 'removed' ? 'del' : 'span';
  return (
    <div className="jp-Nb2pipe-line" data-kind={line.kind}>
      <span className="jp-Nb2pipe-number" aria-hidden="true">
        {number ?? ''}
      </span>
      <span className="jp-Nb2pipe-diffSign">{SIGNS[line.kind]}</span>
      <Text>{line.text}</Text>
    </div>
  );
}
