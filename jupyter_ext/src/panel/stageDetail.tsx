import * as React from 'react';

import type { IEdge, IStage } from '../protocol';
import { stageOf } from '../run/state';
import { CommandIDs } from '../tokens';

import { CellLink } from './cellLink';
import type { ISectionProps } from './context';
import { selectCells } from './navigation';
import { statusText } from './status';

/** What one stage is made of, takes and gives, and what can be done with it. */
export function StageDetail(
  props: ISectionProps & { stage: IStage; edges: readonly IEdge[] }
): React.JSX.Element {
  const { context, document, stage, edges } = props;
  const { trans } = context;
  const state = document.runState && stageOf(document.runState, stage.name);
  const incoming = edges.filter(edge => edge.to === stage.name);
  return (
    <div className="jp-Nb2pipe-detail">
      {stage.doc !== '' && (
        <p className="jp-Nb2pipe-doc">{flowing(stage.doc)}</p>
      )}
      <dl>
        {state && (
          <Term name={trans.__('Last run')}>{statusText(state, trans)}</Term>
        )}
        <Term name={trans.__('Cells')}>
          <Links {...{ context, document }} cells={stage.cells} />
        </Term>
        <Term name={trans.__('Inputs')}>
          <Names names={stage.inputs} none={trans.__('none')} />
        </Term>
        <Term name={trans.__('Outputs')}>
          <Names names={stage.outputs} none={trans.__('none')} />
        </Term>
        <Term name={trans.__('Parameters')}>
          <Names names={stage.parameters} none={trans.__('none')} />
        </Term>
        {incoming.length > 0 && (
          <Term name={trans.__('Comes after')}>
            <Reasons {...{ context, document }} edges={incoming} named />
          </Term>
        )}
      </dl>
      <Actions {...{ context, document, stage }} />
    </div>
  );
}

/** Markdown whose lines are as long as there is room: only paragraphs and items begin new ones. */
function flowing(text: string): string {
  return text.replace(/(\S)\n(?=[^\s\-*+>#|\d])/g, '$1 ');
}

/** Why a stage comes after another: every reason, cell to cell. */
export function Reasons(
  props: ISectionProps & { edges: readonly IEdge[]; named?: boolean }
): React.JSX.Element {
  const { context, document, edges, named } = props;
  const { trans } = context;
  return (
    <ul className="jp-Nb2pipe-reasons">
      {edges.map((edge, index) => (
        <li key={index}>
          {named && <span className="jp-Nb2pipe-from">{edge.from}</span>}
          {edge.variable !== null && <code>{edge.variable}</code>}
          <span>{edge.reason}</span>
          <span className="jp-Nb2pipe-between">
            {edge.producer_cell !== '' && (
              <CellLink {...{ context, document }} cell={edge.producer_cell} />
            )}
            {edge.producer_cell !== '' && edge.consumer_cell !== '' && (
              <span role="img" aria-label={trans.__('to')}>
                →
              </span>
            )}
            {edge.consumer_cell !== '' && (
              <CellLink {...{ context, document }} cell={edge.consumer_cell} />
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Actions(props: ISectionProps & { stage: IStage }): React.JSX.Element {
  const { context, document, stage } = props;
  const { app, trans } = context;
  const execute = (command: string) => () => {
    void app.commands.execute(command, { stage: stage.name });
  };
  return (
    <div
      className="jp-Nb2pipe-actions"
      role="group"
      aria-label={trans.__('Actions on stage %1', stage.name)}
    >
      <button type="button" onClick={execute(CommandIDs.runToStage)}>
        {trans.__('Run up to here')}
      </button>
      <button type="button" onClick={execute(CommandIDs.renameStage)}>
        {trans.__('Rename…')}
      </button>
      <button
        type="button"
        onClick={() => {
          void selectCells(app, document.panel, stage.cells);
        }}
      >
        {trans.__('Select cells')}
      </button>
    </div>
  );
}

function Term(props: {
  name: string;
  children: React.ReactNode;
}): React.JSX.Element {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </>
  );
}

function Names(props: {
  names: readonly string[];
  none: string;
}): React.JSX.Element {
  if (props.names.length === 0) {
    return <span className="jp-Nb2pipe-none">{props.none}</span>;
  }
  return (
    <ul className="jp-Nb2pipe-names">
      {props.names.map(name => (
        <li key={name}>
          <code>{name}</code>
        </li>
      ))}
    </ul>
  );
}

function Links(
  props: ISectionProps & { cells: readonly string[] }
): React.JSX.Element {
  const { cells, ...section } = props;
  return (
    <ul className="jp-Nb2pipe-names">
      {cells.map(cell => (
        <li key={cell}>
          <CellLink {...section} cell={cell} />
        </li>
      ))}
    </ul>
  );
}
