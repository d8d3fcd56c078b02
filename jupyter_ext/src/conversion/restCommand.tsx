import { Clipboard } from '@jupyterlab/apputils';
import { copyIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { ISectionProps } from '../panel/context';

/** The command that writes what lies above the server's root directory. */
export function RestCommand(
  props: ISectionProps & { command: string }
): React.JSX.Element {
  const { context, command } = props;
  const { trans } = context;
  const [isCopied, setCopied] = React.useState(false);
  return (
    <div className="jp-Nb2pipe-rest">
      <p>
        {trans.__(
          'The workflow lies outside of the server’s root directory. This command in a terminal writes it:'
        )}
      </p>
      <pre
        tabIndex={0}
        role="group"
        aria-label={trans.__('Command that writes the rest')}
      >
        {command}
      </pre>
      <button
        type="button"
        onClick={() => {
          Clipboard.copyToSystem(command);
          setCopied(true);
        }}
      >
        <copyIcon.react tag="span" className="jp-Nb2pipe-icon" />
        {trans.__('Copy')}
      </button>
      <span role="status">{isCopied ? trans.__('Copied.') : ''}</span>
    </div>
  );
}
