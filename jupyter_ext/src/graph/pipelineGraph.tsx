import * as React from 'react';

import type { ISectionProps } from '../panel/context';
import { useMeasure } from '../panel/signals';
import { Reasons, StageDetail } from '../panel/stageDetail';
import type { IAnalysis } from '../protocol';
import type { IRunState } from '../run/state';

import { Drawing, type Selection } from './drawing';
import { linkLabel } from './labels';
import { directionFor, type IGraphLayout } from './layout';
import { graphModel, type IGraphModel, shape } from './model';
import { usePlaced } from './placing';

const DETAIL = 'jp-Nb2pipe-graph-detail';

/** Smaller than this a fitted graph could not be read; it is scrolled instead. */
const SMALLEST = 0.6;

/** How much of the page's height a fitted graph may take. */
const TALLEST = 0.6;

interface IPipelineGraphProps extends ISectionProps {
  analysis: IAnalysis;
  run: IRunState | null;
  colors: ReadonlyMap<string, string>;
}

/** The graph of the stages, and what is known of the one or the link that is selected. */
export function PipelineGraph(props: IPipelineGraphProps): React.JSX.Element {
  const { context, analysis, run, colors } = props;
  const { trans } = context;
  useMeasure('draw-graph');
  const [frame, width] = useWidth();
  const [zoom, setZoom] = React.useState<number | null>(null);
  const [selection, setSelection] = React.useState<Selection | null>(null);
  const model = React.useMemo(() => graphModel(analysis), [analysis]);
  const placed = useLayout(model, props, width);
  const scale = zoom ?? (placed === null ? 1 : fitted(placed.layout, width));
  useBeginning(frame, placed?.layout ?? null, scale);
  return (
    <div className="jp-Nb2pipe-graphSection">
      <div ref={frame} className="jp-Nb2pipe-frame">
        {placed === null ? (
          <p>{trans.__('Drawing the graph…')}</p>
        ) : (
          <Drawing
            {...{ ...placed, run, colors, selection, scale, trans }}
            stages={analysis.stages}
            detail={DETAIL}
            onSelect={setSelection}
          />
        )}
      </div>
      <div className="jp-Nb2pipe-footer">
        <p className="jp-Nb2pipe-hint">
          {trans.__(
            'Arrow keys move along the links, Enter shows a stage or why a link is there.'
          )}
        </p>
        <Zoom {...{ scale, trans, onZoom: setZoom }} />
      </div>
      <Detail {...props} selection={selection} />
    </div>
  );
}

/** What is known of the selection; nothing when it is gone from the notebook. */
function Detail(
  props: IPipelineGraphProps & { selection: Selection | null }
): React.JSX.Element | null {
  const { context, document, analysis, selection } = props;
  const { trans } = context;
  if (selection?.kind === 'stage') {
    const stage = analysis.stages.find(({ name }) => name === selection.name);
    return stage === undefined ? null : (
      <section id={DETAIL} aria-label={trans.__('Stage %1', stage.name)}>
        <h3>{stage.name}</h3>
        <StageDetail {...{ context, document, stage }} edges={analysis.edges} />
      </section>
    );
  }
  if (selection?.kind === 'link') {
    const { from, to } = selection;
    const edges = analysis.edges.filter(
      edge => edge.from === from && edge.to === to
    );
    const title = trans.__('Why %2 comes after %1', from, to);
    return edges.length === 0 ? null : (
      <section id={DETAIL} aria-label={title}>
        <h3>{title}</h3>
        <Reasons {...{ context, document, edges }} />
      </section>
    );
  }
  return null;
}

function Zoom(props: {
  scale: number;
  trans: ISectionProps['context']['trans'];
  onZoom: (zoom: number | null) => void;
}): React.JSX.Element {
  const { scale, trans, onZoom } = props;
  return (
    <div
      className="jp-Nb2pipe-zoom"
      role="group"
      aria-label={trans.__('Size of the graph')}
    >
      <button
        type="button"
        aria-label={trans.__('Smaller')}
        onClick={() => onZoom(Math.max(0.25, scale / 1.25))}
      >
        −
      </button>
      <button
        type="button"
        aria-label={trans.__('Larger')}
        onClick={() => onZoom(Math.min(3, scale * 1.25))}
      >
        +
      </button>
      <button type="button" onClick={() => onZoom(null)}>
        {trans.__('Fit')}
      </button>
    </div>
  );
}

/** How large a graph is drawn so that all of it is seen, if it can be read then. */
function fitted(graph: IGraphLayout, width: number): number {
  const height = window.innerHeight * TALLEST;
  const whole = Math.min(1, width / graph.width, height / graph.height);
  return Math.max(SMALLEST, whole);
}

/** Bring the first stage of a graph into view that is wider than its frame. */
function useBeginning(
  frame: React.RefObject<HTMLDivElement>,
  graph: IGraphLayout | null,
  scale: number
): void {
  const isThere = graph !== null;
  React.useEffect(() => {
    const { current } = frame;
    const [first] = graph?.nodes.values() ?? [];
    if (current !== null && first !== undefined) {
      current.scrollLeft = first.x * scale - current.clientWidth / 2;
    }
    // Afterwards people scroll themselves.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [frame, isThere]);
}

/** The layout of the graph, made anew only when the graph or its direction changed. */
function useLayout(
  model: IGraphModel,
  props: ISectionProps,
  width: number
): { model: IGraphModel; layout: IGraphLayout } | null {
  const direction = directionFor(width);
  const { trans } = props.context;
  const labels = model.links.map(link => linkLabel(link, trans));
  // The shape stands for the model: other changes of it move nothing.
  const key = `${direction} ${shape(model)}`;
  const placed = usePlaced({ model, direction, labels }, key);
  // An older layout has no place for what came since.
  return (
    placed && {
      model: placed.key === key ? model : placed.question.model,
      layout: placed.layout
    }
  );
}

/** The width that an element has, as it changes. */
function useWidth(): [React.RefObject<HTMLDivElement>, number] {
  const element = React.useRef<HTMLDivElement>(null);
  const [width, setWidth] = React.useState(0);
  React.useLayoutEffect(() => {
    const { current } = element;
    if (current === null) {
      return undefined;
    }
    setWidth(current.clientWidth);
    const observer = new ResizeObserver(() => setWidth(current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
