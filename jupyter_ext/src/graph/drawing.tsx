import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { useMeasure } from '../panel/signals';
import type { IStage } from '../protocol';
import { type IRunState, stageOf } from '../run/state';

import { findingsText, linkLabel, linkName, stageLine } from './labels';
import { type IBox, type IGraphLayout, type IPlacedLink, path } from './layout';
import type { IGraphLink, IGraphModel, IGraphNode } from './model';
import { isWalkKey, walk } from './walk';

/** What is selected in the graph. */
export type Selection =
  | { readonly kind: 'stage'; readonly name: string }
  | { readonly kind: 'link'; readonly from: string; readonly to: string };

/** The least height of what a finger must hit, in pixels. */
const TARGET = 24;

interface IDrawingProps {
  model: IGraphModel;
  layout: IGraphLayout;
  stages: readonly IStage[];
  run: IRunState | null;
  colors: ReadonlyMap<string, string>;
  selection: Selection | null;
  /** How large the graph is drawn. */
  scale: number;
  /** The id of what the selection shows. */
  detail: string;
  onSelect: (selection: Selection | null) => void;
  trans: TranslationBundle;
}

/** The graph as SVG: a button a stage, a button a link. One stage can be reached with Tab. */
export function Drawing(props: IDrawingProps): React.JSX.Element {
  const { model, layout, selection, scale, onSelect, trans } = props;
  useMeasure('draw-stages');
  const svg = React.useRef<SVGSVGElement>(null);
  const [last, setLast] = React.useState('');
  const drawn = useGradually(model.nodes.length + model.links.length);
  const active = layout.nodes.has(last) ? last : (model.nodes[0]?.name ?? '');
  const move = (event: React.KeyboardEvent) => {
    if (event.key === 'Escape') {
      onSelect(null);
    } else if (isWalkKey(event.key) && isStage(event.target)) {
      event.preventDefault();
      const name = walk(layout, active, event.key);
      setLast(name);
      svg.current
        ?.querySelector<SVGGElement>(`[data-stage="${CSS.escape(name)}"]`)
        ?.focus();
    }
  };
  return (
    <svg
      ref={svg}
      className="jp-Nb2pipe-graph"
      role="group"
      aria-label={trans.__('Graph of the stages')}
      width={Math.round(layout.width * scale)}
      height={Math.round(layout.height * scale)}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      onKeyDown={move}
    >
      <Arrowhead />
      {layout.links.slice(0, drawn).map((placed, index) => (
        <Link
          key={`${placed.from} ${placed.to}`}
          link={model.links[index]}
          placed={placed}
          selected={isSelected(selection, placed)}
          reachable={placed.from === active || placed.to === active}
          {...{ detail: props.detail, onSelect, trans }}
        />
      ))}
      {model.nodes.slice(0, drawn).map(node => (
        <Stage
          key={node.name}
          node={node}
          box={layout.nodes.get(node.name)}
          line={lineOf(props, node.name)}
          status={statusOf(props, node.name)}
          color={props.colors.get(node.name)}
          selected={selection?.kind === 'stage' && selection.name === node.name}
          reachable={node.name === active}
          onFocus={setLast}
          {...{ detail: props.detail, onSelect, trans }}
        />
      ))}
    </svg>
  );
}

/** How many stages, and how many links, are drawn at once. */
const PORTION = 25;

/**
 * Draw many things in portions, so that nothing else waits long for them.
 *
 * @param all - How many there are.
 * @returns How many to draw now.
 */
function useGradually(all: number): number {
  const [drawn, setDrawn] = React.useState(PORTION);
  React.useEffect(() => {
    if (drawn >= all) {
      return undefined;
    }
    const next = requestAnimationFrame(() => setDrawn(drawn + PORTION));
    return () => cancelAnimationFrame(next);
  }, [drawn, all]);
  return drawn;
}

interface IItemProps {
  selected: boolean;
  /** Whether Tab comes here. */
  reachable: boolean;
  detail: string;
  onSelect: (selection: Selection | null) => void;
  trans: TranslationBundle;
}

interface IStageProps extends IItemProps {
  node: IGraphNode;
  box: IBox | undefined;
  line: string;
  status: string;
  color: string | undefined;
  onFocus: (name: string) => void;
}

const Stage = React.memo(function Stage(
  props: IStageProps
): React.JSX.Element | null {
  const { node, box, line, status, color, selected, onSelect, trans } = props;
  if (box === undefined) {
    return null;
  }
  const findings = findingsText(node, trans);
  const select = () =>
    onSelect(selected ? null : { kind: 'stage', name: node.name });
  const { width, height } = box;
  return (
    <g
      className="jp-Nb2pipe-node"
      role="button"
      tabIndex={props.reachable ? 0 : -1}
      aria-label={
        findings === ''
          ? trans.__('Stage %1, %2', node.name, line)
          : trans.__('Stage %1, %2, %3', node.name, line, findings)
      }
      aria-expanded={selected}
      aria-controls={selected ? props.detail : undefined}
      data-stage={node.name}
      data-status={status}
      style={{ '--jp-nb2pipe-color': color } as React.CSSProperties}
      transform={`translate(${box.x - width / 2},${box.y - height / 2})`}
      onClick={select}
      onKeyDown={pressing(select)}
      onFocus={() => props.onFocus(node.name)}
    >
      <rect className="jp-Nb2pipe-box" {...{ width, height }} rx={4} />
      <rect className="jp-Nb2pipe-stripe" width={6} height={height} rx={2} />
      <text className="jp-Nb2pipe-name" x={16} y={18}>
        {node.name}
      </text>
      <text className="jp-Nb2pipe-line" x={16} y={35}>
        {line}
      </text>
      {findings !== '' && (
        <text
          className="jp-Nb2pipe-count"
          data-severity={node.errors > 0 ? 'error' : 'warning'}
          x={width - 8}
          y={18}
        >
          {`${node.errors > 0 ? '✗' : '⚠'} ${node.errors + node.warnings}`}
        </text>
      )}
    </g>
  );
});

interface ILinkProps extends IItemProps {
  link: IGraphLink;
  placed: IPlacedLink;
}

const Link = React.memo(function Link(props: ILinkProps): React.JSX.Element {
  const { link, placed, selected, onSelect, trans } = props;
  const { from, to } = link;
  const select = () => onSelect(selected ? null : { kind: 'link', from, to });
  const { x, y, width } = placed.label;
  const line = path(placed.points);
  const hit = Math.max(width, TARGET);
  return (
    <g
      className="jp-Nb2pipe-edge"
      role="button"
      tabIndex={props.reachable ? 0 : -1}
      aria-label={linkName(link, trans)}
      aria-expanded={selected}
      aria-controls={selected ? props.detail : undefined}
      data-from={from}
      data-to={to}
      data-order={link.variables.length === 0}
      onClick={select}
      onKeyDown={pressing(select)}
    >
      <path className="jp-Nb2pipe-wide" d={line} />
      <path
        className="jp-Nb2pipe-path"
        d={line}
        markerEnd="url(#jp-Nb2pipe-arrow)"
      />
      <rect
        className="jp-Nb2pipe-label"
        x={x - hit / 2}
        y={y - TARGET / 2}
        width={hit}
        height={TARGET}
        rx={3}
      />
      <text x={x} y={y + 4}>
        {linkLabel(link, trans)}
      </text>
    </g>
  );
});

function Arrowhead(): React.JSX.Element {
  return (
    <defs>
      <marker
        id="jp-Nb2pipe-arrow"
        viewBox="0 0 8 8"
        refX={7}
        refY={4}
        markerWidth={7}
        markerHeight={7}
        orient="auto-start-reverse"
      >
        <path className="jp-Nb2pipe-arrow" d="M0,0L8,4L0,8z" />
      </marker>
    </defs>
  );
}

/** Enter and the space bar press, as on any button. */
function pressing(press: () => void) {
  return (event: React.KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      press();
    }
  };
}

function isStage(target: EventTarget): boolean {
  return target instanceof Element && target.hasAttribute('data-stage');
}

function isSelected(selection: Selection | null, link: IPlacedLink): boolean {
  return (
    selection?.kind === 'link' &&
    selection.from === link.from &&
    selection.to === link.to
  );
}

function statusOf(props: IDrawingProps, name: string): string {
  const state = props.run === null ? undefined : stageOf(props.run, name);
  return state?.status ?? '';
}

function lineOf(props: IDrawingProps, name: string): string {
  const state = props.run === null ? undefined : stageOf(props.run, name);
  const stage = props.stages.find(candidate => candidate.name === name);
  return stageLine(state, stage?.cells.length ?? 0, props.trans);
}
