import { readDiff } from '../../../jupyter_ext/src/conversion/diff';

const DIFF = `--- a/churn/env.yaml
+++ b/churn/env.yaml
@@ -1,4 +1,4 @@
 # Values
-months: 9
+months: 6
 C: 1.0
@@ -10,2 +10,3 @@
 a
+--- not a header
 b
\\ No newline at end of file
`;

describe('a unified diff', () => {
  const diff = readDiff(DIFF);

  it('counts what was added and removed', () => {
    expect([diff.added, diff.removed]).toEqual([2, 1]);
  });

  it('numbers the lines in both files', () => {
    expect(
      diff.lines.map(line => [line.kind, line.before, line.after])
    ).toEqual([
      ['hunk', null, null],
      ['context', 1, 1],
      ['removed', 2, null],
      ['added', null, 2],
      ['context', 3, 3],
      ['hunk', null, null],
      ['context', 10, 10],
      ['added', null, 11],
      ['context', 11, 12],
      ['hunk', null, null]
    ]);
  });

  it('takes lines within a hunk for text, whatever they look like', () => {
    expect(diff.lines[7].text).toBe('--- not a header');
    const removed = readDiff('--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n--- x\n a\n');
    expect(removed.lines[1]).toMatchObject({ kind: 'removed', text: '-- x' });
    expect(removed.removed).toBe(1);
  });

  it('reads a new file of one line', () => {
    const created = readDiff('--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+one\n');
    expect(created.lines[1]).toEqual({
      kind: 'added',
      text: 'one',
      before: null,
      after: 1
    });
  });

  it('of nothing is empty', () => {
    expect(readDiff('')).toEqual({ lines: [], added: 0, removed: 0 });
  });
});
