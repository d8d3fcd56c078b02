import * as React from 'react';

import { CellLink } from '../panel/cellLink';
import type { ISectionProps } from '../panel/context';
import type { IEnvironment } from '../protocol';
import type { Launch } from './launch';

/** In which environment the stages run, in which nb2pipe, and what is missing there. */
export function EnvironmentNote(
  props: ISectionProps & { launch: Launch }
): React.JSX.Element | null {
  const { context, launch } = props;
  const { environment } = launch;
  if (environment === null) {
    return null;
  }
  const { trans } = context;
  const missing = environment.needed.length + environment.missing.length > 0;
  return (
    <details className="jp-Nb2pipe-environment" open={missing || undefined}>
      <summary>{headline(props, environment)}</summary>
      <dl>
        {environment.kernel !== null && (
          <>
            <dt>{trans.__('Stages run in')}</dt>
            <dd>{environment.kernel.python}</dd>
          </>
        )}
        <dt>{trans.__('nb2pipe %1 runs in', environment.nb2pipe.version)}</dt>
        <dd>{environment.nb2pipe.python}</dd>
      </dl>
      <Missing {...props} environment={environment} />
    </details>
  );
}

function headline(
  { context }: ISectionProps,
  environment: IEnvironment
): string {
  const { trans } = context;
  const { kernel } = environment;
  if (kernel === null) {
    return trans.__('No kernel was found for this notebook.');
  }
  return environment.same
    ? trans.__(
        'Environment: kernel %1, Python %2, the same as nb2pipe’s',
        kernel.name,
        kernel.version
      )
    : trans.__(
        'Environment: kernel %1, Python %2, another than nb2pipe’s',
        kernel.name,
        kernel.version
      );
}

function Missing(
  props: ISectionProps & { environment: IEnvironment }
): React.JSX.Element {
  const { context, environment } = props;
  const { trans } = context;
  return (
    <ul className="jp-Nb2pipe-missing">
      {environment.needed.map(name => (
        <li key={name}>
          {trans.__('%1 is missing; without it no stage can run.', name)}
        </li>
      ))}
      {environment.missing.map(item => (
        <li key={`${item.module} ${item.cell} ${item.line}`}>
          {item.optional
            ? trans.__(
                '%1 is missing; the notebook can do without it.',
                item.module
              )
            : trans.__(
                '%1 is missing; the notebook imports it.',
                item.module
              )}{' '}
          <CellLink {...props} cell={item.cell} line={item.line} />
        </li>
      ))}
    </ul>
  );
}
