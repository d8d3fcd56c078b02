import type { ICellModel } from '@jupyterlab/cells';
import type { IMapChange } from '@jupyter/ydoc';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { IObservableList } from '@jupyterlab/observables';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { Analyser } from './analyser';
import { notebookContent } from './content';
import { measured } from './measure';
import type { IAnalysis, INotebookContent, IProblem, Value } from './protocol';
import type { IRunState } from './run/state';
import type { Client } from './server';
import { assign, isSameTagging, type ITagging, tagsOf } from './tagging';

/** Values given to parameters; a parameter that is not here has its default. */
export interface IValues {
  readonly [name: string]: Value;
}

const NO_TAGGING: ITagging = { cells: [], stages: [] };

/**
 * An open notebook as a pipeline.
 *
 * Everything is derived from the notebook's model, which is the only copy of the tags. The tagging
 * follows changes of tags and of the list of cells; a typed character costs no more than a flag and
 * a timer.
 */
export class PipelineDocument implements IDisposable {
  /**
   * @param options - The notebook's widget and the server's client.
   */
  constructor(options: PipelineDocument.IOptions) {
    this.panel = options.panel;
    this._analyser = new Analyser({
      client: options.client,
      request: () => ({ path: this.path, content: this.content() })
    });
    this._analyser.changed.connect(this._onAnalysed, this);
    this.panel.content.modelChanged.connect(this._onModelChanged, this);
    this.panel.context.pathChanged.connect(this._onContentChanged, this);
    this._onModelChanged();
  }

  /** The widget of the notebook. */
  readonly panel: NotebookPanel;

  /** The notebook's model; null before it was loaded and after it was closed. */
  get model(): INotebookModel | null {
    return this._model;
  }

  /** Where the notebook lies, as the server knows it: without the name of a drive. */
  get path(): string {
    return this.panel.context.localPath;
  }

  /** Whether the notebook cannot be saved, so that nothing may be changed in it. */
  get isReadOnly(): boolean {
    const { context } = this.panel;
    return context.model.readOnly || context.contentsModel?.writable === false;
  }

  /** Which cell belongs to which stage, up to date at any time. */
  get tagging(): ITagging {
    if (this._taggingIsStale) {
      this._assign();
    }
    return this._tagging;
  }

  /** What the server last said of the notebook; null before it said anything. */
  get analysis(): IAnalysis | null {
    return this._analyser.analysis;
  }

  /** Whether the notebook has changed since, or an answer is on its way. */
  get pending(): boolean {
    return this._analyser.pending;
  }

  /** Why there is no analysis of the notebook as it is now. */
  get problem(): IProblem | null {
    return this._analyser.problem;
  }

  /** The status of the answer that is the problem; null without one, 0 when none came. */
  get problemStatus(): number | null {
    return this._analyser.problemStatus;
  }

  /** The values given to parameters for the next run. */
  get values(): IValues {
    return this._values;
  }
  set values(values: IValues) {
    if (this._values !== values) {
      this._values = values;
      this._valuesChanged.emit();
    }
  }

  /** The last run that was started from a browser, as far as it has come. */
  get runState(): IRunState | null {
    return this._runState;
  }
  set runState(state: IRunState | null) {
    if (this._runState !== state) {
      this._runState = state;
      this._runChanged.emit();
    }
  }

  /** Cells have other roles or stages, or there are other cells. */
  get taggingChanged(): ISignal<this, void> {
    return this._taggingChanged;
  }

  /** `analysis`, `pending` or `problem` changed. */
  get analysisChanged(): ISignal<this, void> {
    return this._analysisChanged;
  }

  /** `values` changed. */
  get valuesChanged(): ISignal<this, void> {
    return this._valuesChanged;
  }

  /** `runState` changed. */
  get runChanged(): ISignal<this, void> {
    return this._runChanged;
  }

  /** The document is no more. */
  get disposed(): ISignal<this, void> {
    return this._disposed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** The notebook as it is now, unsaved edits included, without outputs. */
  content(): INotebookContent {
    return notebookContent(this._model);
  }

  /**
   * Keep the analysis up to date from now on, as the person types.
   *
   * @returns What to dispose of when the analysis is no longer looked at.
   */
  follow(): IDisposable {
    this._analyser.follow();
    return new DisposableDelegate(() => this._analyser.unfollow());
  }

  /** Ask for the analysis again, although nothing has changed. */
  refresh(): void {
    this._analyser.refresh();
  }

  /** Stop following the notebook. */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._setModel(null);
    this._analyser.dispose();
    this._disposed.emit();
    Signal.clearData(this);
  }

  private _onModelChanged(): void {
    measured('model', () => {
      this._setModel(this.panel.content.model);
      this._cellsAreNew = true;
      this._touchTagging();
      this._onContentChanged();
    });
  }

  private _setModel(model: INotebookModel | null): void {
    const old = this._model;
    if (old === model) {
      return;
    }
    if (old && !old.isDisposed) {
      old.cells.changed.disconnect(this._onCellsChanged, this);
      old.metadataChanged.disconnect(this._onContentChanged, this);
    }
    this._cells.forEach(cell => this._leave(cell));
    this._model = model;
    if (model) {
      model.cells.changed.connect(this._onCellsChanged, this);
      model.metadataChanged.connect(this._onContentChanged, this);
      for (const cell of model.cells) {
        this._join(cell);
      }
    }
  }

  private _join(cell: ICellModel): void {
    this._cells.add(cell);
    cell.metadataChanged.connect(this._onCellMetadata, this);
    cell.sharedModel.changed.connect(this._onCellChanged, this);
  }

  private _leave(cell: ICellModel): void {
    this._cells.delete(cell);
    cell.metadataChanged.disconnect(this._onCellMetadata, this);
    cell.sharedModel.changed.disconnect(this._onCellChanged, this);
  }

  private _onCellsChanged(
    _: unknown,
    change: IObservableList.IChangedArgs<ICellModel>
  ): void {
    measured('cells', () => {
      change.oldValues.forEach(cell => cell && this._leave(cell));
      change.newValues.forEach(cell => cell && this._join(cell));
      this._cellsAreNew = true;
      this._touchTagging();
      this._onContentChanged();
    });
  }

  private _onCellMetadata(_: ICellModel, change: IMapChange): void {
    if (change.key !== 'tags') {
      return;
    }
    measured('tags', () => {
      this._touchTagging();
      this._onContentChanged();
    });
  }

  private _onCellChanged(_: unknown, change: ICellChange): void {
    // Outputs come by the thousand and tell nothing about the pipeline.
    if (change.sourceChange || change.executionCountChange) {
      measured('content', () => this._onContentChanged());
    }
  }

  private _onContentChanged(): void {
    this._analyser.touch();
  }

  private _onAnalysed(): void {
    this._analysisChanged.emit();
  }

  /** Note that the tagging is stale; listeners hear of many changes at once. */
  private _touchTagging(): void {
    if (this._taggingIsStale) {
      return;
    }
    this._taggingIsStale = true;
    queueMicrotask(() => {
      if (!this._isDisposed) {
        measured('tagging', () => this._announceTagging());
      }
    });
  }

  private _assign(): void {
    const cells = this._model ? [...this._model.cells] : [];
    this._tagging = assign(
      cells.map(cell => ({
        id: cell.id,
        cell_type: cell.type,
        tags: tagsOf(cell.getMetadata('tags'))
      }))
    );
    this._taggingIsStale = false;
  }

  private _announceTagging(): void {
    const { tagging } = this;
    // A cell that is moved or reloaded keeps its id and tags, and has another widget.
    if (this._cellsAreNew || !isSameTagging(tagging, this._announced)) {
      this._cellsAreNew = false;
      this._announced = tagging;
      this._taggingChanged.emit();
    }
  }

  private _model: INotebookModel | null = null;
  private _cells = new Set<ICellModel>();
  private _analyser: Analyser;
  private _tagging = NO_TAGGING;
  private _announced = NO_TAGGING;
  private _taggingIsStale = false;
  private _cellsAreNew = false;
  private _values: IValues = {};
  private _runState: IRunState | null = null;
  private _isDisposed = false;
  private _taggingChanged = new Signal<this, void>(this);
  private _analysisChanged = new Signal<this, void>(this);
  private _valuesChanged = new Signal<this, void>(this);
  private _runChanged = new Signal<this, void>(this);
  private _disposed = new Signal<this, void>(this);
}

/** What we look at in a change of a cell. */
interface ICellChange {
  readonly sourceChange?: unknown;
  readonly executionCountChange?: unknown;
}

/** The namespace of `PipelineDocument`. */
export namespace PipelineDocument {
  /** What a document is made of. */
  export interface IOptions {
    readonly panel: NotebookPanel;
    readonly client: Client;
  }
}
