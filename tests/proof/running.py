"""A notebook run in three ways, each in processes of its own: as cells, as stages, as functions.

The stages are run by the scheduler itself, with its store and its kernel's part; a forked shell
takes the place of papermill and a Jupyter kernel, which would take a second for each.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import forked
import shell
from values import Snapshot, snapshot

from nb2pipe.emit.project import from_pipeline
from nb2pipe.execution import engine, interpreter, modules, scheduler
from nb2pipe.execution.executable import source_cell
from nb2pipe.execution.keys import HASH_SEED
from nb2pipe.execution.store import Store
from nb2pipe.model import Notebook, Pipeline, Project

PACKAGE = "proved"
Shown = list[tuple[str, str]]
_KERNEL = Path(engine.__file__).parent / "kernel" / "__init__.py"


@dataclass(frozen=True)
class Observed:
    """What cells showed, by id, and values at some places, by stage; ``failed`` when one raised."""

    outputs: Mapping[str, Shown] = field(default_factory=dict)
    values: Mapping[str, Snapshot] = field(default_factory=dict)
    failed: str = ""


def run_notebook(
    notebook: Notebook, folder: Path, *, places: Mapping[str, str], seconds: float, seed: int = 0
) -> Observed:
    """Run the cells from top to bottom in one process.

    Args:
        notebook: the notebook.
        folder: where it runs.
        places: the cells after which values are looked at, by stage.
        seconds: the time it has.
        seed: what the global random generators begin with, as nobody's seed does.

    Raises:
        TookTooLong: it did not end in time.
    """

    def run() -> Observed:
        os.chdir(folder)
        sys.path.insert(0, str(folder))
        session = shell.Session(seed)
        outputs: dict[str, Shown] = {}
        values: dict[str, Snapshot] = {}
        for cell in notebook.cells:
            if cell.kind != "code" or "skip" in cell.tags:
                continue
            try:
                outputs[cell.id] = session.run(cell.source)
            except shell.CellFailed as error:
                return Observed(outputs, values, f"cell {cell.number}: {error}")
            for stage, last in places.items():
                if last == cell.id:
                    values[stage] = snapshot(session.namespace, PACKAGE)
        return Observed(outputs, values)

    return _answer(run, seconds)


def run_stages(
    pipeline: Pipeline, folder: Path, *, seconds: float, backwards: bool = True
) -> Observed:
    """Run the stages, each in a process of its own.

    Args:
        pipeline: a pipeline without errors.
        folder: where it runs.
        seconds: the time that a stage has.
        backwards: of stages that may run at the same time, the last one is run first.
    """
    project = _project(pipeline, folder)
    outputs: dict[str, Shown] = {}
    values: dict[str, Snapshot] = {}

    def execute(execution: engine.Execution, *_: Any) -> engine.Failure | None:
        try:
            shown, found = forked.call(lambda: _stage(execution), seconds=seconds)
        except forked.TookTooLong:
            return engine.Failure("it took too long")
        except forked.Died as error:
            return engine.Failure(str(error))
        outputs.update(shown)
        if isinstance(found, str):
            return engine.Failure(found)
        values[execution.stage] = found
        return None

    names = [stage.name for stage in project.stages]
    run = _run(project, names[::-1] if backwards else names)
    with _replaced(execute):
        records = run.execute()
    wrong = [f"stage {r.name}: {r.error}" for r in records if r.status == "failed"]
    return Observed(outputs, values, "; ".join(wrong))


def run_functions(pipeline: Pipeline, folder: Path, *, seconds: float) -> Observed:
    """Call the functions of the stages' modules one after the other in one process."""
    project = _project(pipeline, folder)
    build = modules.build(project, Store(folder))

    def run() -> Observed:
        os.chdir(folder)
        sys.path[:0] = [str(build), str(folder)]
        session = shell.Session()
        outputs: dict[str, Shown] = {}
        values: dict[str, Snapshot] = {}
        given: dict[str, dict[str, Any]] = {}
        for stage in project.stages:
            arguments = {name: given[source][name] for name, source in stage.inputs}
            arguments |= {name: project.values[name] for name in stage.parameters}
            call = "_function(**_arguments)\n"
            session.namespace.update(_arguments=arguments)
            source = f"from {PACKAGE}.{stage.name} import {stage.name} as _function\n"
            try:
                # Apart, since what is imported first here decides how figures are shown.
                imported = session.run(source)
                outputs[stage.name] = [*imported, *session.run(f"_result = {call}")]
            except shell.CellFailed as error:
                return Observed(outputs, values, f"function {stage.name}: {error}")
            result = session.namespace.pop("_result")
            returned = result if len(stage.outputs) > 1 else (result,)
            given[stage.name] = dict(zip(stage.outputs, returned, strict=False))
            values[stage.name] = snapshot(given[stage.name], PACKAGE)
        return Observed(outputs, values)

    return _answer(run, seconds)


def _answer(run: Any, seconds: float) -> Observed:
    shell.made()
    try:
        found: Observed = forked.call(run, seconds=seconds)
    except forked.Died as error:
        return Observed(failed=str(error))
    return found


def _stage(execution: engine.Execution) -> tuple[dict[str, Shown], Snapshot | str]:
    """In the child: the cells of a stage's notebook, as the kernel would run them."""
    os.chdir(execution.folder)
    os.environ["PYTHONHASHSEED"] = HASH_SEED
    os.environ["NB2PIPE_KERNEL"] = str(_KERNEL)
    os.environ["NB2PIPE_TASK"] = str(execution.work / "task.json")
    sys.modules.pop("_nb2pipe_kernel", None)
    session = shell.Session()
    outputs: dict[str, Shown] = {}
    found: Snapshot | str = "it has no cells"
    cells = execution.notebook.cells
    for number, cell in enumerate(cells, start=1):
        if number == len(cells):
            found = snapshot(session.namespace, PACKAGE)
        name = source_cell(cell)
        try:
            shown = session.run(cell.source)
        except shell.CellFailed as error:
            return outputs, str(error)
        if name is not None:
            outputs[name] = shown
    return outputs, found


def _project(pipeline: Pipeline, folder: Path) -> Project:
    return replace(from_pipeline(pipeline, package=PACKAGE), folder=folder)


def _run(project: Project, order: Sequence[str]) -> scheduler.Run:
    store = Store(project.folder)
    run = scheduler.Run(
        project=project,
        parameters=project.values,
        plan=scheduler.Plan(tuple(order), frozenset(order)),
        store=store,
        interpreter=_interpreter(),
        folder=project.folder / ".nb2pipe" / "runs" / "proof",
        build=modules.build(project, store),
        jobs=1,
        emit=lambda _: None,
    )
    run.folder.mkdir(parents=True, exist_ok=True)
    shell.made()
    run._pool = _AtOnce()
    return run


class _AtOnce:
    """A pool that does what it is given before it goes on: children come from one thread."""

    def submit(self, function: Any, *arguments: Any) -> Any:
        from concurrent.futures import Future

        future: Future[Any] = Future()
        future.set_result(function(*arguments))
        return future

    def shutdown(self, **_: Any) -> None:
        pass


_FOUND: list[interpreter.Interpreter] = []


def _interpreter() -> interpreter.Interpreter:
    """This interpreter; nothing is started."""
    if not _FOUND:
        _FOUND.append(
            interpreter.Interpreter(
                kernel="python3",
                display_name="Python 3",
                argv=(sys.executable,),
                executable=sys.executable,
                version=".".join(map(str, sys.version_info[:3])),
            )
        )
    return _FOUND[0]


@contextlib.contextmanager
def _replaced(execute: Any) -> Iterator[None]:
    before = engine.execute
    engine.execute = execute
    try:
        yield
    finally:
        engine.execute = before
