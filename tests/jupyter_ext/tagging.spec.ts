import { nameProblem, proposedName } from '../../jupyter_ext/src/stagenames';
import {
  assign,
  isSameTagging,
  meaningOf,
  tagsOf
} from '../../jupyter_ext/src/tagging';
import cases from '../tagging_cases.json';

const expected = cases as unknown as {
  names: { text: string; good: boolean; proposal: string }[];
  notebooks: {
    cells: [string, ...string[]][];
    stages: string[];
    roles: [string, string | null, boolean][];
  }[];
};

describe('the names of stages', () => {
  it.each(expected.names)('judges “$text” as the core does', name => {
    expect(nameProblem(name.text) === null).toBe(name.good);
    expect(proposedName(name.text)).toBe(name.proposal);
  });
});

describe('the tagging', () => {
  it.each(expected.notebooks)('reads $cells as the core does', notebook => {
    const cells = notebook.cells.map(([cell_type, ...tags], index) => ({
      id: `c${index}`,
      cell_type,
      tags
    }));
    const tagging = assign(cells);
    expect(tagging.stages).toEqual(notebook.stages);
    expect(
      tagging.cells.map(({ role, stage, metrics }) => [role, stage, metrics])
    ).toEqual(notebook.roles);
  });
});

describe('a tagging', () => {
  const cells = [
    { id: 'a', cell_type: 'code', tags: ['stage:load'] },
    { id: 'b', cell_type: 'code', tags: [] },
    { id: 'c', cell_type: 'markdown', tags: ['stage:load', 'skip', 'mine'] }
  ];

  it('tells a stage of its own from an inherited one', () => {
    const inherited = assign(cells).cells.map(cell => cell.inherited);
    expect(inherited).toEqual([false, true, true]);
  });

  it('names the tags that do nothing', () => {
    expect(assign(cells).cells[2].unused).toEqual(['stage:load']);
  });

  it('is compared by what it says', () => {
    const one = assign(cells);
    expect(isSameTagging(one, assign(cells))).toBe(true);
    expect(isSameTagging(one, assign(cells.slice(1)))).toBe(false);
    const renamed = [{ ...cells[0], tags: ['stage:read'] }, ...cells.slice(1)];
    expect(isSameTagging(one, assign(renamed))).toBe(false);
    const retagged = [...cells.slice(0, 2), { ...cells[2], tags: ['setup'] }];
    expect(isSameTagging(one, assign(retagged))).toBe(false);
  });

  it('takes five thousand cells in a moment', () => {
    const many = Array.from({ length: 5000 }, (_, index) => ({
      id: `${index}`,
      cell_type: 'code',
      tags: index % 3 === 0 ? [`step:Stage ${index}`] : []
    }));
    const start = performance.now();
    expect(assign(many).stages).toHaveLength(1667);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('the tags of a cell', () => {
  it.each([undefined, null, 'stage:load', 7, {}])(
    'are none when they are %p',
    value => {
      expect(tagsOf(value)).toEqual([]);
    }
  );

  it('leave out what is no text', () => {
    expect(tagsOf(['a', 1, null, 'b'])).toEqual(['a', 'b']);
  });

  it.each(['mine', 'toString', '__proto__', 'Stage:load', 'image:x'])(
    'leave %s to others',
    tag => {
      expect(meaningOf(tag)).toBeNull();
    }
  );
});
