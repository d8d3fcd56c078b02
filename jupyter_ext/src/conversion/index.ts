import type { PipelineDocument } from '../document';
import type { IPanelContext } from '../panel/context';
import { conversionOf } from './conversion';

export { ConversionSection } from './conversionSection';

/**
 * Begin the conversion of a notebook: its preview, which the panel's section shows.
 *
 * @param context - What the panel works with.
 * @param document - The notebook.
 */
export function preview(
  context: IPanelContext,
  document: PipelineDocument
): Promise<void> {
  return conversionOf(context, document).preview();
}
