import * as React from 'react';

import { CommandIDs } from '../tokens';

import type { ISectionProps } from './context';

const NAMES = 'jp-Nb2pipe-stageNames';

/** Tags the cells that are selected in the notebook: as a stage, old or new, or with a role. */
export const Tagger = React.memo(function Tagger(
  props: ISectionProps & { stages: readonly string[] }
): React.JSX.Element {
  const { context, stages } = props;
  const { app, trans } = context;
  const [name, setName] = React.useState('');
  const execute = (command: string, args = {}) => {
    void app.commands.execute(command, args);
  };
  const roles: [string, string][] = [
    [CommandIDs.setSetup, trans.__('Setup')],
    [CommandIDs.setParameters, trans.__('Parameters')],
    [CommandIDs.setMetrics, trans.__('Metrics')],
    [CommandIDs.setSkip, trans.__('Skip')],
    [CommandIDs.clearStage, trans.__('Clear')]
  ];
  return (
    <>
      <form
        className="jp-Nb2pipe-tagger"
        onSubmit={event => {
          event.preventDefault();
          if (name.trim() !== '') {
            execute(CommandIDs.setStage, { stage: name.trim() });
            setName('');
          }
        }}
      >
        <label htmlFor="jp-Nb2pipe-stageName">
          {trans.__('Stage of the selected cells')}
        </label>
        <input
          id="jp-Nb2pipe-stageName"
          className="jp-mod-styled"
          type="text"
          list={NAMES}
          autoComplete="off"
          spellCheck={false}
          value={name}
          onChange={event => setName(event.target.value)}
        />
        <datalist id={NAMES}>
          {stages.map(stage => (
            <option key={stage} value={stage} />
          ))}
        </datalist>
        <button type="submit" disabled={name.trim() === ''}>
          {trans.__('Tag')}
        </button>
      </form>
      <div
        className="jp-Nb2pipe-actions"
        role="group"
        aria-label={trans.__('Role of the selected cells')}
      >
        {roles.map(([command, label]) => (
          <button key={command} type="button" onClick={() => execute(command)}>
            {label}
          </button>
        ))}
      </div>
    </>
  );
});
