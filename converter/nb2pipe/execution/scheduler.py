"""A run: every stage in its order, independent ones at the same time, reused where possible."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nb2pipe.emit.unroll import UnrolledStage, unroll, unroll_plain
from nb2pipe.execution import metrics
from nb2pipe.execution.events import Listener, StageFinished, StageStarted, now
from nb2pipe.execution.interpreter import Interpreter
from nb2pipe.execution.keys import StageKey, stage_key
from nb2pipe.execution.secrecy import Mask
from nb2pipe.execution.stage_results import Result, StageResults, inputs_of
from nb2pipe.execution.store import Store
from nb2pipe.execution.target import line_in_notebook
from nb2pipe.model import Project, StageCode, StageRecord

if TYPE_CHECKING:
    from concurrent.futures import Future

    from nb2pipe.execution.engine import Failure, RunningKernel

CANCELLED = "the run was cancelled"
POLL = 0.5


@dataclass(frozen=True)
class Plan:
    """What a run is asked for: the stages that count, and those that must not be reused."""

    stages: tuple[str, ...]
    forced: frozenset[str] = frozenset()
    asked: str = ""


def plan(
    project: Project, *, stages: Iterable[str] = (), until: str | None = None, force: bool = False
) -> Plan:
    """Which stages a run has to look at.

    Args:
        project: the project.
        stages: the stages asked for, with what they need (all when empty).
        until: a stage that is the last, with what it needs.
        force: do not reuse: the stages asked for by name, else all.

    Raises:
        KeyError: there is no stage of that name.
    """
    named = tuple(stages)
    targets = [*named, *([until] if until is not None else [])]
    wanted: set[str] = set()
    waiting = list(targets) or [stage.name for stage in project.stages]
    while waiting:
        stage = project.stage(waiting.pop())
        if stage.name not in wanted:
            wanted.add(stage.name)
            waiting.extend(stage.upstream)
    chosen = tuple(stage.name for stage in project.stages if stage.name in wanted)
    forced = frozenset(named or chosen) if force else frozenset()
    return Plan(chosen, forced, ", ".join(targets))


# The global generators of random numbers, as a stage's ``states`` name them.
GENERATORS = frozenset({"random", "numpy.random"})


@dataclass
class Run:
    """One run of a project; ``execute`` gives the records of its stages in the project's order."""

    project: Project
    parameters: Mapping[str, Any]
    plan: Plan
    store: Store
    interpreter: Interpreter
    folder: Path
    build: Path
    jobs: int
    emit: Listener
    cells: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    before_first: Callable[[], None] = lambda: None
    cancelled: bool = False
    _records: dict[str, StageRecord] = field(default_factory=dict)
    _found: dict[str, Result] = field(default_factory=dict)
    _kernels: set[RunningKernel] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _repair: threading.RLock = field(default_factory=threading.RLock)
    # Before Python 3.13 `ast.parse` counts its depth for all threads together, and may then raise
    # SystemError when two of them parse at once.
    _parsing: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.results = StageResults(self.store, self.project, self.interpreter)
        self._plain = {s.name: unroll_plain(s.source, s.name) for s in self.project.stages}
        self._generators = GENERATORS & {n for s in self.project.stages for n, _ in s.states}
        self._secrets = {n for s in self.project.stages for n in s.configuration.secrets}
        self._pool: Any = None

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.folder.name

    # ── Order ────────────────────────────────────────────────────────────────────────────────────

    def execute(self) -> tuple[StageRecord, ...]:
        """Run or reuse every stage of the plan.

        KeyboardInterrupt ends the running kernels; what had ended before is kept.
        """
        running: dict[Future[StageRecord], str] = {}
        waiting = [self.project.stage(name) for name in self.plan.stages]
        try:
            while waiting or running:
                waiting = [stage for stage in waiting if not self._decide(stage, running)]
                self._collect(running)
        except KeyboardInterrupt:
            self.cancelled = True
            self._end_kernels()
            for future, name in running.items():
                if not future.cancel():
                    self._records[name] = future.result()
        except BaseException:
            self._end_kernels()
            raise
        finally:
            if self._pool is not None:
                self._pool.shutdown(wait=True, cancel_futures=True)
        for stage in self.project.stages:
            if stage.name not in self._records:
                asked = stage.name in self.plan.stages
                why = CANCELLED if asked else f"not needed for {self.plan.asked}"
                self._finish(StageRecord(stage.name, "skipped", reason=f"skipped: {why}"))
        return tuple(self._records[stage.name] for stage in self.project.stages)

    def _decide(self, stage: StageCode, running: dict[Future[StageRecord], str]) -> bool:
        """Reuse, skip or start a stage whose upstream has ended; whether that is done."""
        upstream = [self._records.get(name) for name in stage.upstream]
        if any(record is None for record in upstream):
            return False
        for record in upstream:
            if record is not None and record.status in ("failed", "skipped"):
                cause = record.reason.removeprefix("skipped: ") if record.error == "" else ""
                why = cause or f"stage {record.name} failed"
                self._finish(StageRecord(stage.name, "skipped", reason=f"skipped: {why}"))
                return True
        key = self._key(stage)
        if stage.name in self.plan.forced:
            result, reason = None, "ran: --force"
        else:
            result, reason = self.results.find(stage, key)
        if result is not None and self.results.put_back(result):
            self._found[stage.name] = result
            self._finish(self._record(stage, "reused", result, reason=reason))
            return True
        if result is not None:
            reason = "ran: the files that it wrote are gone from the store"
        running[self._submit(stage, key, reason)] = stage.name
        return True

    def _submit(self, stage: StageCode, key: StageKey, reason: str) -> Future[StageRecord]:
        from concurrent.futures import ThreadPoolExecutor

        if self._pool is None:
            self.before_first()
            self._pool = ThreadPoolExecutor(self.jobs, thread_name_prefix="stage")
        future: Future[StageRecord] = self._pool.submit(self._run, stage, key, reason)
        return future

    def _collect(self, running: dict[Future[StageRecord], str]) -> None:
        if not running:
            return
        from concurrent.futures import FIRST_COMPLETED, wait

        # With a time limit, so that Ctrl-C is heard on every system.
        done, _ = wait(running, timeout=POLL, return_when=FIRST_COMPLETED)
        for future in done:
            self._records[running.pop(future)] = future.result()

    def _end_kernels(self) -> None:
        with self._lock:
            for kernel in self._kernels:
                kernel.end(CANCELLED)

    # ── One stage ────────────────────────────────────────────────────────────────────────────────

    def _key(self, stage: StageCode) -> StageKey:
        with self._parsing:
            return stage_key(
                stage,
                self._plain[stage.name],
                self.project,
                self.interpreter,
                parameters=self.parameters,
                inputs=inputs_of(stage, self._found),
            )

    def _run(self, stage: StageCode, key: StageKey, reason: str) -> StageRecord:
        """Run a stage in its kernel; in a thread of the pool."""
        repaired = [name for name in stage.upstream if self._repaired(name)]
        for name in repaired:
            if self._records[name].status == "failed":
                why = f"skipped: stage {name} failed"
                return self._finish(StageRecord(stage.name, "skipped", reason=why))
        if repaired:
            key = self._key(stage)
        return self._finish(self._in_kernel(stage, key, reason))

    def _repaired(self, name: str) -> bool:
        """Run a reused stage after all when what it gave turns out damaged; whether it was."""
        with self._repair:
            if self.results.undamaged(self._found[name]):
                return False
            stage = self.project.stage(name)
            for upstream in stage.upstream:
                self._repaired(upstream)
            record = self._in_kernel(stage, self._key(stage), "ran: its stored values were damaged")
            self._records[name] = self._finish(record)
            return True

    def _in_kernel(self, stage: StageCode, key: StageKey, reason: str) -> StageRecord:
        from nb2pipe.execution import engine

        began, started = time.monotonic(), now()
        with self._parsing:
            unrolled = unroll(stage.source, stage.name)
        self.emit(
            StageStarted(
                run_id=self.run_id,
                stage=stage.name,
                reason=reason,
                cells=tuple(cell.id for cell in unrolled.cells),
            )
        )
        work = self.store.working_folder(stage.name)
        notebook = self.folder / f"{stage.name}.ipynb"
        kernel = engine.RunningKernel()
        with self._lock:
            self._kernels.add(kernel)
        try:
            with self._parsing:
                self._write_task(stage, unrolled, work)
            if self.cancelled:
                kernel.end(CANCELLED)
            own = set(stage.configuration.secrets)
            execution = engine.Execution(
                stage=stage.name,
                run_id=self.run_id,
                notebook=self._notebook(stage, unrolled),
                output=notebook,
                work=work,
                folder=self.project.folder,
                interpreter=self.interpreter,
                environment=self.environment,
                timeout=stage.configuration.timeout,
                withheld=tuple(sorted(self._secrets - own)),
                mask=Mask(own),
            )
            failure = engine.execute(execution, kernel, self.emit)
            seconds = round(time.monotonic() - began, 3)
            if failure is not None:
                return StageRecord(
                    stage.name,
                    "failed",
                    notebook=notebook if notebook.is_file() else None,
                    seconds=seconds,
                    key=key.key,
                    reason=reason,
                    error=failure.error,
                    cell=failure.cell,
                    line=self._line(unrolled, failure),
                    started=started,
                )
            result = self.results.save(stage, key, work, notebook)
            self._found[stage.name] = result
            return self._record(stage, "ran", result, reason, seconds, started)
        finally:
            with self._lock:
                self._kernels.discard(kernel)
            shutil.rmtree(work, ignore_errors=True)

    def _line(self, unrolled: UnrolledStage, failure: Failure) -> int | None:
        """The failing line as the notebook counts it."""
        original = self.cells.get(failure.cell or "")
        if original is None or failure.line is None:
            return failure.line
        executed = next(cell.source for cell in unrolled.cells if cell.id == failure.cell)
        return line_in_notebook(original, executed, failure.line)

    def _notebook(self, stage: StageCode, unrolled: UnrolledStage) -> Any:
        from nb2pipe.execution import executable
        from nb2pipe.parameters import literal

        lines = [f"{name} = {literal(self.parameters[name])}" for name in stage.parameters]
        return executable.notebook(
            unrolled,
            self.project,
            self.interpreter,
            parameters="\n".join(lines),
            run_id=self.run_id,
        )

    def _write_task(self, stage: StageCode, unrolled: UnrolledStage, work: Path) -> None:
        inputs: dict[str, dict[str, Any]] = {}
        for name, source in stage.inputs:
            found = self._found[source]
            if name in found["values"]:
                path = str(self.store.path(found["artifact"]))
                item = inputs.setdefault(source, {"path": path, "names": [], "digests": {}})
                item["names"].append(name)
                item["digests"][name] = found["values"][name]
        states = [
            {"name": name, "path": str(self.store.path(self._found[source]["states"][name]))}
            for name, source in stage.states
            if source is not None
        ]
        plain = {cell.id: cell.source for cell in self._plain[stage.name].cells}
        task = {
            "stage": stage.name,
            "folder": str(self.project.folder),
            "private": str(self.store.root),
            "work": str(work),
            "build": str(self.build),
            "inputs": list(inputs.values()),
            "outputs": list(stage.outputs),
            "states": states,
            "keep_states": [name for name, _ in stage.states],
            "untouched": self._untouched(stage),
            "undrawn": sorted(self._generators - {name for name, _ in stage.states}),
            "reads": list(stage.reads),
            "writes": list(stage.writes),
            "shared": f"{self.project.package}.shared",
            "assumed": [
                [cell.source, [name for id_, name in stage.assumed if id_ == cell.id]]
                for cell in unrolled.cells
                if any(id_ == cell.id for id_, _ in stage.assumed)
            ],
            "metrics": {
                cell.source: metrics.names(plain[cell.id])
                for cell in unrolled.cells
                if cell.metrics
            },
        }
        (work / "task.json").write_text(json.dumps(task), encoding="utf-8")

    def _untouched(self, stage: StageCode) -> list[str]:
        """Inputs that a later stage takes from where this one does: none of its cells changes them.

        If one did, the later stage would take them from this one.
        """
        stages = self.project.stages
        at = next(n for n, other in enumerate(stages) if other.name == stage.name)
        taken = {pair for other in stages[at + 1 :] for pair in other.inputs}
        return sorted(name for name, source in stage.inputs if (name, source) in taken)

    def _record(
        self,
        stage: StageCode,
        status: Any,
        result: Result,
        reason: str,
        seconds: float = 0.0,
        started: str = "",
    ) -> StageRecord:
        return StageRecord(
            stage.name,
            status,
            notebook=self.store.root / result["notebook"],
            seconds=seconds,
            key=result["key"],
            reason=reason,
            outputs=dict.fromkeys(result["values"], str(result["artifact"])),
            metrics=result["metrics"],
            started=started,
            checking=result.get("checking", 0.0) if started else 0.0,
        )

    def _finish(self, record: StageRecord) -> StageRecord:
        self._records.setdefault(record.name, record)
        self.emit(
            StageFinished(
                run_id=self.run_id,
                stage=record.name,
                status=record.status,
                seconds=record.seconds,
                reason=record.reason,
                error=record.error,
                cell=record.cell,
                line=record.line,
                notebook=None if record.notebook is None else str(record.notebook),
                metrics=record.metrics,
            )
        )
        return record
