import * as React from 'react';

import { notebookContent } from '../content';
import type { IProblem, ISuggestedStage, ISuggestion } from '../protocol';
import { problemOf } from '../server';

import { CellLink } from './cellLink';
import type { ISectionProps } from './context';
import { edit } from './edit';
import { Problem } from './problem';
import { Prose } from './prose';

/** Where a proposal stands. */
type Proposal =
  | { readonly kind: 'none' }
  | { readonly kind: 'asked' }
  | { readonly kind: 'shown'; readonly suggestion: ISuggestion }
  | { readonly kind: 'failed'; readonly problem: IProblem }
  | { readonly kind: 'applied' };

interface ISuggestProps extends ISectionProps {
  /** Counts how often a proposal was asked for from elsewhere, such as a command. */
  asked: number;
}

/** Stages proposed for the notebook: shown first, applied as one step that can be undone. */
export function Suggest(props: ISuggestProps): React.JSX.Element {
  const { context, document, asked } = props;
  const { trans } = context;
  const [proposal, setProposal] = React.useState<Proposal>({ kind: 'none' });
  const status = React.useRef<HTMLParagraphElement>(null);
  const ask = useAsk(props, setProposal);
  React.useEffect(() => {
    if (asked > 0) {
      ask();
    }
  }, [asked, ask]);
  const close = (kind: 'none' | 'applied') => {
    setProposal({ kind });
    // The button that was pressed goes away; the focus must not.
    status.current?.focus();
  };
  return (
    <div className="jp-Nb2pipe-suggest">
      <p ref={status} role="status" tabIndex={-1}>
        {messageOf(proposal, context.trans)}
      </p>
      {proposal.kind === 'failed' && <Problem problem={proposal.problem} />}
      {proposal.kind === 'shown' ? (
        <Preview
          {...{ context, document }}
          suggestion={proposal.suggestion}
          onApply={() => {
            if (applyChanges(props, proposal.suggestion)) {
              close('applied');
            }
          }}
          onCancel={() => close('none')}
        />
      ) : (
        <button
          type="button"
          className="jp-Nb2pipe-primary"
          disabled={proposal.kind === 'asked'}
          onClick={ask}
        >
          {trans.__('Suggest stages')}
        </button>
      )}
    </div>
  );
}

function Preview(
  props: ISectionProps & {
    suggestion: ISuggestion;
    onApply: () => void;
    onCancel: () => void;
  }
): React.JSX.Element {
  const { context, document, suggestion, onApply, onCancel } = props;
  const { trans } = context;
  const nothing = suggestion.changes.length === 0;
  return (
    <>
      <ol className="jp-Nb2pipe-proposed">
        {suggestion.stages.map(stage => (
          <li key={stage.name}>
            <ProposedStage {...{ context, document, stage }} />
          </li>
        ))}
      </ol>
      {suggestion.notes.length > 0 && (
        <ul>
          {suggestion.notes.map((note, index) => (
            <li key={index}>
              <Prose text={note} />
            </li>
          ))}
        </ul>
      )}
      {!nothing && (
        <details>
          <summary>
            {trans._n(
              'Tags change on %1 cell',
              'Tags change on %1 cells',
              suggestion.changes.length
            )}
          </summary>
          <ul className="jp-Nb2pipe-changes">
            {suggestion.changes.map(({ cell, tags }) => (
              <li key={cell}>
                <CellLink {...{ context, document, cell }} />
                <span>
                  {tags.length === 0 ? trans.__('no tags') : tags.join(', ')}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <div className="jp-Nb2pipe-actions">
        <button
          type="button"
          className="jp-Nb2pipe-primary"
          disabled={nothing}
          onClick={onApply}
        >
          {trans.__('Apply')}
        </button>
        <button type="button" onClick={onCancel}>
          {trans.__('Cancel')}
        </button>
      </div>
    </>
  );
}

function ProposedStage(
  props: ISectionProps & { stage: ISuggestedStage }
): React.JSX.Element {
  const { context, document, stage } = props;
  const { trans } = context;
  const [first] = stage.cells;
  return (
    <>
      <p>
        <strong>{stage.name}</strong>
        <span className="jp-Nb2pipe-note">
          {trans._n('%1 cell', '%1 cells', stage.cells.length)}
        </span>
        {first !== undefined && (
          <CellLink {...{ context, document }} cell={first} />
        )}
      </p>
      <p className="jp-Nb2pipe-advice">
        <Prose text={stage.reason} />
      </p>
    </>
  );
}

/** Ask for a proposal; only the last answer counts, and none after the section has gone. */
function useAsk(
  props: ISectionProps,
  setProposal: (proposal: Proposal) => void
): () => void {
  const { context, document } = props;
  const request = React.useRef<AbortController | null>(null);
  React.useEffect(() => () => request.current?.abort(), []);
  return React.useCallback(() => {
    request.current?.abort();
    const controller = new AbortController();
    request.current = controller;
    setProposal({ kind: 'asked' });
    const body = {
      path: document.path,
      content: notebookContent(document.model)
    };
    context.client.suggestion(body, controller.signal).then(
      suggestion => setProposal({ kind: 'shown', suggestion }),
      (error: unknown) => {
        if (!controller.signal.aborted) {
          setProposal({ kind: 'failed', problem: problemOf(error) });
        }
      }
    );
  }, [context, document, setProposal]);
}

function applyChanges(props: ISectionProps, suggestion: ISuggestion): boolean {
  return edit(
    props,
    suggestion.changes.map(({ cell, tags }) => ({
      kind: 'set-tags',
      cell,
      tags
    }))
  );
}

function messageOf(
  proposal: Proposal,
  trans: ISectionProps['context']['trans']
): string {
  switch (proposal.kind) {
    case 'none':
      return trans.__(
        'Stages can be proposed from the headings and from where little data crosses. Nothing changes before you apply the proposal.'
      );
    case 'asked':
      return trans.__('Looking for stages…');
    case 'failed':
      return trans.__('No stages could be proposed.');
    case 'applied':
      return trans.__('The proposed tags are set. Undo takes them back.');
    case 'shown':
      return proposal.suggestion.changes.length === 0
        ? trans.__('There is nothing to change.')
        : trans._n(
            '%1 stage is proposed.',
            '%1 stages are proposed.',
            proposal.suggestion.stages.length
          );
  }
}
