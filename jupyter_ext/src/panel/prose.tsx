import * as React from 'react';

/**
 * A sentence of the server's, in which names and code stand between backticks.
 *
 * Everything is drawn as text: what a notebook says never becomes markup.
 */
export function Prose(props: { text: string }): React.JSX.Element {
  const parts = props.text.split('`');
  // A backtick without its partner is only a character.
  const last = parts.length % 2 === 0 ? parts.length - 2 : parts.length - 1;
  return (
    <>
      {parts.map((part, index) => {
        if (index > last) {
          return `\`${part}`;
        }
        return index % 2 === 1 ? <code key={index}>{part}</code> : part;
      })}
    </>
  );
}
