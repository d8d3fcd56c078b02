import { nullTranslator } from '@jupyterlab/translation';

import {
  Drafts,
  type IParametrised,
  invalidParameters
} from '../../../jupyter_ext/src/panel/drafts';

import { parameter } from './parameter';

const trans = nullTranslator.load('jupyterlab_nb2pipe');
const SIZE = parameter({
  name: 'size',
  kinds: ['float'],
  default: 0.25,
  source: '0.25'
});
const NAMES = parameter({
  name: 'names',
  kinds: ['list'],
  default: [],
  source: '[]'
});

function notebook(): IParametrised {
  return { analysis: { parameters: [SIZE, NAMES] }, values: {} };
}

describe('Drafts', () => {
  it('gives the notebook a value that differs from the default', () => {
    const document = notebook();
    Drafts.of(document).edit(SIZE, '0.5', trans);
    expect(document.values).toEqual({ size: 0.5 });
    expect(Drafts.of(document).text(SIZE, trans)).toBe('0.5');
  });

  it('gives it none that is the default', () => {
    const document = notebook();
    Drafts.of(document).edit(SIZE, '0.5', trans);
    Drafts.of(document).edit(SIZE, '0.250', trans);
    expect(document.values).toEqual({});
    expect(Drafts.of(document).text(SIZE, trans)).toBe('0.250');
  });

  it('keeps a text that is no value, and says so', () => {
    const document = notebook();
    const drafts = Drafts.of(document);
    drafts.edit(SIZE, '0.5', trans);
    drafts.edit(SIZE, '0.5x', trans);
    expect(document.values).toEqual({});
    expect(drafts.text(SIZE, trans)).toBe('0.5x');
    expect(invalidParameters(document, trans)).toEqual([
      { name: 'size', problem: 'Give a number.' }
    ]);
  });

  it('shows a value that was given from elsewhere', () => {
    const document = notebook();
    const drafts = Drafts.of(document);
    drafts.edit(SIZE, 'nonsense', trans);
    document.values = { size: 0.75 };
    expect(drafts.text(SIZE, trans)).toBe('0.75');
    expect(drafts.invalid(trans)).toEqual([]);
  });

  it('goes back to one default, or to all', () => {
    const document = notebook();
    const drafts = Drafts.of(document);
    drafts.edit(SIZE, '0.5', trans);
    drafts.edit(NAMES, '["a"]', trans);
    drafts.reset('size');
    expect(document.values).toEqual({ names: ['a'] });
    expect(drafts.text(SIZE, trans)).toBe('0.25');
    drafts.reset();
    expect(document.values).toEqual({});
    expect(drafts.text(NAMES, trans)).toBe('[]');
  });

  it('tells when a text changed', () => {
    const drafts = Drafts.of(notebook());
    let told = 0;
    drafts.changed.connect(() => {
      told += 1;
    });
    drafts.edit(SIZE, 'x', trans);
    drafts.reset();
    expect(told).toBe(2);
  });
});
