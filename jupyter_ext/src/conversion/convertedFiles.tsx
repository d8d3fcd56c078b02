import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ISectionProps } from '../panel/context';
import type { IConversion, IConvertedFile } from '../protocol';
import { openFile } from '../run/places';
import { sorted } from './conversion';
import { readDiff } from './diff';
import { DiffView } from './diffView';

/** The files of a conversion: those that change with their diffs, the others by name. */
export function ConvertedFiles(
  props: ISectionProps & { outcome: IConversion }
): React.JSX.Element {
  const { context, outcome } = props;
  const { trans } = context;
  const { changed, untouched } = sorted(outcome.files);
  return (
    <>
      {changed.length > 0 && (
        <ul
          className="jp-Nb2pipe-files"
          aria-label={trans.__('Files that change')}
        >
          {changed.map(file => (
            <ChangedFile key={file.path} {...props} file={file} />
          ))}
        </ul>
      )}
      {untouched.length > 0 && (
        <details className="jp-Nb2pipe-untouched">
          <summary>
            {trans._n(
              '%1 file stays as it is',
              '%1 files stay as they are',
              untouched.length
            )}
          </summary>
          <ul className="jp-Nb2pipe-files">
            {untouched.map(file => (
              <li key={file.path}>
                <span className="jp-Nb2pipe-path">{file.path}</span>
                {file.status === 'kept' && (
                  <span className="jp-Nb2pipe-mark">
                    {trans.__('edited by hand, no longer generated')}
                  </span>
                )}
                <OpenButton {...props} file={file} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

interface IFileProps extends ISectionProps {
  readonly outcome: IConversion;
  readonly file: IConvertedFile;
}

function ChangedFile(props: IFileProps): React.JSX.Element {
  const { context, file } = props;
  const { trans } = context;
  const [isOpen, setOpen] = React.useState(false);
  const diff = React.useMemo(
    () => (file.diff === null ? null : readDiff(file.diff)),
    [file.diff]
  );
  return (
    <li data-status={file.status} data-path={file.path}>
      <details onToggle={event => setOpen(event.currentTarget.open)}>
        <summary>
          <span className="jp-Nb2pipe-mark" data-status={file.status}>
            {statusName(file.status, trans)}
          </span>{' '}
          <span className="jp-Nb2pipe-path">{file.path}</span>{' '}
          {diff !== null && (
            <span className="jp-Nb2pipe-counts">
              {trans.__('+%1 −%2', diff.added, diff.removed)}
            </span>
          )}
          <OriginMark file={file} trans={trans} />
        </summary>
        {isOpen &&
          (diff === null ? (
            <p className="jp-Nb2pipe-hint">
              {trans.__('What it will hold is known only when it is written.')}
            </p>
          ) : (
            <DiffView diff={diff} path={file.path} trans={trans} />
          ))}
      </details>
      <OpenButton {...props} file={file} />
    </li>
  );
}

function OriginMark(props: {
  file: IConvertedFile;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { file, trans } = props;
  if (file.status === 'created' || file.origin === 'ours') {
    return null;
  }
  return (
    <strong className="jp-Nb2pipe-warning">
      {' '}
      {file.origin === 'edited'
        ? trans.__('edited by hand')
        : trans.__('not written by nb2pipe')}
    </strong>
  );
}

/** Opens a file that is on disk now. */
function OpenButton(props: IFileProps): React.JSX.Element | null {
  const { context, file, outcome } = props;
  const { trans } = context;
  const absent = outcome.written ? 'deleted' : 'created';
  if (file.status === absent) {
    return null;
  }
  return (
    <button
      type="button"
      className="jp-Nb2pipe-link"
      aria-label={trans.__('Open %1', file.path)}
      onClick={() => openFile(context, file.path)}
    >
      {trans.__('open')}
    </button>
  );
}

/** The name of what becomes of a file. */
function statusName(status: string, trans: TranslationBundle): string {
  switch (status) {
    case 'created':
      return trans.__('new');
    case 'updated':
      return trans.__('changed');
    case 'deleted':
      return trans.__('deleted');
    default:
      return status;
  }
}
