import { nullTranslator } from '@jupyterlab/translation';

import {
  controlFor,
  isDefault,
  read,
  same,
  textOf
} from '../../../jupyter_ext/src/panel/fields';

import type { Value } from '../../../jupyter_ext/src/protocol';

import { parameter } from './parameter';

const trans = nullTranslator.load('jupyterlab_nb2pipe');
const NUMBER = parameter({ kinds: ['float'], default: 1, source: '1.0' });
const ANY_NUMBER = parameter({ kinds: ['int', 'float'] });
const CHOICE = parameter({
  kinds: ['str', 'none'],
  choices: ['a', 'b', null],
  default: 'a',
  source: '"a"'
});
const LIST = parameter({ kinds: ['list'], default: [1], source: '[1]' });
const TUPLE = parameter({
  kinds: ['tuple'],
  default: [1, 2],
  source: '(1, 2)'
});
const OPTIONAL = parameter({
  kinds: ['str', 'none'],
  default: null,
  source: 'None'
});

describe('controlFor', () => {
  it.each([
    [parameter({ kinds: ['bool'] }), 'checkbox'],
    [parameter({ kinds: ['int'] }), 'integer'],
    [NUMBER, 'number'],
    [ANY_NUMBER, 'number'],
    [parameter({ kinds: ['str'] }), 'text'],
    [CHOICE, 'choice'],
    [LIST, 'literal'],
    [OPTIONAL, 'literal'],
    [parameter({ kinds: [] }), 'literal']
  ])('of %j is %s', (each, control) => {
    expect(controlFor(each)).toBe(control);
  });
});

describe('read', () => {
  it.each([
    [parameter({}), '12', 12],
    [parameter({}), ' -3 ', -3],
    [parameter({}), '9007199254740993', '9007199254740993'],
    [NUMBER, '0.5', 0.5],
    [NUMBER, '2', 2],
    [NUMBER, '2.0', 2],
    [ANY_NUMBER, '2.0', '2.0'],
    [parameter({ kinds: ['bool'] }), 'False', false],
    [parameter({ kinds: ['str'] }), '', ''],
    [parameter({ kinds: ['str'] }), '1', '1'],
    [CHOICE, '1', 'b'],
    [CHOICE, '2', null],
    [LIST, '[1, "a"]', [1, 'a']],
    [LIST, '[1.0]', '[1.0]'],
    [TUPLE, '(1, 3)', '(1, 3)'],
    [TUPLE, '[1, 3]', [1, 3]],
    [OPTIONAL, '"a"', 'a'],
    [OPTIONAL, 'None', null]
  ])('%j takes %j as %j', (each, text, value) => {
    expect(read(each, text, trans)).toEqual({ value });
  });

  it.each([
    [parameter({}), '1.5'],
    [parameter({}), ''],
    [parameter({}), 'True'],
    [NUMBER, 'many'],
    [NUMBER, '[1]'],
    [CHOICE, '7'],
    [CHOICE, ''],
    [LIST, '{}'],
    [LIST, '[1'],
    [OPTIONAL, 'a'],
    [OPTIONAL, '__import__("os")']
  ])('%j refuses %j', (each, text) => {
    expect(read(each, text, trans)).toEqual({
      problem: expect.stringMatching(/\w/)
    });
  });
});

describe('textOf', () => {
  it.each([
    [parameter({}), undefined, '1'],
    [parameter({}), 7, '7'],
    [
      parameter({ kinds: ['str'], default: 'a', source: '"a"' }),
      undefined,
      'a'
    ],
    [parameter({ kinds: ['bool'], default: true }), undefined, 'True'],
    [CHOICE, undefined, '0'],
    [CHOICE, null, '2'],
    [TUPLE, undefined, '(1, 2)'],
    [TUPLE, '(1, 3)', '(1, 3)'],
    [LIST, [1, null], '[1, None]'],
    [OPTIONAL, 'a', '"a"']
  ])('%j with %j is %j', (each, value, text) => {
    expect(textOf(each, value)).toBe(text);
  });

  it('is read back as the value that it shows', () => {
    for (const [each, value] of [
      [parameter({}), 7],
      [NUMBER, 0.25],
      [CHOICE, 'b'],
      [CHOICE, null],
      [TUPLE, '(1, 3)'],
      [LIST, [{ a: 'b"' }]],
      [OPTIONAL, "it's"]
    ] as const) {
      const copy = JSON.parse(JSON.stringify(value)) as Value;
      expect(read(each, textOf(each, copy), trans)).toEqual({ value });
    }
  });
});

describe('isDefault', () => {
  it('sees a default in other words', () => {
    expect(isDefault(TUPLE, '(1, 2)')).toBe(true);
    expect(isDefault(TUPLE, [1, 2])).toBe(true);
    expect(isDefault(TUPLE, '(1, 3)')).toBe(false);
    expect(isDefault(parameter({}), 2)).toBe(false);
  });
});

describe('same', () => {
  it('looks into values', () => {
    expect(same({ a: [1], b: 2 }, { b: 2, a: [1] })).toBe(true);
    expect(same({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(same([], {})).toBe(false);
    expect(same(0, false)).toBe(false);
  });
});
