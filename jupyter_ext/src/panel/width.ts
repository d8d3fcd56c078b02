import type { IStateDB } from '@jupyterlab/statedb';
import { SplitPanel, type Widget } from '@lumino/widgets';

import { PANEL_ID } from '../tokens';

/** How wide the panel opens, in pixels; JupyterLab's 250 cut names and graphs. */
const WIDTH = 380;

/** Under which name is kept that it was widened. */
const KEY = `${PANEL_ID}:widened`;

/**
 * Make the side of the page that shows the panel wide enough, once: from then on its width is as
 * people leave it.
 *
 * @param panel - The panel's place at the side, which is shown.
 * @param state - Where is kept that it was done; without it, that is for as long as the page lives.
 */
export async function widenOnce(
  panel: Widget,
  state: IStateDB | null
): Promise<void> {
  if ((await state?.fetch(KEY)) !== undefined) {
    return;
  }
  await state?.save(KEY, true);
  let side = panel;
  while (side.parent && !(side.parent instanceof SplitPanel)) {
    side = side.parent;
  }
  if (side.parent instanceof SplitPanel) {
    widen(side.parent, side.parent.widgets.indexOf(side));
  }
}

/** Give one part of a split panel its width, at the cost of the widest. */
function widen(split: SplitPanel, part: number): void {
  const sizes = split.relativeSizes();
  const growth = WIDTH / split.node.clientWidth - sizes[part];
  if (growth > 0) {
    sizes[sizes.indexOf(Math.max(...sizes))] -= growth;
    sizes[part] += growth;
    split.setRelativeSizes(sizes);
  }
}
