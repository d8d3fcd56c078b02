import * as fs from 'node:fs';
import * as path from 'node:path';

const BUNDLE = path.resolve(
  __dirname,
  '../../jupyter_ext/jupyterlab_nb2pipe/labextension'
);

/** What is loaded before the panel is first opened, in bytes. */
const MOST = 50_000;

/** The built files that JupyterLab loads at its start. */
function loadedAtStart(): string[] {
  const folder = path.join(BUNDLE, 'static');
  const files = fs.readdirSync(folder).filter(name => name.endsWith('.js'));
  const entry = files.filter(name => name.startsWith('remoteEntry.'));
  expect(entry).toHaveLength(1);
  const text = fs.readFileSync(path.join(folder, entry[0]), 'utf-8');
  // The container's table: which chunks hold what it exposes.
  const table = /"\.\/index".*?"\.\/style".*?\}/.exec(text)?.[0] ?? '';
  const chunks = [...table.matchAll(/\.e\((\d+)\)/g)].map(([, id]) => id);
  const loaded = files.filter(name => chunks.includes(name.split('.')[0]));
  expect(loaded.length).toBeGreaterThanOrEqual(2);
  return [...entry, ...loaded].map(name => path.join(folder, name));
}

describe('the built extension', () => {
  it('loads little before the panel is opened', () => {
    const sizes = loadedAtStart().map(file => fs.statSync(file).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(
      MOST
    );
  });

  it('keeps the panel and the graph’s layout out of that', () => {
    const text = loadedAtStart()
      .map(file => fs.readFileSync(file, 'utf-8'))
      .join('');
    expect(text).toContain('nb2pipe:set-stage');
    expect(text).not.toContain('Suggest stages');
    expect(text).not.toContain('rankdir');
  });
});
