import {
  formatLiteral,
  NotLiteral,
  parseLiteral
} from '../../../jupyter_ext/src/panel/literals';

describe('parseLiteral', () => {
  it.each([
    ['1', 'int', 1, true],
    ['-12', 'int', -12, true],
    ['1_000', 'int', 1000, true],
    ['0x1F', 'int', 31, true],
    ['0', 'int', 0, true],
    ['9007199254740993', 'int', 9007199254740992, false],
    ['1.5', 'float', 1.5, true],
    ['.5', 'float', 0.5, true],
    ['1e-3', 'float', 0.001, true],
    ['1.0', 'float', 1, false],
    ['1e3', 'float', 1000, false],
    ['True', 'bool', true, true],
    ['false', 'bool', false, true],
    ['None', 'none', null, true],
    ['null', 'none', null, true],
    ['"a"', 'str', 'a', true],
    ["'it''", null, null, null],
    ["'a\\'b\\n\\x41\\u00e9\\U0001F600'", 'str', "a'b\nAé😀", true],
    ['[1, "a", [None]]', 'list', [1, 'a', [null]], true],
    ['[1, 2,]', 'list', [1, 2], true],
    ['[1.0]', 'list', [1], false],
    ['(1, 2)', 'tuple', [1, 2], false],
    ['(1,)', 'tuple', [1], false],
    ['()', 'tuple', [], false],
    ['(1)', 'int', 1, true],
    ['{"a": 1, }', 'dict', { a: 1 }, true],
    ['{1: 2}', 'dict', { '1': 2 }, false],
    ['  { } ', 'dict', {}, true]
  ])('%s', (text, kind, json, exact) => {
    if (kind === null) {
      expect(() => parseLiteral(text)).toThrow(NotLiteral);
    } else {
      expect(parseLiteral(text)).toEqual({ kind, json, exact });
    }
  });

  it.each([
    '',
    ' ',
    'x',
    'f()',
    '1 2',
    '[1',
    '[1 2]',
    '[,]',
    '(,)',
    '{"a"}',
    '{"a": }',
    '"a',
    '"a\nb"',
    '"\\q"',
    '"\\x4"',
    '1__import__',
    '012',
    '1_',
    '1e999',
    '--1',
    '__import__("os")'
  ])('refuses %j', text => {
    expect(() => parseLiteral(text)).toThrow(NotLiteral);
  });

  it('takes __proto__ for a key like any other', () => {
    const { json } = parseLiteral('{"__proto__": {"x": 1}}');
    expect(Object.keys(json as object)).toEqual(['__proto__']);
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

describe('formatLiteral', () => {
  it.each([
    [null, 'None'],
    [true, 'True'],
    [1.5, '1.5'],
    ['it\'s "x"\n', '"it\'s \\"x\\"\\n"'],
    [[1, [false]], '[1, [False]]'],
    [{ a: null }, '{"a": None}']
  ])('%j', (value, text) => {
    expect(formatLiteral(value)).toBe(text);
    expect(parseLiteral(text).json).toEqual(value);
  });
});
