import { nullTranslator } from '@jupyterlab/translation';
import * as fs from 'node:fs';
import * as path from 'node:path';

import { badgeOf, STAGE_COLORS } from '../../jupyter_ext/src/badges';
import type { StageStatus } from '../../jupyter_ext/src/run/state';
import { assign } from '../../jupyter_ext/src/tagging';

const trans = nullTranslator.load('jupyterlab_nb2pipe');

function badges(
  cells: [string, ...string[]][],
  status: StageStatus | null = null
) {
  const tagging = assign(
    cells.map(([cell_type, ...tags], index) => ({
      id: `c${index}`,
      cell_type,
      tags
    }))
  );
  return tagging.cells.map(cell => badgeOf(cell, tagging, status, trans));
}

describe('badges', () => {
  it('are none in a notebook that is no pipeline', () => {
    expect(badges([['code'], ['markdown'], ['raw']])).toEqual([
      null,
      null,
      null
    ]);
  });

  it('name the stage, lighter where it is inherited', () => {
    const [setup, own, inherited, text] = badges([
      ['code'],
      ['code', 'stage:load'],
      ['code'],
      ['markdown']
    ]);
    expect(setup).toMatchObject({ text: 'setup', kind: 'inherited' });
    expect(own).toMatchObject({ text: 'load', kind: 'own', color: 'stage-0' });
    expect(inherited).toMatchObject({
      text: 'load',
      kind: 'inherited',
      color: 'stage-0',
      description: 'Stage load, as the cell above.'
    });
    expect(text).toBeNull();
  });

  it('name roles and metrics', () => {
    const found = badges([
      ['code', 'parameters'],
      ['code', 'skip'],
      ['code', 'stage:a', 'metrics'],
      ['raw', 'skip']
    ]);
    const texts = found.map(badge => badge?.text);
    expect(texts).toEqual(['parameters', 'skip', 'a · metrics', undefined]);
    expect(found[2]?.description).toBe('Stage a. Metrics.');
  });

  it('say that a tag on Markdown does nothing', () => {
    const [badge] = badges([['markdown', 'stage:a']]);
    expect(badge?.kind).toBe('unused');
    expect(badge?.text).toContain('stage:a');
  });

  const statuses: StageStatus[] = [
    'waiting',
    'running',
    'ran',
    'reused',
    'failed',
    'skipped'
  ];
  it('tell every status by sign and by words', () => {
    const found = statuses.map(
      status => badges([['code', 'stage:a']], status)[0]
    );
    expect(new Set(found.map(badge => badge?.text)).size).toBe(6);
    expect(new Set(found.map(badge => badge?.description)).size).toBe(6);
  });

  it('repeat colours when there are more stages than colours', () => {
    const cells = Array.from(
      { length: STAGE_COLORS + 1 },
      (_, index): [string, string] => ['code', `stage:s${index}`]
    );
    const colors = badges(cells).map(badge => badge?.color);
    expect(new Set(colors.slice(0, STAGE_COLORS)).size).toBe(STAGE_COLORS);
    expect(colors[STAGE_COLORS]).toBe('stage-0');
  });
});

describe('the colours of badges', () => {
  const style = fs.readFileSync(
    path.join(__dirname, '../../jupyter_ext/style/start.raw.css'),
    'utf-8'
  );

  it.each([
    ['light', /:root \{([^}]*)\}/],
    ['dark', /body\[data-jp-theme-light='false'\] \{([^}]*)\}/]
  ])('stand out in the %s theme', (_, block) => {
    const found = [
      ...(block.exec(style)?.[1] ?? '').matchAll(
        /--jp-nb2pipe-([\w-]+): (#\w+);/g
      )
    ];
    const colors = new Map(found.map(([, name, value]) => [name, value]));
    const paper = colors.get('paper') ?? '';
    colors.delete('paper');
    expect(colors.size).toBe(STAGE_COLORS + 2);
    for (const color of colors.values()) {
      expect(contrast(color, paper)).toBeGreaterThanOrEqual(4.5);
    }
  });
});

/** The contrast of two colours as the WCAG defines it. */
function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort(
    (a, b) => a - b
  );
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const long =
    color.length === 4 ? color.replace(/[^#]/g, digit => digit + digit) : color;
  const [red, green, blue] = [1, 3, 5].map(at => {
    const part = parseInt(long.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
