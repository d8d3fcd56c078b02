import type { Cell } from '@jupyterlab/cells';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { PipelineDocument } from './document';
import { measured } from './measure';
import { STAGE_SIGNS } from './run/signs';
import type { StageStatus } from './run/state';
import type { ITaggedCell, ITagging } from './tagging';

/** How many colours there are for stages before they repeat. */
export const STAGE_COLORS = 8;

/** The property of a cell's node that holds the colour of its badge. */
const COLOR = '--jp-nb2pipe-badge';

/** What the node of a cell says of it; the style sheet draws the badge from this. */
interface IBadge {
  /** The text of the badge. */
  readonly text: string;
  /** Which of the style sheet's colours it has. */
  readonly color: 'plain' | 'wrong' | `stage-${number}`;
  readonly kind: 'own' | 'inherited' | 'role' | 'unused';
  readonly status: StageStatus | null;
  /** The same for those who do not see it. */
  readonly description: string;
}

/**
 * Shows on every cell of a notebook to which stage it belongs, and how that stage fares in a run.
 *
 * Badges are attributes of the cells' nodes: no nodes of our own, which would get lost or misplaced
 * when cells are moved, merged, or detached while they are out of sight.
 */
export class Badges implements IDisposable {
  /**
   * @param document - The notebook.
   * @param trans - The language.
   */
  constructor(document: PipelineDocument, trans: TranslationBundle) {
    this._document = document;
    this._trans = trans;
    document.taggingChanged.connect(this._onChanged, this);
    document.runChanged.connect(this._onChanged, this);
    this._onChanged();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _onChanged(): void {
    measured('badges', () => this._draw());
  }

  private _draw(): void {
    const { tagging, runState } = this._document;
    const statuses = new Map(
      runState?.stages.map(stage => [stage.name, stage.status])
    );
    const tagged = new Map(tagging.cells.map(cell => [cell.id, cell]));
    for (const widget of this._document.panel.content.widgets) {
      const cell = tagged.get(widget.model.id);
      const status = statuses.get(cell?.stage ?? '') ?? null;
      const badge = cell ? badgeOf(cell, tagging, status, this._trans) : null;
      show(widget, badge);
    }
  }

  private _document: PipelineDocument;
  private _trans: TranslationBundle;
  private _isDisposed = false;
}

/**
 * What a cell's badge says.
 *
 * @param cell - The cell.
 * @param tagging - The notebook.
 * @param status - How the cell's stage fares in the run; null when it is in none.
 * @param trans - The language.
 * @returns Null for a cell without a badge.
 */
export function badgeOf(
  cell: ITaggedCell,
  tagging: ITagging,
  status: StageStatus | null,
  trans: TranslationBundle
): IBadge | null {
  if (cell.unused.length > 0) {
    return unusedBadge(cell, trans);
  }
  if (cell.role === 'stage' && cell.stage !== null) {
    return stageBadge(cell, cell.stage, tagging, status, trans);
  }
  // A notebook that is no pipeline has no badges.
  const isShown = !cell.inherited || tagging.stages.length > 0;
  return isShown ? roleBadge(cell, trans) : null;
}

function stageBadge(
  cell: ITaggedCell,
  stage: string,
  tagging: ITagging,
  status: StageStatus | null,
  trans: TranslationBundle
): IBadge {
  const name = cell.metrics ? trans.__('%1 · metrics', stage) : stage;
  const description = [
    cell.inherited
      ? trans.__('Stage %1, as the cell above.', stage)
      : trans.__('Stage %1.', stage),
    cell.metrics ? trans.__('Metrics.') : '',
    status === null ? '' : statusSentence(status, trans)
  ];
  return {
    text: status === null ? name : `${STAGE_SIGNS[status]} ${name}`,
    color:
      status === 'failed'
        ? 'wrong'
        : `stage-${tagging.stages.indexOf(stage) % STAGE_COLORS}`,
    kind: cell.inherited ? 'inherited' : 'own',
    status,
    description: description.filter(Boolean).join(' ')
  };
}

function roleBadge(cell: ITaggedCell, trans: TranslationBundle): IBadge | null {
  const plain = { color: 'plain', status: null } as const;
  const kind = cell.inherited ? 'inherited' : 'role';
  switch (cell.role) {
    case 'setup': {
      const description = trans.__('Setup of the pipeline.');
      return { ...plain, kind, text: trans.__('setup'), description };
    }
    case 'parameters': {
      const description = trans.__('Parameters of the pipeline.');
      return { ...plain, kind, text: trans.__('parameters'), description };
    }
    case 'skip': {
      const description = trans.__('Not part of the pipeline.');
      return cell.isCode
        ? { ...plain, kind, text: trans.__('skip'), description }
        : null;
    }
    default:
      return null;
  }
}

/** A tag survives when its cell becomes Markdown. */
function unusedBadge(cell: ITaggedCell, trans: TranslationBundle): IBadge {
  const tags = cell.unused.join(', ');
  return {
    text: trans.__('%1: no effect on this kind of cell', tags),
    color: 'wrong',
    kind: 'unused',
    status: null,
    description: trans.__(
      'The tag %1 has no effect, since the cell has no code.',
      tags
    )
  };
}

function statusSentence(status: StageStatus, trans: TranslationBundle): string {
  switch (status) {
    case 'waiting':
      return trans.__('Waiting in the run.');
    case 'running':
      return trans.__('Running.');
    case 'ran':
      return trans.__('Ran.');
    case 'reused':
      return trans.__('Reused from an earlier run.');
    case 'failed':
      return trans.__('Failed in the run.');
    case 'skipped':
      return trans.__('Skipped in the run.');
  }
}

/** Write only what differs: most changes concern few cells of many. */
function show(widget: Cell, badge: IBadge | null): void {
  const { node } = widget;
  set(node, 'data-nb2pipe-badge', badge?.text ?? null);
  set(node, 'data-nb2pipe-kind', badge?.kind ?? null);
  set(node, 'data-nb2pipe-status', badge?.status ?? null);
  set(node, 'aria-description', badge?.description ?? null);
  paint(node, badge && `var(--jp-nb2pipe-${badge.color})`);
}

function paint({ style }: HTMLElement, color: string | null): void {
  if (style.getPropertyValue(COLOR) !== (color ?? '')) {
    // Without a value the property is removed.
    style.setProperty(COLOR, color);
  }
}

function set(node: HTMLElement, name: string, value: string | null): void {
  if (node.getAttribute(name) === value) {
    return;
  }
  if (value === null) {
    node.removeAttribute(name);
  } else {
    node.setAttribute(name, value);
  }
}
