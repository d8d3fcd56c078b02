/** How the measures of our own work in the page are named. */
export const MEASURE_PREFIX = 'nb2pipe:';

/** How many measures the page keeps. */
const KEPT = 5000;

let taken = 0;

/**
 * Run a piece of our work and leave a measure of how long it took on the page's timeline.
 *
 * Whatever we do in the browser's main thread in answer to what a person does runs through here,
 * so that a profile, and a test, tells it from everybody else's work.
 *
 * @param name - What is done, without the prefix.
 * @param work - The piece of work; only what it does before it returns is measured.
 * @returns What the work returned.
 */
export function measured<T>(name: string, work: () => T): T {
  const start = performance.now();
  try {
    return work();
  } finally {
    record(MEASURE_PREFIX + name, start);
  }
}

function record(name: string, start: number): void {
  performance.measure(name, { start });
  taken += 1;
  // The timeline grows for ever otherwise.
  if (taken >= KEPT) {
    taken = 0;
    performance
      .getEntriesByType('measure')
      .filter(entry => entry.name.startsWith(MEASURE_PREFIX))
      .forEach(entry => performance.clearMeasures(entry.name));
  }
}
