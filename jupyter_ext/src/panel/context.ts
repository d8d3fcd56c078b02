import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { PipelineDocument } from '../document';
import type { Jobs } from '../run/jobs';
import type { Client } from '../server';
import type { PipelineTracker } from '../tracker';

/**
 * What the panel and its sections work with. One object for the life of the panel, so that
 * components that are given it need not be drawn again.
 */
export interface IPanelContext {
  readonly app: JupyterFrontEnd;
  readonly tracker: PipelineTracker;
  readonly client: Client;
  readonly docManager: IDocumentManager;
  /** What outlives the page; null where there is no such thing. */
  readonly state: IStateDB | null;
  readonly trans: TranslationBundle;
  readonly jobs: Jobs;
}

/**
 * The properties of every section of the panel. A section draws its content only: heading and
 * collapsing are the panel's (`section.tsx`). It listens itself to the signals of the document
 * that it draws from (`signals.ts`).
 */
export interface ISectionProps {
  readonly context: IPanelContext;
  readonly document: PipelineDocument;
}
