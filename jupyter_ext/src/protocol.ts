/**
 * What the server part and the browser part say to each other: the JSON of every route under
 * `nb2pipe/`, and of the events on the server's event bus.
 *
 * Paths are those of Jupyter Server: relative to its root directory, with forward slashes.
 */

/** A notebook as the browser holds it, unsaved edits included, without outputs. */
export interface INotebookContent {
  nbformat: 4;
  nbformat_minor: number;
  metadata: {
    kernelspec?: { name: string; display_name?: string };
    language_info?: { name?: string; version?: string };
    nb2pipe?: unknown;
  };
  cells: {
    id: string;
    cell_type: string;
    source: string;
    metadata: { tags?: string[] };
    execution_count?: number | null;
  }[];
}

/** The body of every route that reads a notebook as it is in the browser. */
export interface INotebookRequest {
  path: string;
  content: INotebookContent;
}

/** What every refused request answers with, whatever its status. */
export interface IProblem {
  message: string;
  /** Where: a path, a cell; empty when nowhere in particular. */
  place: string;
  /** What to do next. */
  advice: string;
  /** The class of nb2pipe's error, such as `ProjectConflict`; absent for others. */
  kind?: string;
  /** The notebook's errors, when they are why (`kind` is `PipelineRefused`). */
  diagnostics?: IDiagnostic[];
}

// POST nb2pipe/analysis: INotebookRequest → IAnalysis ────────────────────────────────────────────

export type Role = 'setup' | 'parameters' | 'stage' | 'skip' | 'markdown';

export interface IStage {
  name: string;
  /** Ids of the cells. */
  cells: string[];
  inputs: string[];
  outputs: string[];
  parameters: string[];
  doc: string;
}

export interface IEdge {
  /** Null for an order without a value. */
  variable: string | null;
  from: string;
  to: string;
  producer_cell: string;
  consumer_cell: string;
  reason: string;
}

/** A value as JSON where JSON has it, else a Python literal as text. */
export type Value =
  string | number | boolean | null | Value[] | { [key: string]: Value };

export interface IParameter {
  name: string;
  default: Value;
  /** The default as it stands in the notebook. */
  source: string;
  annotation: string;
  /** Types a value may have: any of int float bool str none list tuple dict; empty: any. */
  kinds: string[];
  choices: Value[];
  help: string;
  cell: string;
  line: number;
}

/** One edit of a fix. A fix is applied as one undo step. */
export type Edit =
  | { kind: 'set-tags'; cell: string; tags: string[] }
  | { kind: 'set-source'; cell: string; source: string };

export interface IFix {
  title: string;
  edits: Edit[];
}

export interface IDiagnostic {
  code: string;
  severity: 'error' | 'warning';
  message: string;
  advice: string;
  cell: string | null;
  number: number | null;
  line: number | null;
  column: number | null;
  excerpt: string;
  fix: IFix | null;
}

export interface IAnalysis {
  /** The pipeline's name. */
  pipeline: string;
  cells: {
    id: string;
    role: Role;
    stage: string | null;
    metrics: boolean;
  }[];
  stages: IStage[];
  edges: IEdge[];
  parameters: IParameter[];
  diagnostics: IDiagnostic[];
  /** Why the notebook could not be read at all. */
  error: IProblem | null;
}

// POST nb2pipe/suggestion: INotebookRequest → ISuggestion ────────────────────────────────────────

export interface ISuggestedStage {
  name: string;
  cells: string[];
  /** Why the stage begins where it begins. */
  reason: string;
}

export interface ISuggestion {
  stages: ISuggestedStage[];
  /** The tags that cells would have; cells that keep theirs are not listed. */
  changes: { cell: string; tags: string[] }[];
  /** What the proposal could not do, for people. */
  notes: string[];
}

// POST nb2pipe/environment: INotebookRequest → IEnvironment ──────────────────────────────────────

export interface IEnvironment {
  /** nb2pipe's own interpreter. */
  nb2pipe: { version: string; python: string };
  /** The kernel in whose interpreter the stages run. */
  kernel: { name: string; python: string; version: string } | null;
  /** Both are one environment. */
  same: boolean;
  /**
   * Modules that the notebook imports and the kernel's environment lacks. An optional one is
   * imported under `try … except ImportError`, or written by an earlier cell.
   */
  missing: {
    module: string;
    cell: string;
    line: number;
    optional: boolean;
  }[];
  /** Packages that a kernel needs to run stages and lacks. */
  needed: string[];
  /** Why no kernel was found or it cannot be used. */
  problem: IProblem | null;
}

// POST nb2pipe/conversion: IConversionRequest → IConversion ──────────────────────────────────────
// The notebook is saved first; the server reads the file. 409 with IProblem: refused, nothing was
// written (`kind`: `ProjectConflict` where files were edited by hand, `PipelineRefused`, …).

export interface IConversionRequest {
  path: string;
  /** False: only say what would change. */
  write: boolean;
  /** Overwrite generated files that were edited by hand. */
  force?: boolean;
}

export interface IConvertedFile {
  path: string;
  /** `created`, `updated`, `deleted`, `unchanged`, `kept`, `edited` …, as `convert --json`. */
  status: string;
  origin: string;
  /** Unified diff; null when only writing tells (uv.lock). */
  diff: string | null;
}

export interface IConversion {
  name: string;
  version: string;
  written: boolean;
  differs: boolean;
  files: IConvertedFile[];
  notes: string[];
  diagnostics: IDiagnostic[];
  /** The command that writes what lies above the root directory; null when nothing does. */
  rest: string | null;
}

// Jobs: runs started from the browser ────────────────────────────────────────────────────────────
// POST   nb2pipe/jobs            IJobRequest → 202 IJob  (429: too many at once; 409: the notebook
//                                has errors; 400: a parameter or stage that cannot be)
// GET    nb2pipe/jobs?path=      → {jobs: IJob[]}, newest first; without path: all
// GET    nb2pipe/jobs/<id>?since=N → IJobHistory: events with seq > N
// DELETE nb2pipe/jobs/<id>       → 202 IJob: cancels; the end comes as an event

export interface IJobRequest {
  path: string;
  /** A text stands for what it would on the command line: a str as it is, else a literal. */
  parameters: { [name: string]: Value };
  until?: string | null;
  force?: boolean;
}

export type JobStatus =
  'running' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled';

export interface IJob {
  id: string;
  path: string;
  status: JobStatus;
  /** ISO 8601, UTC. */
  started: string;
  ended: string | null;
  parameters: { [name: string]: Value };
  until: string | null;
  run_id: string | null;
  exit_code: number | null;
  /** The number of the last event. */
  seq: number;
}

/** nb2pipe's own events (see events.schema.json in the core) with two of the job's. */
export type RunEvent =
  | {
      event: 'run-started';
      run_id: string;
      time: string;
      pipeline: string;
      version: string;
      stages: string[];
      parameters: { [name: string]: string };
    }
  | {
      event: 'stage-started';
      run_id: string;
      time: string;
      stage: string;
      reason: string;
      cells: string[];
    }
  | {
      event: 'cell-started';
      run_id: string;
      time: string;
      stage: string;
      cell: string;
    }
  | {
      event: 'cell-finished';
      run_id: string;
      time: string;
      stage: string;
      cell: string;
      seconds: number;
      failed: boolean;
    }
  | {
      event: 'stage-finished';
      run_id: string;
      time: string;
      stage: string;
      status: 'ran' | 'reused' | 'failed' | 'skipped';
      seconds: number;
      reason: string;
      error: string;
      cell: string | null;
      line: number | null;
      /** The executed notebook, as a server path. */
      notebook: string | null;
      metrics: { [name: string]: number };
    }
  | { event: 'note'; run_id: string; time: string; message: string }
  | {
      event: 'run-finished';
      run_id: string;
      time: string;
      status: 'succeeded' | 'failed' | 'cancelled';
      seconds: number;
      metrics: { [name: string]: number };
    }
  /** A line that nb2pipe wrote for people. */
  | { event: 'log'; time: string; text: string }
  /** The job's status changed; the last one ends the stream. */
  | { event: 'job'; time: string; job: IJob };

/** What travels on the event bus, schema `JOB_SCHEMA`, and in a job's history. */
export interface IJobEvent {
  job: string;
  /** Counts from 1 within the job, without gaps. */
  seq: number;
  event: RunEvent;
}

export interface IJobHistory {
  job: IJob;
  events: IJobEvent[];
}

export const JOB_SCHEMA = 'https://nb2pipe.dev/events/job/v1';

// GET nb2pipe/runs?path= → {runs: IRun[]}: past runs, newest first, also those of a terminal ─────

export interface IRunStage {
  name: string;
  status: 'ran' | 'reused' | 'failed' | 'skipped';
  seconds: number;
  reason: string;
  error: string;
  cell: string | null;
  line: number | null;
  notebook: string | null;
  metrics: { [name: string]: number };
}

export interface IRun {
  run_id: string;
  pipeline: string;
  version: string;
  status: 'succeeded' | 'failed' | 'cancelled';
  started: string;
  ended: string;
  parameters: { [name: string]: Value };
  stages: IRunStage[];
  metrics: { [name: string]: number };
  /** Server path of the report. */
  report: string | null;
}

// GET nb2pipe/files?path= → IFile: files that Jupyter's contents hide ────────────────────────────
// Only what nb2pipe wrote: executed notebooks and reports under `.nb2pipe/runs/`, workflows under
// `.github/workflows/`. The drive `nb2pipe:` of the browser part reads them.

export interface IFile {
  path: string;
  name: string;
  format: 'text' | 'json' | 'base64';
  type: 'file' | 'notebook';
  mimetype: string;
  last_modified: string;
  content: unknown;
}
