import * as React from 'react';

import { measured } from '../measure';

import { type Direction, type IGraphLayout, layout } from './layout';
import type { IGraphModel } from './model';

/** What is to be laid out. */
export interface ILayoutQuestion {
  readonly model: IGraphModel;
  readonly direction: Direction;
  readonly labels: readonly string[];
}

/** Up to so many stages and links a layout takes a few milliseconds: nobody waits for it. */
const SMALL = 40;

/**
 * The layout of a graph. That of a large one is made beside the page's own thread, so that nothing
 * else has to wait for it.
 *
 * @param question - What is to be laid out.
 * @param key - What stands for the question: another layout is made when it is another.
 * @returns Null as long as the first one is not there; afterwards the last one, with the key that
 * it was made for.
 */
export function usePlaced(
  question: ILayoutQuestion,
  key: string
): IPlaced | null {
  const { nodes, links } = question.model;
  const isSmall = nodes.length + links.length <= SMALL;
  const [late, setLate] = React.useState<IPlaced | null>(null);
  const placed = React.useMemo(
    () => (isSmall ? { key, question, layout: now(question) } : null),
    // The key stands for the question.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [key, isSmall]
  );
  React.useEffect(() => {
    if (isSmall) {
      return undefined;
    }
    return beside(question, result => {
      setLate({ key, question, layout: result });
    });
    // The key stands for the question.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, isSmall]);
  return placed ?? late;
}

/** A layout and what it was made of. */
export interface IPlaced {
  readonly key: string;
  readonly question: ILayoutQuestion;
  readonly layout: IGraphLayout;
}

function now({ model, direction, labels }: ILayoutQuestion): IGraphLayout {
  return layout(model, direction, labels);
}

/**
 * Lay a graph out in a worker.
 *
 * @returns What ends it, should the layout no longer be wanted.
 */
function beside(
  question: ILayoutQuestion,
  take: (result: IGraphLayout) => void
): () => void {
  let worker: Worker;
  try {
    worker = new Worker(new URL('./layoutWorker.js', import.meta.url));
  } catch {
    // Scripts from another server than the page's are none for workers: the page has to wait.
    take(now(question));
    return () => undefined;
  }
  worker.onmessage = ({ data }: MessageEvent<IGraphLayout>) => {
    worker.terminate();
    measured('layout', () => take(data));
  };
  worker.onerror = () => {
    worker.terminate();
    take(now(question));
  };
  worker.postMessage(question);
  return () => worker.terminate();
}
