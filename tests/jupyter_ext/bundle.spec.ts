import * as fs from 'node:fs';
import * as path from 'node:path';

const BUNDLE = path.resolve(
  __dirname,
  '../../jupyter_ext/jupyterlab_nb2pipe/labextension'
);

/** What is loaded before the panel is first opened, in bytes. */
const MOST = 50_000;

const FOLDER = path.join(BUNDLE, 'static');

function read(name: string): string {
  return fs.readFileSync(path.join(FOLDER, name), 'utf-8');
}

/** The built files that are there before the panel is opened, for a person who tags as well. */
function loadedEarly(): string[] {
  const files = fs.readdirSync(FOLDER).filter(name => name.endsWith('.js'));
  const entry = files.filter(name => name.startsWith('remoteEntry.'));
  expect(entry).toHaveLength(1);
  // The container's table: which chunks hold what it exposes.
  const table = /\{"\.\/index".*?\}/.exec(read(entry[0]))?.[0] ?? '';
  const chunks = [...table.matchAll(/\.e\((\d+)\)/g)].map(([, id]) => id);
  const atStart = files.filter(name => chunks.includes(name.split('.')[0]));
  expect(atStart).not.toHaveLength(0);
  const tagging = files.filter(name =>
    read(name).includes('Stage of the Selected Cells')
  );
  expect(tagging).toHaveLength(1);
  return [...new Set([...entry, ...atStart, ...tagging])];
}

describe('the built extension', () => {
  it('loads little before the panel is opened', () => {
    const sizes = loadedEarly().map(
      name => fs.statSync(path.join(FOLDER, name)).size
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(
      MOST
    );
  });

  it('keeps the panel and the graph’s layout out of that', () => {
    const text = loadedEarly().map(read).join('');
    expect(text).toContain('nb2pipe:set-stage');
    expect(text).not.toContain('Suggest stages');
    expect(text).not.toContain('rankdir');
  });
});
