import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { figure } from './wording';

/** The metrics of a run. */
export function MetricsTable(props: {
  metrics: { readonly [name: string]: number };
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { metrics, trans } = props;
  const names = Object.keys(metrics);
  if (names.length === 0) {
    return null;
  }
  return (
    <table className="jp-Nb2pipe-metrics">
      <caption>{trans.__('Metrics')}</caption>
      <thead className="jp-Nb2pipe-live">
        <tr>
          <th scope="col">{trans.__('Name')}</th>
          <th scope="col">{trans.__('Value')}</th>
        </tr>
      </thead>
      <tbody>
        {names.map(name => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td title={String(metrics[name])}>{figure(metrics[name])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
