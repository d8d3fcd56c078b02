import * as React from 'react';

import { CellLink } from '../panel/cellLink';
import type { ISectionProps } from '../panel/context';
import { Problem } from '../panel/problem';
import { useSignals } from '../panel/signals';
import type { IConversion, IDiagnostic } from '../protocol';
import { type Conversion, conversionOf, sorted } from './conversion';
import { ConvertedFiles } from './convertedFiles';
import { RestCommand } from './restCommand';

/** The section that converts the notebook: first what would change, then the writing. */
export function ConversionSection(props: ISectionProps): React.JSX.Element {
  const { context, document } = props;
  const { trans } = context;
  const conversion = conversionOf(context, document);
  useSignals(
    'conversion-section',
    conversion.changed,
    document.analysisChanged
  );
  const { outcome, problem, phase } = conversion;
  return (
    <div className="jp-Nb2pipe-conversion">
      <button
        type="button"
        disabled={phase !== 'idle'}
        onClick={() => void conversion.preview()}
      >
        {outcome === null
          ? trans.__('Preview what would be written')
          : trans.__('Preview again')}
      </button>
      <p role="status" aria-live="polite" className="jp-Nb2pipe-standing">
        {standing(props, conversion)}
      </p>
      {problem !== null && (
        <div role="alert" className="jp-Nb2pipe-refusal">
          <Problem problem={problem} />
          <Diagnostics {...props} diagnostics={errors(props)} />
        </div>
      )}
      {outcome !== null && (
        <Outcome
          {...props}
          key={outcome.written ? 'written' : 'preview'}
          conversion={conversion}
          outcome={outcome}
        />
      )}
    </div>
  );
}

/** The errors that the panel knows of: what a refusal is most often about. */
function errors({ document }: ISectionProps): IDiagnostic[] {
  const findings = document.analysis?.diagnostics ?? [];
  return findings.filter(finding => finding.severity === 'error');
}

function standing({ context }: ISectionProps, conversion: Conversion): string {
  const { trans } = context;
  const { phase, outcome } = conversion;
  if (phase === 'previewing') {
    return trans.__('Comparing with the files on disk…');
  }
  if (phase === 'writing') {
    return trans.__('Writing…');
  }
  if (outcome === null) {
    return '';
  }
  if (conversion.wasOutdated) {
    return trans.__(
      'The notebook was edited since the preview. This is what would be written now.'
    );
  }
  return counted(context.trans, outcome);
}

function counted(
  trans: ISectionProps['context']['trans'],
  outcome: IConversion
): string {
  const { name, version } = outcome;
  const { changed } = sorted(outcome.files);
  if (changed.length === 0) {
    return trans.__('%1 %2: everything is up to date.', name, version);
  }
  return outcome.written
    ? trans._n(
        '%2 %3: %1 file written.',
        '%2 %3: %1 files written.',
        changed.length,
        name,
        version
      )
    : trans._n(
        '%2 %3: %1 file would change.',
        '%2 %3: %1 files would change.',
        changed.length,
        name,
        version
      );
}

function Outcome(
  props: ISectionProps & { conversion: Conversion; outcome: IConversion }
): React.JSX.Element {
  const { outcome } = props;
  return (
    <>
      {!outcome.written && <WriteForm {...props} />}
      {outcome.notes.length > 0 && (
        <ul className="jp-Nb2pipe-notes">
          {outcome.notes.map(note => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <Diagnostics {...props} diagnostics={outcome.diagnostics} />
      {outcome.rest !== null && (
        <RestCommand {...props} command={outcome.rest} />
      )}
      <ConvertedFiles {...props} />
    </>
  );
}

function WriteForm(
  props: ISectionProps & { conversion: Conversion; outcome: IConversion }
): React.JSX.Element | null {
  const { context, conversion, outcome } = props;
  const { trans } = context;
  const [force, setForce] = React.useState(false);
  const id = React.useId();
  const { changed, edited, foreign } = sorted(outcome.files);
  if (changed.length === 0) {
    return null;
  }
  const needsForce = edited.length > 0;
  const hint = hindrance(trans, foreign.length, needsForce && !force);
  return (
    <form
      className="jp-Nb2pipe-controls"
      onSubmit={event => {
        event.preventDefault();
        void conversion.write(force && needsForce);
      }}
    >
      {needsForce && (
        <label className="jp-Nb2pipe-check">
          <input
            type="checkbox"
            checked={force}
            onChange={event => setForce(event.target.checked)}
          />
          {trans._n(
            'Overwrite the file that was edited by hand',
            'Overwrite the %1 files that were edited by hand',
            edited.length
          )}
        </label>
      )}
      <button
        type="submit"
        className="jp-Nb2pipe-primary"
        disabled={conversion.phase !== 'idle' || hint !== ''}
        aria-describedby={hint === '' ? undefined : id}
      >
        {trans.__('Write these files')}
      </button>
      {hint !== '' && (
        <p id={id} className="jp-Nb2pipe-hint">
          {hint}
        </p>
      )}
    </form>
  );
}

/** Why the files cannot be written as things are; empty when they can. */
function hindrance(
  trans: ISectionProps['context']['trans'],
  foreign: number,
  mustAgree: boolean
): string {
  if (foreign > 0) {
    return trans._n(
      'A file was not written by nb2pipe and is in the way: move it away first.',
      '%1 files were not written by nb2pipe and are in the way: move them away first.',
      foreign
    );
  }
  return mustAgree
    ? trans.__(
        'Files were edited by hand since nb2pipe wrote them. Writing would undo those edits.'
      )
    : '';
}

function Diagnostics(
  props: ISectionProps & { diagnostics: readonly IDiagnostic[] }
): React.JSX.Element | null {
  const { diagnostics } = props;
  if (diagnostics.length === 0) {
    return null;
  }
  return (
    <ul className="jp-Nb2pipe-notes">
      {diagnostics.map((finding, index) => (
        <li key={index}>
          {finding.code} {finding.message}{' '}
          {finding.cell !== null && (
            <CellLink
              {...props}
              cell={finding.cell}
              line={finding.line}
              column={finding.column}
            />
          )}
        </li>
      ))}
    </ul>
  );
}
