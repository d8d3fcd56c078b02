import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';

import {
  Client,
  NoAnswer,
  type RequestFailed
} from '../../jupyter_ext/src/server';

/** What a client says when its server answers, or does not. */
async function failure(
  answer: () => Promise<Response>
): Promise<RequestFailed | null> {
  const settings = ServerConnection.makeSettings({ fetch: answer });
  const client = new Client(settings, nullTranslator.load(''));
  return client.runs('a.ipynb').then(
    () => null,
    (error: RequestFailed) => error
  );
}

const answered = (status: number, body: string) => () =>
  Promise.resolve(new Response(body, { status, statusText: 'Said So' }));

describe('what the client says', () => {
  it('of a server that is away', async () => {
    const error = await failure(() => Promise.reject(new TypeError('fetch')));
    expect(error).toBeInstanceOf(NoAnswer);
    expect(error?.problem.message).toBe('Jupyter’s server does not answer.');
  });

  it.each([424, 502, 503, 504])('of a proxy that says %d', async status => {
    const error = await failure(answered(status, '<html>'));
    expect(error).toBeInstanceOf(NoAnswer);
    expect(error?.status).toBe(status);
  });

  it.each([
    [500, '<html>', '500 Said So', 'log says more'],
    [403, '{"message": "Forbidden"}', 'Forbidden', 'Log in again'],
    [404, '{"message": "no", "advice": "Look."}', 'no', 'Look.'],
    [200, '<html>Log in', 'not JSON', 'log in again']
  ])('of the answer %d %s', async (status, body, message, advice) => {
    const error = await failure(answered(status, body));
    expect(error).not.toBeInstanceOf(NoAnswer);
    expect(error?.problem.message).toContain(message);
    expect(error?.problem.advice).toContain(advice);
  });

  it('of a good answer: nothing', async () => {
    expect(await failure(answered(200, '{"runs": []}'))).toBeNull();
  });
});
