/** Lays out the graphs of large pipelines beside the page's own thread. */

import { layout } from './layout';
import type { ILayoutQuestion } from './placing';

addEventListener('message', ({ data }: MessageEvent<ILayoutQuestion>) => {
  const { model, direction, labels } = data;
  postMessage(layout(model, direction, labels));
});
