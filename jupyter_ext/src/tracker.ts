import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { PipelineDocument } from './document';

/** The open notebooks as pipelines. */
export class PipelineTracker {
  /**
   * @param notebooks - The tracker of the notebooks' widgets.
   */
  constructor(private readonly _notebooks: INotebookTracker) {
    this._notebooks.currentChanged.connect(this._onCurrentChanged, this);
  }

  /** The document that was used last; null when none is open. */
  get current(): PipelineDocument | null {
    return this._current;
  }

  /** Another document is the current one. */
  get currentChanged(): ISignal<this, PipelineDocument | null> {
    return this._currentChanged;
  }

  /** A document was opened. */
  get added(): ISignal<this, PipelineDocument> {
    return this._added;
  }

  /** The open documents. */
  get documents(): readonly PipelineDocument[] {
    return [...this._documents.values()];
  }

  /**
   * Make the document of a notebook that is opened.
   *
   * @param panel - The notebook's widget.
   * @returns What to dispose of when it is closed.
   */
  add(panel: NotebookPanel): IDisposable {
    const document = new PipelineDocument(panel);
    this._documents.set(panel, document);
    this._added.emit(document);
    this._onCurrentChanged();
    return new DisposableDelegate(() => {
      this._documents.delete(panel);
      document.dispose();
      this._onCurrentChanged();
    });
  }

  /** The document of a notebook's widget; null when it is not open. */
  get(panel: NotebookPanel | null): PipelineDocument | null {
    return (panel && this._documents.get(panel)) ?? null;
  }

  /** The documents of the notebook at a path: none, one, or one for each of its views. */
  at(path: string): PipelineDocument[] {
    return this.documents.filter(document => document.path === path);
  }

  private _onCurrentChanged(): void {
    const { currentWidget } = this._notebooks;
    // The last pipeline stays while an executed notebook, which is none, is in front.
    const current = this.get(currentWidget) ?? this._last(currentWidget);
    if (current !== this._current) {
      this._current = current;
      this._currentChanged.emit(current);
    }
  }

  private _last(inFront: NotebookPanel | null): PipelineDocument | null {
    const isOpen = this._current !== null && !this._current.isDisposed;
    return inFront !== null && isOpen ? this._current : null;
  }

  private _documents = new Map<NotebookPanel, PipelineDocument>();
  private _current: PipelineDocument | null = null;
  private _currentChanged = new Signal<this, PipelineDocument | null>(this);
  private _added = new Signal<this, PipelineDocument>(this);
}
