import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { type ISignal, Signal } from '@lumino/signaling';
import * as React from 'react';

import { analyserOf } from '../analysing';
import type { PipelineDocument } from '../document';

import type { IPanelContext, ISectionProps } from './context';
import { factsOf } from './facts';
import { type IPanelRequest, type IRequests } from './opening';
import { Problem } from './problem';
import { Sections } from './sections';
import { useSignals } from './signals';
import { panelState } from './states';

/** The side panel: the pipeline of the notebook that is in front. */
export class PipelinePanel extends ReactWidget implements IRequests {
  constructor(context: IPanelContext) {
    super();
    this._context = context;
    this.id = 'jp-Nb2pipe-panel';
    this.addClass('jp-Nb2pipe-panel');
  }

  /**
   * Open a section and bring it into view.
   *
   * @param section - Its name, see `sections.tsx`.
   */
  reveal(section: string): void {
    this._request({ section, suggest: false });
  }

  /** Propose stages for the notebook in front, and show them. */
  suggest(): void {
    this._request({ section: 'suggest', suggest: true });
  }

  /** Something was asked for; who draws the panel takes it. */
  get requested(): ISignal<this, void> {
    return this._requested;
  }

  /** Take what was asked for, so that it is done once; null when nothing was. */
  take(): IPanelRequest | null {
    const request = this._wanted;
    this._wanted = null;
    return request;
  }

  /** The panel was shown or hidden. */
  get shownChanged(): ISignal<this, void> {
    return this._shownChanged;
  }

  protected override render(): React.JSX.Element {
    return <PanelBody context={this._context} panel={this} />;
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    const first = this.node.querySelector<HTMLElement>('button, input, select');
    if (!this.node.contains(document.activeElement)) {
      first?.focus();
    }
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._shownChanged.emit();
  }

  protected override onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this._shownChanged.emit();
  }

  private _request(request: IPanelRequest): void {
    this._wanted = request;
    this._requested.emit();
  }

  private readonly _context: IPanelContext;
  private readonly _requested = new Signal<this, void>(this);
  private readonly _shownChanged = new Signal<this, void>(this);
  private _wanted: IPanelRequest | null = null;
}

/** Follows the notebook in front. */
function PanelBody(props: {
  context: IPanelContext;
  panel: PipelinePanel;
}): React.JSX.Element {
  const { context, panel } = props;
  const { tracker, trans } = context;
  useSignals('draw-current', tracker.currentChanged);
  const { current } = tracker;
  return (
    <div role="region" aria-label={trans.__('Pipeline')}>
      {current === null ? (
        <StateMessage state={panelState(null, trans)} trans={trans} />
      ) : (
        <NotebookPipeline
          key={current.panel.id}
          {...{ context, panel, document: current }}
        />
      )}
    </div>
  );
}

/** Follows one notebook. */
function NotebookPipeline(props: {
  context: IPanelContext;
  panel: PipelinePanel;
  document: PipelineDocument;
}): React.JSX.Element {
  const { context, panel, document } = props;
  const { trans } = context;
  useSignals(
    'draw-panel',
    document.analysisChanged,
    document.taggingChanged,
    document.runChanged,
    panel.shownChanged
  );
  const { isVisible } = panel;
  React.useEffect(() => {
    if (!isVisible) {
      return;
    }
    const analyser = analyserOf(context, document);
    analyser.follow();
    return () => analyser.unfollow();
  }, [context, document, isVisible]);
  const state = panelState(factsOf(document), trans);
  if (state.kind !== 'ready') {
    return (
      <StateMessage state={state} trans={trans}>
        <AskAgain {...{ context, document }} />
      </StateMessage>
    );
  }
  return (
    <>
      <div role="status">
        {state.problem !== null && (
          <div className="jp-Nb2pipe-refusal">
            <Problem problem={state.problem} />
            <p className="jp-Nb2pipe-hint">
              {trans.__('What is shown here is what was known before.')}
            </p>
            <AskAgain {...{ context, document }} />
          </div>
        )}
      </div>
      <Sections
        {...{ context, document }}
        analysis={state.analysis}
        tagging={document.tagging}
        run={document.runState}
        requests={panel}
      />
    </>
  );
}

/** Asks the server anew, where it gave no analysis. */
function AskAgain({ context, document }: ISectionProps): React.ReactNode {
  return (
    document.answer.failure !== null && (
      <button
        type="button"
        onClick={() => analyserOf(context, document).refresh()}
      >
        {context.trans.__('Try again')}
      </button>
    )
  );
}

function StateMessage(props: {
  state: ReturnType<typeof panelState>;
  trans: IPanelContext['trans'];
  children?: React.ReactNode;
}): React.JSX.Element {
  const { state, trans, children } = props;
  return (
    <div className="jp-Nb2pipe-empty" role="status">
      {state.kind === 'message' ? (
        <Problem problem={state.problem} />
      ) : (
        <p>{trans.__('Reading the notebook…')}</p>
      )}
      {children}
    </div>
  );
}
