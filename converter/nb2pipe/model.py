"""The nouns that the packages of nb2pipe hand to one another.

Frozen dataclasses, no behaviour that touches the outside::

    .ipynb ──notebook.read──> Notebook ──analysis.analyse──> Pipeline ──emit──> files on disk
                                                                │
                              a project on disk ──> Project <───┘  ──execution──> RunRecord

A *cell number* counts every cell of the notebook from 1, Markdown included. A *line* counts from 1
within its cell; a *column* from 1 as well. Names of stages, variables and parameters are Python
identifiers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Severity = Literal["error", "warning"]
StageStatus = Literal["ran", "reused", "failed", "skipped"]
RunStatus = Literal["succeeded", "failed", "cancelled"]

# ── Evidence ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class CellFacts:
    """What one cell did when the notebook was run once, seen from its end.

    ``source`` is the digest of its text. ``bound`` and ``deleted`` are names, ``changed`` those
    whose value was changed in place, ``unsure`` those of whose value nothing can be said,
    ``whole`` those bound of whose value everything was seen. ``shares`` are groups of names that
    share objects or memory since this cell, ``reads`` and ``writes`` files below the notebook's
    folder, ``states`` pieces of hidden state that changed. ``types`` are those of the names bound,
    dotted, "" where they have no public name.
    """

    source: str
    seconds: float = 0.0
    bound: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    shares: tuple[tuple[str, ...], ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    types: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """What one run of a notebook showed, cell by cell: ``facts.json`` of its project."""

    cells: tuple[CellFacts, ...]


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Cell:
    """One cell of a notebook as it stands in the file; ``id`` is unique within the notebook."""

    id: str
    number: int
    kind: Literal["code", "markdown", "raw"]
    source: str
    tags: tuple[str, ...] = ()
    execution_count: int | None = None


@dataclass(frozen=True)
class Notebook:
    """A notebook as read: format 4, every cell with an id, outputs dropped.

    ``path`` is where the notebook lies, or would lie when it came from standard input.
    ``settings`` is ``metadata.nb2pipe`` of the notebook, unchecked. ``language`` and
    ``language_version`` are those of ``metadata.language_info`` (empty when absent). ``split`` says
    what made its stages where it has no tags of its own (``headings``). ``facts`` are those of a
    recorded run (None: none was recorded).
    """

    path: Path
    cells: tuple[Cell, ...]
    kernel_name: str = ""
    language: str = "python"
    language_version: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    split: str = ""
    facts: Facts | None = None

    def cell(self, cell_id: str) -> Cell:
        """The cell with that id (KeyError when there is none)."""
        for cell in self.cells:
            if cell.id == cell_id:
                return cell
        raise KeyError(cell_id)


# ── Findings ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class SetTags:
    """An edit: the cell's tags become these."""

    cell: str
    tags: tuple[str, ...]
    kind: Literal["set-tags"] = field(default="set-tags", init=False)


@dataclass(frozen=True)
class SetSource:
    """An edit: the cell's text becomes this."""

    cell: str
    source: str
    kind: Literal["set-source"] = field(default="set-source", init=False)


Edit = SetTags | SetSource


@dataclass(frozen=True)
class Fix:
    """A way out of a finding: applied as one step, it makes the finding go away.

    ``title`` says what it does, as the text of a button does. A cell has at most one edit of a
    kind.
    """

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class Diagnostic:
    """One finding: what is wrong at which place, and what to do about it.

    ``code`` is that of a rule in ``analysis/rules`` (``NB201``). ``cell`` is a cell id and
    ``number`` its number; both are None for findings on the notebook as a whole. ``fix`` is a way
    out that is plain enough to be offered; it may touch other cells.
    """

    code: str
    severity: Severity
    message: str
    advice: str
    cell: str | None = None
    number: int | None = None
    line: int | None = None
    column: int | None = None
    excerpt: str = ""
    fix: Fix | None = None


# ── Suggesting ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class SuggestedStage:
    """A stage that a notebook without tags could have; ``reason`` says why it begins there."""

    name: str
    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Suggestion:
    """A proposed tagging: ``changes`` are the tags that cells would have, in the notebook's order.

    Cells that keep their tags are not among the changes. ``notes`` say what the proposal could not
    do, or what to look at, for people.
    """

    stages: tuple[SuggestedStage, ...] = ()
    changes: tuple[SetTags, ...] = ()
    notes: tuple[str, ...] = ()


# ── The pipeline: the one middle that readers produce and writers consume ────────────────────────


@dataclass(frozen=True)
class Parameter:
    """A parameter of the pipeline, from the notebook's ``parameters`` cell.

    ``default`` is a literal value (None, bool, int, float, str, and lists, tuples, dicts of them);
    ``source`` is its text in the notebook. ``kinds`` are the types a value may have: any of
    ``int float bool str none list tuple dict``; empty means anything. ``annotation`` is the type
    as text for the generated signature.
    """

    name: str
    default: Any
    source: str
    annotation: str = ""
    kinds: tuple[str, ...] = ()
    choices: tuple[Any, ...] = ()
    help: str = ""
    cell: str = ""
    line: int = 1


@dataclass(frozen=True)
class StageSettings:
    """Settings of a stage: ``metadata.nb2pipe.stages.<name>``.

    ``cache`` True says that a stage may be reused although something in it cannot be observed,
    False that it always runs; None leaves it to nb2pipe. ``timeout`` is in seconds. ``secrets``
    are names of environment variables. ``image``, ``limits`` (``nvidia.com/gpu:1``) and ``report``
    are what Kale's tags ask of a cluster: kept for one, and without effect on one machine.
    """

    cache: bool | None = None
    timeout: float | None = None
    secrets: tuple[str, ...] = ()
    image: str = ""
    limits: tuple[str, ...] = ()
    report: str = ""


@dataclass(frozen=True)
class Variable:
    """A value that crosses stages: its name, and its type as text where the notebook tells it."""

    name: str
    annotation: str = ""


@dataclass(frozen=True)
class StageCell:
    """A cell as it stands in the stage's function body.

    ``source`` is plain Python: what was hoisted to the module's top or moved to ``shared.py`` is
    gone, magics stand as reserved comments (see ``emit/markers.py``). ``draws`` says that the cell
    draws with pyplot before it makes a figure, so that the function form needs a fresh one;
    ``draws_perhaps`` that it does so on some paths only; ``shows`` that it closes figures or draws
    on one of an earlier cell, so that those must have been shown. Both are pyplot's name, or "".
    """

    id: str
    source: str
    metrics: bool = False
    draws: str = ""
    draws_perhaps: bool = False
    shows: str = ""


@dataclass(frozen=True)
class Stage:
    """One stage: what its module needs, and what it takes and gives.

    The module is written from these in this order: ``imports`` (statements) and ``shared`` (names
    imported from ``shared.py``) at the top; then the function with ``inputs`` as positional and
    ``parameters`` as keyword-only arguments; at the start of its body ``apply_settings()`` when
    ``settings``, ``local_imports`` and ``local_definitions`` (statements); the cells; at the end
    the return of ``outputs``. ``shared_local`` are shared names that the body must import itself,
    since the body binds them or the stage's function has that name.
    ``states`` are pieces of hidden state (``random``, ``numpy.random``) that the stage uses and
    hands on. ``writes`` and ``reads`` are literal file paths.
    ``unobservable`` says why the stage must not be reused ("" when it may). ``assumed`` pairs a
    cell with an input that it leaves alone as far as a recorded run showed, or with two names
    ("one other") whose values share nothing after it.
    """

    name: str
    cells: tuple[StageCell, ...]
    source_cells: tuple[str, ...] = ()
    inputs: tuple[Variable, ...] = ()
    outputs: tuple[Variable, ...] = ()
    parameters: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    shared_local: tuple[str, ...] = ()
    local_imports: tuple[str, ...] = ()
    local_definitions: tuple[str, ...] = ()
    settings: bool = False
    states: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    unobservable: str = ""
    configuration: StageSettings = StageSettings()
    doc: str = ""
    assumed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Edge:
    """Why one stage must come before another.

    ``variable`` is None for an order without a value: a file, an ``after:`` tag, or a piece of
    hidden state, which is then named in ``state``.
    """

    variable: str | None
    source: str
    target: str
    producer_cell: str
    consumer_cell: str
    reason: str
    state: str | None = None


@dataclass(frozen=True)
class Shared:
    """What ``shared.py`` holds: imports, constants and definitions (statements), settings."""

    imports: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    settings_imports: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportedModule:
    """A module that the cells import: evidence for the environment.

    ``optional``: under ``try … except ImportError``, or written by an earlier cell.
    """

    module: str
    cell: str
    line: int
    optional: bool = False


@dataclass(frozen=True)
class Pipeline:
    """The analysed notebook. ``stages`` are in an order that respects ``edges``.

    ``diagnostics`` holds every finding; a pipeline with an error among them is refused by every
    verb but ``check``. ``requirements`` are the arguments of ``%pip install`` lines.
    """

    name: str
    notebook: Notebook
    stages: tuple[Stage, ...] = ()
    edges: tuple[Edge, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    shared: Shared = Shared()
    modules: tuple[ImportedModule, ...] = ()
    requirements: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    doc: str = ""

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The findings that make every verb but ``check`` refuse."""
        return tuple(d for d in self.diagnostics if d.severity == "error")

    def stage(self, name: str) -> Stage:
        """The stage of that name (KeyError when there is none)."""
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise KeyError(name)


# ── Running ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class StageCode:
    """A stage as it runs: its module's text and where its inputs come from.

    ``inputs`` and ``states`` pair a name with the stage that hands it on. ``after`` are stages
    that must have ended first for another reason (files, tags). ``assumed`` pairs a cell with an
    input that it was seen not to change, or with two names ("one other") that were seen to share
    nothing after it: every run checks that.
    """

    name: str
    source: str
    inputs: tuple[tuple[str, str], ...] = ()
    outputs: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    states: tuple[tuple[str, str | None], ...] = ()
    after: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    unobservable: str = ""
    configuration: StageSettings = StageSettings()
    assumed: tuple[tuple[str, str], ...] = ()

    @property
    def upstream(self) -> tuple[str, ...]:
        """Every stage that must have ended before this one, in order of mention."""
        named = [stage for _, stage in self.inputs]
        named += [stage for _, stage in self.states if stage is not None]
        return tuple(dict.fromkeys([*named, *self.after]))


@dataclass(frozen=True)
class Project:
    """What ``run`` executes: made from a Pipeline in memory, or loaded from a converted project.

    ``folder`` is the notebook's folder: the working directory of every stage; ``.nb2pipe/`` lies
    in it. ``package`` is the import package that the modules say; ``shared`` is the text of
    ``shared.py`` ("" when there is none). ``values`` are the parameters' values when none are
    given (``env.yaml`` of a converted project, the defaults of a notebook).
    """

    name: str
    package: str
    folder: Path
    stages: tuple[StageCode, ...]
    shared: str = ""
    parameters: tuple[Parameter, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""
    kernel_name: str = ""
    source: str = ""

    def stage(self, name: str) -> StageCode:
        """The stage of that name (KeyError when there is none)."""
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise KeyError(name)


@dataclass(frozen=True)
class StageRecord:
    """What happened to one stage in one run.

    ``started`` is ISO 8601, UTC ("" when nothing was started). ``notebook`` is the executed
    notebook, absolute; for a reused stage that of the run that made it. ``outputs`` maps a
    variable to the digest of the object that holds it in the store. ``checking`` are those of the
    seconds that it took to check what analysis and recorded facts assume.
    """

    name: str
    status: StageStatus
    notebook: Path | None = None
    started: str = ""
    seconds: float = 0.0
    key: str = ""
    reason: str = ""
    error: str = ""
    cell: str | None = None
    line: int | None = None
    outputs: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    checking: float = 0.0


@dataclass(frozen=True)
class RunRecord:
    """One run, as it is kept in ``.nb2pipe/runs/<run_id>/run.json``. Times are ISO 8601, UTC."""

    run_id: str
    pipeline: str
    version: str
    status: RunStatus
    started: str
    ended: str
    parameters: Mapping[str, Any]
    stages: tuple[StageRecord, ...]
    metrics: Mapping[str, float] = field(default_factory=dict)
    report: Path | None = None
    tracking_uri: str = ""
    source: str = ""
