import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  IAnalysis,
  IConversion,
  IConversionRequest,
  IEnvironment,
  IFile,
  IJob,
  IJobHistory,
  IJobRequest,
  INotebookRequest,
  IProblem,
  IRun,
  ISuggestion
} from './protocol';
import { NAMESPACE } from './tokens';

/**
 * The server refused a request, or did not answer it.
 *
 * `status` is that of HTTP; 0 when no answer came.
 */
export class RequestFailed extends Error {
  /**
   * @param status - The status of the answer; 0 when none came.
   * @param problem - What the server said of it.
   */
  constructor(
    readonly status: number,
    readonly problem: IProblem
  ) {
    super(problem.message);
    this.name = 'RequestFailed';
  }
}

/** What a proxy, or JupyterHub (424), says of a server that it does not reach. */
const GATEWAY = [424, 502, 503, 504];

/** Nobody answered: the server has stopped, or the network is interrupted. That passes. */
export class NoAnswer extends RequestFailed {
  /**
   * @param trans - The language.
   * @param status - The status of the answer of a proxy; 0 when none came.
   */
  constructor(trans: TranslationBundle, status = 0) {
    super(status, {
      message: trans.__('Jupyter’s server does not answer.'),
      place: '',
      advice: trans.__(
        'It may have stopped, or the network is interrupted. Nothing is lost in this page: it goes on by itself when the server is there again.'
      )
    });
    this.name = 'NoAnswer';
  }
}

/** What went wrong, in the server's words where it has some. */
export function problemOf(error: unknown): IProblem {
  if (error instanceof RequestFailed) {
    return error.problem;
  }
  const message = error instanceof Error ? error.message : String(error);
  return { message, place: '', advice: '' };
}

/**
 * The routes of the server part, one method each.
 *
 * Every method throws `RequestFailed`; one whose signal is aborted, an `AbortError`.
 */
export class Client {
  /**
   * @param settings - The settings of the server that Jupyter is served from.
   * @param trans - The language of what it has to say where the server says nothing.
   */
  constructor(
    readonly settings: ServerConnection.ISettings,
    private readonly _trans: TranslationBundle
  ) {}

  /** Analyse a notebook as it is in the browser. */
  analysis(
    request: INotebookRequest,
    signal?: AbortSignal
  ): Promise<IAnalysis> {
    return this._post('analysis', request, signal);
  }

  /** Propose stages for a notebook as it is in the browser. */
  suggestion(
    request: INotebookRequest,
    signal?: AbortSignal
  ): Promise<ISuggestion> {
    return this._post('suggestion', request, signal);
  }

  /** Say where a notebook's stages would run, and what is missing there. */
  environment(
    request: INotebookRequest,
    signal?: AbortSignal
  ): Promise<IEnvironment> {
    return this._post('environment', request, signal);
  }

  /** Convert a saved notebook, or say what converting it would change. */
  conversion(
    request: IConversionRequest,
    signal?: AbortSignal
  ): Promise<IConversion> {
    return this._post('conversion', request, signal);
  }

  /** Start a run of a saved notebook. */
  startJob(request: IJobRequest): Promise<IJob> {
    return this._post('jobs', request);
  }

  /** The runs started from browsers, newest first: a notebook's, or all. */
  async jobs(path?: string): Promise<IJob[]> {
    const query: { [name: string]: string } =
      path === undefined ? {} : { path };
    const { jobs } = await this._get<{ jobs: IJob[] }>('jobs', query);
    return jobs;
  }

  /** A run started from a browser, with its events after the one numbered `since`. */
  job(id: string, since = 0): Promise<IJobHistory> {
    const route = `jobs/${encodeURIComponent(id)}`;
    return this._get(route, { since: String(since) });
  }

  /** Cancel a run. Its end comes as an event. */
  cancel(id: string): Promise<IJob> {
    return this._request(`jobs/${encodeURIComponent(id)}`, {
      method: 'DELETE'
    });
  }

  /** A notebook's past runs, newest first, wherever they were started. */
  async runs(path: string): Promise<IRun[]> {
    const { runs } = await this._get<{ runs: IRun[] }>('runs', { path });
    return runs;
  }

  /** A file that nb2pipe wrote and that Jupyter's contents hide. */
  file(path: string): Promise<IFile> {
    return this._get('files', { path });
  }

  private _get<T>(
    route: string,
    query: { [name: string]: string }
  ): Promise<T> {
    const search = URLExt.objectToQueryString(query);
    // The browser would keep answers; what these routes tell changes.
    return this._request(route + search, { method: 'GET', cache: 'no-store' });
  }

  private _post<T>(
    route: string,
    body: unknown,
    signal?: AbortSignal
  ): Promise<T> {
    return this._request(route, {
      method: 'POST',
      body: JSON.stringify(body),
      ...(signal ? { signal } : {})
    });
  }

  private async _request<T>(route: string, init: RequestInit): Promise<T> {
    const url = URLExt.join(this.settings.baseUrl, NAMESPACE, route);
    const response = await this._answer(url, init);
    const text = await response.text();
    const body = parsed(text);
    if (GATEWAY.includes(response.status)) {
      throw new NoAnswer(this._trans, response.status);
    }
    if (!response.ok) {
      const problem = refusal(response, body, this._trans);
      throw new RequestFailed(response.status, problem);
    }
    if (body === undefined) {
      throw new RequestFailed(response.status, {
        message: this._trans.__(
          'The server answered with something that is not JSON.'
        ),
        place: url,
        advice: this._trans.__(
          'You may have to log in again, in another tab of the browser.'
        )
      });
    }
    return body as T;
  }

  private async _answer(url: string, init: RequestInit): Promise<Response> {
    try {
      return await ServerConnection.makeRequest(url, init, this.settings);
    } catch (error) {
      // JupyterLab takes an aborted request for a network that failed.
      if (init.signal?.aborted) {
        throw new DOMException('The request was aborted.', 'AbortError');
      }
      if (error instanceof ServerConnection.NetworkError) {
        throw new NoAnswer(this._trans);
      }
      throw new RequestFailed(0, problemOf(error));
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the server said of a refusal; Jupyter Server's own refusals have a message only. */
function refusal(
  response: Response,
  body: unknown,
  trans: TranslationBundle
): IProblem {
  const said = (typeof body === 'object' && body !== null ? body : {}) as {
    [name: string]: unknown;
  };
  const text = (name: string) =>
    typeof said[name] === 'string' ? said[name] : '';
  return {
    message: text('message') || `${response.status} ${response.statusText}`,
    place: text('place'),
    advice: text('advice') || nextStep(response.status, trans)
  };
}

/** What to do about a refusal of which the server says no more than its name. */
function nextStep(status: number, trans: TranslationBundle): string {
  if (status === 401 || status === 403) {
    return trans.__(
      'The server does not know you any more, or you may not do this. Log in again in another tab of the browser.'
    );
  }
  return status >= 500
    ? trans.__('The server’s log says more. Try again after the next change.')
    : '';
}
