import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

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
   */
  constructor(readonly settings: ServerConnection.ISettings) {}

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
    if (!response.ok) {
      throw new RequestFailed(response.status, refusal(response, body));
    }
    if (body === undefined) {
      throw new RequestFailed(response.status, {
        message: 'The server answered with something that is not JSON.',
        place: url,
        advice: ''
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
      throw new RequestFailed(0, {
        message: error instanceof Error ? error.message : String(error),
        place: '',
        advice: ''
      });
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
function refusal(response: Response, body: unknown): IProblem {
  const said = (typeof body === 'object' && body !== null ? body : {}) as {
    [name: string]: unknown;
  };
  const text = (name: string) =>
    typeof said[name] === 'string' ? said[name] : '';
  return {
    message: text('message') || `${response.status} ${response.statusText}`,
    place: text('place'),
    advice: text('advice')
  };
}
