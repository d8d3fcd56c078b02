import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

interface ISectionFrameProps {
  /** Distinguishes the section's ids from those of other sections. */
  name: string;
  title: string;
  /** What the heading says after the title, such as a count. */
  note?: string;
  open: boolean;
  onToggle: (name: string) => void;
  children: React.ReactNode;
}

/** The id of the button that opens and closes a section. */
export function headingId(name: string): string {
  return `jp-Nb2pipe-heading-${name}`;
}

/** A part of the panel with a heading that opens and closes it. Closed, it draws nothing. */
export function Section(props: ISectionFrameProps): React.JSX.Element {
  const { name, title, note, open, onToggle, children } = props;
  const heading = headingId(name);
  const body = `jp-Nb2pipe-body-${name}`;
  const Caret = open ? caretDownIcon : caretRightIcon;
  return (
    <section
      className="jp-Nb2pipe-section"
      data-section={name}
      aria-labelledby={heading}
    >
      <h2 className="jp-Nb2pipe-heading">
        <button
          type="button"
          id={heading}
          className="jp-Nb2pipe-toggle"
          aria-expanded={open}
          aria-controls={open ? body : undefined}
          onClick={() => onToggle(name)}
        >
          <Caret.react tag="span" className="jp-Nb2pipe-caret" />
          <span>{title}</span>
          {note !== undefined && note !== '' && (
            <span className="jp-Nb2pipe-note">{note}</span>
          )}
        </button>
      </h2>
      {open && (
        <div id={body} className="jp-Nb2pipe-body">
          {children}
        </div>
      )}
    </section>
  );
}
