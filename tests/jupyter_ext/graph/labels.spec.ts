import { nullTranslator } from '@jupyterlab/translation';

import {
  findingsText,
  linkLabel,
  linkName
} from '../../../jupyter_ext/src/graph/labels';
import type { IGraphLink } from '../../../jupyter_ext/src/graph/model';

const trans = nullTranslator.load('jupyterlab_nb2pipe');

function link(...variables: string[]): IGraphLink {
  return { from: 'split', to: 'train', variables, reasons: [] };
}

describe('linkLabel', () => {
  it.each([
    [[], 'order only'],
    [['X'], 'X'],
    [['X', 'y'], 'X, y'],
    [['X', 'y', 'z'], 'X, y +1'],
    [['X', 'y', 'z', 'w'], 'X, y +2']
  ])('of %j is %s', (variables, label) => {
    expect(linkLabel(link(...variables), trans)).toBe(label);
  });
});

describe('linkName', () => {
  it('says everything that crosses', () => {
    expect(linkName(link('X', 'y', 'z'), trans)).toBe(
      'split hands X, y, z to train: show why'
    );
    expect(linkName(link(), trans)).toBe('train comes after split: show why');
  });
});

describe('findingsText', () => {
  it.each([
    [0, 0, ''],
    [1, 0, '1 error'],
    [0, 2, '2 warnings'],
    [2, 1, '2 errors, 1 warning']
  ])('of %i errors and %i warnings', (errors, warnings, text) => {
    expect(findingsText({ name: 'a', errors, warnings }, trans)).toBe(text);
  });
});
