import * as React from 'react';

import type { IProblem } from '../protocol';

import { Prose } from './prose';

/** What went wrong, where, and what to do next. */
export function Problem(props: { problem: IProblem }): React.JSX.Element {
  const { message, place, advice } = props.problem;
  return (
    <div className="jp-Nb2pipe-problem">
      <p className="jp-Nb2pipe-message">
        <Prose text={message} />
      </p>
      {place !== '' && <p className="jp-Nb2pipe-place">{place}</p>}
      {advice !== '' && (
        <p>
          <Prose text={advice} />
        </p>
      )}
    </div>
  );
}
