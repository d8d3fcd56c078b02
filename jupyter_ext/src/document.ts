import type { ICellModel } from '@jupyterlab/cells';
import type { IMapChange } from '@jupyter/ydoc';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { IObservableList } from '@jupyterlab/observables';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { measured } from './measure';
import type { IAnalysis, IProblem, Value } from './protocol';
import type { IRunState } from './run/state';
import { assign, isSameTagging, type ITagging, tagsOf } from './tagging';

/** Values given to parameters; a parameter that is not here has its default. */
export interface IValues {
  readonly [name: string]: Value;
}

/** What the server said of a notebook. */
export interface IAnswer {
  /** The last analysis; null before there was any. */
  readonly analysis: IAnalysis | null;
  /** Why there is none of the notebook as it is now; the status is 0 when no answer came. */
  readonly failure: {
    readonly status: number;
    readonly problem: IProblem;
  } | null;
}

const NO_ANSWER: IAnswer = { analysis: null, failure: null };

const NO_TAGGING: ITagging = { cells: [], stages: [] };

/**
 * An open notebook as a pipeline.
 *
 * Everything is derived from the notebook's model, which is the only copy of the tags. The tagging
 * follows changes of tags and of the list of cells. What the server says of the notebook is put
 * here by code that is loaded with the panel; a typed character costs no more than a signal.
 */
export class PipelineDocument implements IDisposable {
  /**
   * @param panel - The notebook's widget.
   */
  constructor(readonly panel: NotebookPanel) {
    this.panel.content.modelChanged.connect(this._onModelChanged, this);
    this._lastPath = this.path;
    this.panel.context.pathChanged.connect(this._onPathChanged, this);
    this._onModelChanged();
  }

  /** The notebook's model; null before it was loaded and after it was closed. */
  get model(): INotebookModel | null {
    return this._model;
  }

  /** Where the notebook lies, as the server knows it: without the name of a drive. */
  get path(): string {
    return this.panel.context.localPath;
  }

  /** The paths that it had before it was renamed, and until when, in milliseconds of the epoch. */
  get formerPaths(): ReadonlyMap<string, number> {
    return this._formerPaths;
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
    return this._answer.analysis;
  }

  /** The same, and why it said nothing. */
  get answer(): IAnswer {
    return this._answer;
  }
  set answer(answer: IAnswer) {
    this._answer = answer;
    this._analysisChanged.emit();
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

  /** Something changed that the analysis reads. */
  get contentChanged(): ISignal<this, void> {
    return this._contentChanged;
  }

  /** `answer` changed. */
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

  /** Stop following the notebook. */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._setModel(null);
    this._disposed.emit();
    Signal.clearData(this);
  }

  /** Have the server asked again, though nothing changed. */
  askAgain(): void {
    this._onContentChanged();
  }

  private _onPathChanged(): void {
    this._formerPaths.set(this._lastPath, Date.now());
    this._lastPath = this.path;
    this._onContentChanged();
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
    this._contentChanged.emit();
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
  private _lastPath: string;
  private _formerPaths = new Map<string, number>();
  private _cells = new Set<ICellModel>();
  private _answer = NO_ANSWER;
  private _tagging = NO_TAGGING;
  private _announced = NO_TAGGING;
  private _taggingIsStale = false;
  private _cellsAreNew = false;
  private _values: IValues = {};
  private _runState: IRunState | null = null;
  private _isDisposed = false;
  private _taggingChanged = new Signal<this, void>(this);
  private _contentChanged = new Signal<this, void>(this);
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
