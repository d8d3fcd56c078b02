import * as React from 'react';

import type { IAnalysis, IParameter } from '../protocol';

import { CellLink } from './cellLink';
import type { ISectionProps } from './context';
import { Drafts } from './drafts';
import { controlFor, read } from './fields';
import { useSignals } from './signals';

/** The values of the pipeline's parameters for the next run. */
export function Parameters(
  props: ISectionProps & { analysis: IAnalysis }
): React.JSX.Element {
  const { context, document, analysis } = props;
  const drafts = Drafts.of(document);
  useSignals('draw-parameters', document.valuesChanged, drafts.changed);
  const { trans } = context;
  if (analysis.parameters.length === 0) {
    return (
      <p>
        {trans.__(
          'The notebook has no parameters. Mark a cell of plain assignments as its parameters cell.'
        )}
      </p>
    );
  }
  const given = Object.keys(document.values).length;
  return (
    <form
      className="jp-Nb2pipe-form"
      aria-label={trans.__('Parameters of the next run')}
      onSubmit={event => event.preventDefault()}
    >
      {analysis.parameters.map(parameter => (
        <Field key={parameter.name} {...{ context, document, parameter }} />
      ))}
      <div className="jp-Nb2pipe-actions">
        <button
          type="button"
          disabled={given === 0 && drafts.invalid(trans).length === 0}
          onClick={() => drafts.reset()}
        >
          {trans.__('Reset all')}
        </button>
      </div>
    </form>
  );
}

function Field(
  props: ISectionProps & { parameter: IParameter }
): React.JSX.Element {
  const { context, document, parameter } = props;
  const { trans } = context;
  const { name, help, source, kinds, cell, line } = parameter;
  const drafts = Drafts.of(document);
  const text = drafts.text(parameter, trans);
  const reading = read(parameter, text, trans);
  const problem = 'problem' in reading ? reading.problem : '';
  const id = `jp-Nb2pipe-parameter-${name}`;
  const changed = name in document.values || problem !== '';
  return (
    <div
      className="jp-Nb2pipe-field"
      data-parameter={name}
      data-changed={changed}
    >
      <div className="jp-Nb2pipe-fieldName">
        <label htmlFor={id}>{name}</label>
        <span className="jp-Nb2pipe-note">
          {parameter.choices.length > 0
            ? trans._n('%1 choice', '%1 choices', parameter.choices.length)
            : parameter.annotation || kinds.join(' | ')}
        </span>
        {changed && (
          <button
            type="button"
            className="jp-Nb2pipe-link"
            aria-label={trans.__('Reset %1 to its default', name)}
            onClick={() => drafts.reset(name)}
          >
            {trans.__('Reset')}
          </button>
        )}
      </div>
      <Input
        {...{ id, parameter, text, trans }}
        invalid={problem !== ''}
        onText={next => drafts.edit(parameter, next, trans)}
      />
      {problem !== '' && (
        <p id={`${id}-problem`} className="jp-Nb2pipe-invalid" role="alert">
          {problem}
        </p>
      )}
      <p id={`${id}-help`} className="jp-Nb2pipe-help">
        {help !== '' && <span>{help}</span>}
        <span>{trans.__('Default: %1', source)}</span>
        {cell !== '' && <CellLink {...{ context, document, cell, line }} />}
      </p>
    </div>
  );
}

interface IInputProps {
  id: string;
  parameter: IParameter;
  text: string;
  invalid: boolean;
  onText: (text: string) => void;
  trans: ISectionProps['context']['trans'];
}

/** The native input that fits the parameter's type. */
function Input(props: IInputProps): React.JSX.Element {
  const { id, parameter, text, invalid, onText, trans } = props;
  const common = {
    id,
    'aria-describedby': invalid ? `${id}-problem ${id}-help` : `${id}-help`,
    'aria-invalid': invalid
  };
  const control = controlFor(parameter);
  if (control === 'choice') {
    return (
      <select
        {...common}
        className="jp-mod-styled"
        value={text}
        onChange={event => onText(event.target.value)}
      >
        {parameter.choices.map((choice, index) => (
          <option key={index} value={String(index)}>
            {choice === null ? trans.__('None') : String(choice)}
          </option>
        ))}
      </select>
    );
  }
  if (control === 'checkbox') {
    return (
      <input
        {...common}
        type="checkbox"
        checked={text === 'True'}
        onChange={event => onText(event.target.checked ? 'True' : 'False')}
      />
    );
  }
  // A number input hides what it does not take; a text input shows it with what is wrong.
  const numeric = control === 'integer' || control === 'number';
  return (
    <input
      {...common}
      type="text"
      className="jp-mod-styled"
      inputMode={numeric ? 'decimal' : 'text'}
      spellCheck={false}
      autoComplete="off"
      value={text}
      onChange={event => onText(event.target.value)}
    />
  );
}
