import { nullTranslator } from '@jupyterlab/translation';

import { Analyser } from '../../jupyter_ext/src/analyser';
import type {
  IAnalysis,
  INotebookRequest
} from '../../jupyter_ext/src/protocol';
import { NoAnswer, RequestFailed } from '../../jupyter_ext/src/server';

type Answer = (analysis: IAnalysis) => void;

/** An analyser whose server answers when it is told to. */
function setUp() {
  const questions: {
    answer: Answer;
    refuse: (error: unknown) => void;
    signal: AbortSignal;
  }[] = [];
  const request = jest.fn(() => ({ path: 'a.ipynb' }) as INotebookRequest);
  const client = {
    analysis: (_: INotebookRequest, signal?: AbortSignal) =>
      new Promise<IAnalysis>((answer, refuse) => {
        questions.push({ answer, refuse, signal: signal as AbortSignal });
      })
  };
  const analyser = new Analyser({ client, request });
  return { analyser, questions, request };
}

const named = (pipeline: string) => ({ pipeline }) as IAnalysis;

describe('the analyser', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('asks nothing as long as nobody looks', () => {
    const { analyser, questions } = setUp();
    analyser.touch();
    jest.advanceTimersByTime(10000);
    expect(questions).toHaveLength(0);
    analyser.follow();
    jest.advanceTimersByTime(0);
    expect(questions).toHaveLength(1);
  });

  it('asks once, a while after the last of many changes', async () => {
    const { analyser, questions } = setUp();
    analyser.follow();
    jest.advanceTimersByTime(1);
    questions[0].answer(named('first'));
    await jest.advanceTimersByTimeAsync(0);
    for (let typed = 0; typed < 20; typed++) {
      analyser.touch();
      jest.advanceTimersByTime(100);
    }
    expect(questions).toHaveLength(1);
    expect(analyser.pending).toBe(true);
    jest.advanceTimersByTime(250);
    expect(questions).toHaveLength(2);
  });

  it('does not make the question for every character', () => {
    const { analyser, request } = setUp();
    analyser.follow();
    jest.advanceTimersByTime(1);
    request.mockClear();
    for (let typed = 0; typed < 200; typed++) {
      analyser.touch();
    }
    expect(request).not.toHaveBeenCalled();
  });

  it('drops an answer that a newer question has overtaken', async () => {
    const { analyser, questions } = setUp();
    analyser.follow();
    jest.advanceTimersByTime(1);
    analyser.touch();
    jest.advanceTimersByTime(300);
    expect(questions[0].signal.aborted).toBe(true);
    questions[1].answer(named('new'));
    questions[0].answer(named('old'));
    await jest.advanceTimersByTimeAsync(0);
    expect(analyser.analysis?.pipeline).toBe('new');
    expect(analyser.pending).toBe(false);
  });

  it('keeps the last answer beside the problem, and forgets the problem', async () => {
    const { analyser, questions } = setUp();
    analyser.follow();
    jest.advanceTimersByTime(1);
    questions[0].answer(named('good'));
    await jest.advanceTimersByTimeAsync(0);
    analyser.refresh();
    jest.advanceTimersByTime(1);
    const problem = { message: 'no', place: '', advice: '' };
    questions[1].refuse(new RequestFailed(404, problem));
    await jest.advanceTimersByTimeAsync(0);
    expect(analyser.failure).toMatchObject({ status: 404, problem });
    expect(analyser.analysis?.pipeline).toBe('good');
    analyser.refresh();
    jest.advanceTimersByTime(1);
    questions[2].answer(named('better'));
    await jest.advanceTimersByTimeAsync(0);
    expect(analyser.failure).toBeNull();
  });

  it('asks again for who comes back after changes', async () => {
    const { analyser, questions } = setUp();
    analyser.follow();
    jest.advanceTimersByTime(1);
    questions[0].answer(named('first'));
    await jest.advanceTimersByTimeAsync(0);
    analyser.unfollow();
    analyser.follow();
    jest.advanceTimersByTime(1000);
    expect(questions).toHaveLength(1);
    analyser.unfollow();
    analyser.touch();
    analyser.follow();
    jest.advanceTimersByTime(1000);
    expect(questions).toHaveLength(2);
  });

  it('asks a server that is away again, ever more rarely, as long as somebody looks', async () => {
    const { analyser, questions } = setUp();
    const refuse = () =>
      questions.at(-1)?.refuse(new NoAnswer(nullTranslator.load('')));
    analyser.follow();
    await jest.advanceTimersByTimeAsync(1);
    refuse();
    for (let second = 0; second < 120; second++) {
      await jest.advanceTimersByTimeAsync(1000);
      refuse();
    }
    expect(questions.length).toBeGreaterThan(10);
    expect(questions.length).toBeLessThan(16);
    analyser.unfollow();
    const asked = questions.length;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(questions).toHaveLength(asked);
    analyser.follow();
    await jest.advanceTimersByTimeAsync(1);
    questions[asked].answer(named('back'));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(questions).toHaveLength(asked + 1);
    expect(analyser.failure).toBeNull();
  });

  it('does not ask again by itself where the server failed', async () => {
    const { analyser, questions } = setUp();
    analyser.follow();
    await jest.advanceTimersByTimeAsync(1);
    const problem = { message: 'no', place: '', advice: '' };
    questions[0].refuse(new RequestFailed(500, problem));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(questions).toHaveLength(1);
  });

  it('says nothing once it is disposed of', async () => {
    const { analyser, questions } = setUp();
    const heard = jest.fn();
    analyser.follow();
    jest.advanceTimersByTime(1);
    analyser.changed.connect(heard);
    analyser.dispose();
    questions[0].refuse(new DOMException('aborted', 'AbortError'));
    analyser.touch();
    await jest.advanceTimersByTimeAsync(1000);
    expect(heard).not.toHaveBeenCalled();
    expect(questions).toHaveLength(1);
  });
});
