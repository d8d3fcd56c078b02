import { sorted } from '../../../jupyter_ext/src/conversion/conversion';
import type { IConvertedFile } from '../../../jupyter_ext/src/protocol';

const file = (
  path: string,
  status: string,
  origin = 'ours'
): IConvertedFile => ({ path, status, origin, diff: '' });

describe('the files of a conversion', () => {
  it('are sorted by what becomes of them', () => {
    const found = sorted([
      file('a.py', 'created'),
      file('b.py', 'updated'),
      file('c.py', 'updated', 'edited'),
      file('d.py', 'updated', 'foreign'),
      file('e.py', 'unchanged', 'foreign'),
      file('f.py', 'kept', 'edited'),
      file('g.py', 'deleted')
    ]);
    const paths = (files: readonly IConvertedFile[]) =>
      files.map(({ path }) => path);
    expect(paths(found.changed)).toEqual([
      'a.py',
      'b.py',
      'c.py',
      'd.py',
      'g.py'
    ]);
    expect(paths(found.untouched)).toEqual(['e.py', 'f.py']);
    expect(paths(found.edited)).toEqual(['c.py']);
    expect(paths(found.foreign)).toEqual(['d.py']);
  });
});
