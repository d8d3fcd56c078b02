import '../../style/panel.css';
import '../../style/graph.css';
import '../../style/run.css';
import '../../style/conversion.css';

import type { IPanelContext } from './context';
import { PipelinePanel } from './panel';

export type { IPanelContext, ISectionProps } from './context';
export { PipelinePanel } from './panel';
export { widenOnce } from './width';

/**
 * Make the content of the side panel.
 *
 * @param context - What it works with.
 */
export function createPanel(context: IPanelContext): PipelinePanel {
  return new PipelinePanel(context);
}
