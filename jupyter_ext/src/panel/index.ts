import '../../style/lazy.css';

import type { IPanelContext } from './context';
import { PipelinePanel } from './panel';

export type { IPanelContext, ISectionProps } from './context';
export { PipelinePanel } from './panel';

/**
 * Make the content of the side panel.
 *
 * @param context - What it works with.
 */
export function createPanel(context: IPanelContext): PipelinePanel {
  return new PipelinePanel(context);
}
