import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import { MEASURE_PREFIX } from '../measure';

/**
 * Measure how long it takes to draw a component.
 *
 * Must be the first hook of a component: what it measures begins here and ends when the browser's
 * document has been changed.
 *
 * @param name - What is measured, as `nb2pipe:<name>`.
 */
export function useMeasure(name: string): void {
  // A component draws the same whatever the time is; the time is only measured.

  const start = performance.now();
  React.useLayoutEffect(() => {
    performance.measure(MEASURE_PREFIX + name, { start });
  });
}

/**
 * Draw a component again whenever one of the signals is emitted, and measure how long it took.
 *
 * Must be the first hook of a component.
 *
 * @param name - What is measured, as `nb2pipe:<name>`.
 * @param signals - The signals; the same number of them each time.
 */
export function useSignals(
  name: string,
  ...signals: readonly (ISignal<unknown, unknown> | undefined)[]
): void {
  useMeasure(name);
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    signals.forEach(signal => signal?.connect(redraw));
    // What was emitted between drawing and connecting must not be missed.
    redraw();
    return () => {
      signals.forEach(signal => signal?.disconnect(redraw));
    };
    // The list of dependencies is the signals themselves.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, signals);
}

/**
 * A value that follows another one once that has been still for a while.
 *
 * @param value - The value to follow.
 * @param milliseconds - For how long it must not change.
 */
export function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, settle] = React.useState(value);
  React.useEffect(() => {
    const timer = window.setTimeout(() => settle(value), milliseconds);
    return () => window.clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
