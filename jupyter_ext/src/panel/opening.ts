import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import { headingId } from './section';

/** What a command asks of the panel. */
export interface IPanelRequest {
  /** The section to open and to bring into view. */
  readonly section: string;
  /** Whether stages are to be proposed. */
  readonly suggest: boolean;
}

/** Where commands leave what they ask for: the panel. */
export interface IRequests {
  /** Something was asked for. */
  readonly requested: ISignal<unknown, void>;
  /** Take it, so that it is done once; null when nothing was asked for, or it was taken. */
  take(): IPanelRequest | null;
}

/** Which sections are open. */
export interface IOpenSections {
  readonly isOpen: (name: string) => boolean;
  readonly toggle: (name: string) => void;
  /** How often a proposal of stages was asked for. */
  readonly asked: number;
}

/** With fewer stages than this a notebook is offered a proposal. */
const FEW = 2;

const AT_FIRST = ['tag', 'graph', 'findings', 'parameters', 'run'];

/**
 * Keep which sections of the panel are open, as a person or a command wants them.
 *
 * @param requests - What commands ask for.
 * @param stages - How many stages the notebook has when it is first shown.
 */
export function useOpenSections(
  requests: IRequests,
  stages: number
): IOpenSections {
  const [asked, setAsked] = React.useState(0);
  const [open, setOpen] = React.useState<ReadonlySet<string>>(
    () => new Set(stages < FEW ? [...AT_FIRST, 'suggest'] : AT_FIRST)
  );
  React.useEffect(() => {
    const serve = () => {
      const request = requests.take();
      if (request !== null) {
        setOpen(current => new Set([...current, request.section]));
        setAsked(count => count + (request.suggest ? 1 : 0));
        bringIntoView(request.section);
      }
    };
    requests.requested.connect(serve);
    // What was asked for before the sections were there.
    const early = requestAnimationFrame(serve);
    return () => {
      cancelAnimationFrame(early);
      requests.requested.disconnect(serve);
    };
  }, [requests]);
  const toggle = React.useCallback((name: string) => {
    setOpen(current => {
      const next = new Set(current);
      if (!next.delete(name)) {
        next.add(name);
      }
      return next;
    });
  }, []);
  return { isOpen: name => open.has(name), toggle, asked };
}

/** Scroll to a section once it is drawn, and put the focus on its heading. */
function bringIntoView(name: string): void {
  requestAnimationFrame(() => {
    const heading = document.getElementById(headingId(name));
    heading?.scrollIntoView({ block: 'start' });
    heading?.focus();
  });
}
