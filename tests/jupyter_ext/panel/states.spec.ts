import { nullTranslator } from '@jupyterlab/translation';

import {
  type INotebookFacts,
  panelState
} from '../../../jupyter_ext/src/panel/states';
import { analysis } from '../graph/analysis';

const trans = nullTranslator.load('jupyterlab_nb2pipe');
const PROBLEM = { message: 'Broken.', place: 'here', advice: 'Mend it.' };

function state(facts: Partial<INotebookFacts> | null) {
  const full = facts && {
    isEmpty: false,
    hasCode: true,
    language: 'python',
    analysis: null,
    failure: null,
    ...facts
  };
  const found = panelState(full, trans);
  return found.kind === 'message' ? found.problem.message : found.kind;
}

describe('panelState', () => {
  it.each([
    ['no notebook', null, 'No notebook is open.'],
    ['another language', { language: 'R' }, 'This notebook is written in R.'],
    ['Python, however written', { language: 'Python' }, 'loading'],
    ['no language', { language: '' }, 'loading'],
    [
      'no text',
      { isEmpty: true, hasCode: false },
      'This notebook has no cells with text.'
    ],
    [
      'Markdown only',
      { hasCode: false },
      'This notebook has text but no code.'
    ],
    [
      'no server part',
      { failure: { status: 404, problem: { ...PROBLEM, advice: '' } } },
      'The server part of nb2pipe is not there.'
    ],
    [
      'a notebook in a folder that the server hides',
      {
        failure: {
          status: 404,
          problem: { ...PROBLEM, advice: 'Look at the path.' }
        }
      },
      'Broken.'
    ],
    [
      'a server that fails',
      { failure: { status: 500, problem: PROBLEM } },
      'Broken.'
    ],
    [
      'a notebook that cannot be read',
      { analysis: { ...analysis([], []), error: PROBLEM } },
      'Broken.'
    ],
    ['a pipeline', { analysis: analysis(['load'], []) }, 'ready']
  ])('of %s', (_, facts, expected) => {
    expect(state(facts)).toBe(expected);
  });

  it('keeps an older pipeline and says why it is old', () => {
    const facts = {
      isEmpty: false,
      hasCode: true,
      language: '',
      analysis: analysis(['load'], []),
      failure: { status: 500, problem: PROBLEM }
    };
    expect(panelState(facts, trans)).toEqual({
      kind: 'ready',
      analysis: facts.analysis,
      problem: PROBLEM
    });
  });

  it('says how to install the server part', () => {
    const failure = { status: 404, problem: { ...PROBLEM, advice: '' } };
    const facts = {
      isEmpty: false,
      hasCode: true,
      language: '',
      analysis: null,
      failure
    };
    expect(panelState(facts, trans)).toMatchObject({
      problem: {
        advice: expect.stringContaining('jupyter server extension enable')
      }
    });
  });
});
