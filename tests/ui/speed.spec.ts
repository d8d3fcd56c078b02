import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { expect, open, openPanel, test, writeNotebook } from './fixtures';
import { stage, typeInto } from './sidepanel';

const CELLS = 500;
const STAGES = 200;

/** A notebook of that many cells whose stages hand values on, to the next one and to later ones. */
function cells(): ['code', string, string][] {
  return Array.from({ length: CELLS }, (_, index) => {
    const name = `stage_${Math.floor((index * STAGES) / CELLS)}`;
    const source =
      index === 0
        ? 'v0 = [0]'
        : `# cell ${index}\nv${index} = v${index - 1} + v${Math.max(0, index - 40)}\nlen(v${index})`;
    return ['code', source, `stage:${name}`];
  });
}

/** How long each piece of our own work took, in milliseconds, shortest first. */
async function measures(
  page: IJupyterLabPageFixture
): Promise<{ name: string; duration: number }[]> {
  const entries = await page.evaluate(() =>
    performance
      .getEntriesByType('measure')
      .filter(({ name }) => name.startsWith('nb2pipe:'))
      .map(({ name, duration }) => ({ name, duration }))
  );
  expect(entries).not.toHaveLength(0);
  return entries.sort((one, other) => one.duration - other.duration);
}

test('our own work does not hold up typing in a notebook of 500 cells', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240000);
  await open(page, writeNotebook(`${tmpPath}/large.ipynb`, cells()));
  const panel = await openPanel(page);
  await stage(panel, 'stage_199').waitFor({ timeout: 60000 });
  // The graph is laid out beside the page's own thread, and drawn in portions.
  tell('opened', await measures(page));
  // What is measured first is compiled first.
  await typeInto(page, 1, '\n# warm');
  await page.waitForTimeout(3000);
  await page.evaluate(() => performance.clearMeasures());

  const text = ' and so on, with more words to type'.repeat(6).slice(0, 200);
  for (const [index, character] of [...text].entries()) {
    await page.keyboard.type(character);
    // People pause; each pause brings an analysis, and the panel is drawn anew.
    await page.waitForTimeout(index % 25 === 24 ? 600 : 15);
  }
  await page.waitForTimeout(4000);

  const taken = await measures(page);
  const pieces = (name: string) =>
    taken.filter(piece => piece.name === `nb2pipe:${name}`).length;
  // Every character was noticed; pauses brought analyses, and the panel was drawn anew.
  expect(pieces('content')).toBeGreaterThanOrEqual(200);
  expect(pieces('request')).toBeGreaterThan(2);
  expect(pieces('draw-panel')).toBeGreaterThan(2);
  tell('typed', taken);
});

/** A busy machine makes any of them long: the figures are for people, at most 50 and 100 ms. */
function tell(what: string, taken: { name: string; duration: number }[]): void {
  const longest = taken[taken.length - 1];
  const most = taken[Math.floor(taken.length * 0.95)];
  console.log(
    `${what}, ${taken.length} pieces of work: 95 % take at most ${most.duration.toFixed(1)} ms, ` +
      `the longest (${longest.name}) ${longest.duration.toFixed(1)} ms`
  );
}
