import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { measured } from './measure';
import type { IAnalysis, INotebookRequest } from './protocol';
import { type Client, NoAnswer, RequestFailed } from './server';

/** How long nothing may have changed before the server is asked, in milliseconds. */
const QUIET = 250;

/** How long to wait before a server that did not answer is asked again: at first, and at most. */
const SOON = 2000;
const LATE = 10_000;

/**
 * Asks the server for the analysis of one notebook, after its changes and only while somebody
 * looks at it. An answer that a newer question has overtaken is dropped. A server that does not
 * answer is asked again, ever more rarely.
 */
export class Analyser implements IDisposable {
  /**
   * @param options - The server's client, and what to ask it.
   */
  constructor(options: Analyser.IOptions) {
    this._client = options.client;
    this._request = options.request;
  }

  /** The last answer. */
  get analysis(): IAnalysis | null {
    return this._analysis;
  }

  /** Whether something changed since, or an answer is on its way. */
  get pending(): boolean {
    return this._timer !== undefined || this._question !== null;
  }

  /** Why the last question was not answered; null when it was. */
  get failure(): RequestFailed | null {
    return this._failure;
  }

  /** The answer, the problem, or whether one waits, changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** One more looks at the analysis. */
  follow(): void {
    this._followers += 1;
    if (this._isStale && !this.pending) {
      this.refresh();
    }
  }

  /** One less looks at the analysis. */
  unfollow(): void {
    this._followers -= 1;
    if (this._followers === 0) {
      this._clearTimer();
    }
  }

  /** The notebook changed. Costs next to nothing, as it is called for every typed character. */
  touch(): void {
    this._isStale = true;
    if (this._followers > 0 && !this._isDisposed) {
      this._askIn(QUIET);
    }
  }

  /** Ask now. */
  refresh(): void {
    this._isStale = true;
    if (!this._isDisposed) {
      this._askIn(0);
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._clearTimer();
    this._question?.abort();
    Signal.clearData(this);
  }

  /** Ask when nothing has changed for so long. */
  private _askIn(delay: number): void {
    this._due = performance.now() + delay;
    if (this._timer !== undefined && delay > 0) {
      // The timer that runs looks at what is due when it ends: one timer for many characters.
      return;
    }
    const wasPending = this.pending;
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => this._onTimer(), delay);
    if (!wasPending) {
      this._changed.emit();
    }
  }

  private _onTimer(): void {
    const left = this._due - performance.now();
    if (left > 1) {
      this._timer = window.setTimeout(() => this._onTimer(), left);
      return;
    }
    this._timer = undefined;
    void this._ask();
  }

  private async _ask(): Promise<void> {
    this._clearRetry();
    this._question?.abort();
    const question = new AbortController();
    this._question = question;
    this._isStale = false;
    try {
      const asked = measured('request', () =>
        this._client.analysis(this._request(), question.signal)
      );
      const analysis = await asked;
      if (this._question === question) {
        this._settle(analysis, null);
      }
    } catch (error) {
      if (this._question === question && !this._isDisposed) {
        this._settle(this._analysis, failureOf(error));
      }
    }
  }

  private _settle(
    analysis: IAnalysis | null,
    failure: RequestFailed | null
  ): void {
    this._question = null;
    this._analysis = analysis;
    this._failure = failure;
    this._isStale ||= failure !== null;
    this._planRetry();
    measured('analysis', () => this._changed.emit());
  }

  private _planRetry(): void {
    if (!(this._failure instanceof NoAnswer)) {
      this._patience = SOON;
      return;
    }
    // Who comes back to look asks anyway.
    if (this._followers > 0) {
      this._retry = window.setTimeout(() => this.refresh(), this._patience);
      this._patience = Math.min(2 * this._patience, LATE);
    }
  }

  private _clearRetry(): void {
    window.clearTimeout(this._retry);
    this._retry = undefined;
  }

  private _clearTimer(): void {
    window.clearTimeout(this._timer);
    this._timer = undefined;
    this._clearRetry();
  }

  private _client: Pick<Client, 'analysis'>;
  private _request: () => INotebookRequest;
  private _followers = 0;
  private _isStale = true;
  private _due = 0;
  private _timer: number | undefined;
  private _retry: number | undefined;
  private _patience = SOON;
  private _question: AbortController | null = null;
  private _analysis: IAnalysis | null = null;
  private _failure: RequestFailed | null = null;
  private _isDisposed = false;
  private _changed = new Signal<this, void>(this);
}

function failureOf(error: unknown): RequestFailed {
  if (error instanceof RequestFailed) {
    return error;
  }
  const message = error instanceof Error ? error.message : String(error);
  return new RequestFailed(0, { message, place: '', advice: '' });
}

/** The namespace of `Analyser`. */
export namespace Analyser {
  /** What an analyser is made of. */
  export interface IOptions {
    readonly client: Pick<Client, 'analysis'>;
    /** The question, made when it is asked. */
    readonly request: () => INotebookRequest;
  }
}
