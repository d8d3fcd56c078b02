/** How long to wait for a quiet moment at most, in milliseconds. */
const PATIENCE = 500;

/**
 * Do something when the page has nothing better to do, but soon.
 *
 * @param work - What to do.
 */
export function whenIdle(work: () => void): void {
  // Not every browser tells when it is idle.
  if (typeof window.requestIdleCallback === 'function') {
    window.requestIdleCallback(work, { timeout: PATIENCE });
  } else {
    window.setTimeout(work, PATIENCE);
  }
}
