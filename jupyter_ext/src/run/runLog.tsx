import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** How far from its end a log may be scrolled and still follow, in pixels. */
const NEAR = 24;

/** What nb2pipe wrote during a run. It follows, unless the reader has scrolled up. */
export function RunLog(props: {
  lines: readonly string[];
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { lines, trans } = props;
  const [isOpen, setOpen] = React.useState(false);
  const element = React.useRef<HTMLPreElement>(null);
  const follows = React.useRef(true);
  React.useEffect(() => {
    const log = element.current;
    if (log !== null && follows.current) {
      log.scrollTop = log.scrollHeight;
    }
  }, [lines, isOpen]);
  if (lines.length === 0) {
    return null;
  }
  return (
    <details
      className="jp-Nb2pipe-log"
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>
        {trans._n('Log: %1 line', 'Log: %1 lines', lines.length)}
      </summary>
      {isOpen && (
        <pre
          ref={element}
          role="log"
          // The standing of the run is announced; every line would be too much.
          aria-live="off"
          aria-label={trans.__('Log of the run')}
          tabIndex={0}
          onScroll={event => {
            const log = event.currentTarget;
            follows.current =
              log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
          }}
        >
          {lines.join('\n')}
        </pre>
      )}
    </details>
  );
}
