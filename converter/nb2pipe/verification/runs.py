"""The runs that are compared: the notebook in one kernel, its stages, and the stages' functions."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nb2pipe.errors import StorageFailed
from nb2pipe.execution.events import Event
from nb2pipe.execution.store import FOLDER, Store
from nb2pipe.model import Pipeline, Project, StageCode
from nb2pipe.tags import TaggedCell, assign
from nb2pipe.verification.observation import LOADED, Failure, Observation
from nb2pipe.verification.workplace import Workplace

OBSERVER = str(Path(__file__).parent / "kernel" / "__init__.py")
BEGIN = (
    '__import__("runpy").run_path(__import__("os").environ.pop("NB2PIPE_OBSERVER"))["begin"]'
    "(get_ipython())"
)
_NAME = re.compile(r"[^\W\d]\w*")
CALL = '__import__("_nb2pipe_observer").call'


@dataclass(frozen=True)
class Subject:
    """What is compared: the notebook as a pipeline, its project, and how both are run.

    ``given`` are parameters' values that take the place of the notebook's; ``say`` hears of the
    progress.
    """

    pipeline: Pipeline
    project: Project
    place: Workplace
    given: Mapping[str, Any] = field(default_factory=dict)
    kernel: str | None = None
    python: str | None = None
    jobs: int | None = None
    say: Callable[[str], None] = lambda _: None

    @property
    def cells(self) -> tuple[TaggedCell, ...]:
        """The code cells that the notebook runs: all but those that are skipped."""
        tagged = assign(self.pipeline.notebook).cells
        return tuple(one for one in tagged if one.role not in ("skip", "markdown"))

    def moved(self) -> Project:
        """The project in the workplace."""
        return replace(self.project, folder=self.place.folder)


def run_notebook(subject: Subject, label: str) -> Observation:
    """Run the notebook from top to bottom in one kernel, parameters injected as papermill does.

    Args:
        subject: what is compared.
        label: a name for the run's records.

    Raises:
        KernelUnusable: the kernel is not there.
        StorageFailed: the disk is full.
    """
    import nbformat

    from nb2pipe.parameters import literal

    cells = subject.cells
    plan = {"cells": _planned(subject.pipeline, cells)}
    made = [_own(BEGIN)]
    for one in cells:
        metadata = {"tags": list(one.cell.tags), "nb2pipe": {"cell": one.cell.id}}
        made.append(nbformat.v4.new_code_cell(one.cell.source, metadata=metadata))
        if one.role == "parameters" and subject.given:
            lines = [f"{name} = {literal(value)}" for name, value in subject.given.items()]
            injected = {"tags": ["injected-parameters"]}
            made.append(nbformat.v4.new_code_cell("\n".join(lines), metadata=injected))
    return _in_one_kernel(subject, label, made, plan)


def run_functions(subject: Subject) -> Observation:
    """Import the stages' modules in a kernel and call their functions in the pipeline's order.

    Args:
        subject: what is compared.

    Raises:
        KernelUnusable: the kernel is not there.
        StorageFailed: the disk is full.
    """
    import nbformat

    from nb2pipe.execution import modules
    from nb2pipe.parameters import literal

    values = {**subject.project.values, **subject.given}
    made, cells, stages = [_own(BEGIN)], [], {}
    for stage in subject.project.stages:
        arguments = literal({name: values[name] for name in stage.parameters})
        source = f"{CALL}({literal(stage.name)}, {arguments})"
        made.append(nbformat.v4.new_code_cell(source, metadata={"nb2pipe": {"cell": stage.name}}))
        cells.append([stage.name, source, None, True])
        stages[stage.name] = {
            "inputs": stage.inputs,
            "states": stage.states,
            "outputs": stage.outputs,
        }
    plan = {"cells": cells, "stages": stages}

    def prepared(project: Project, store: Store) -> dict[str, Any]:
        return {"path": str(modules.build(project, store))}

    observation = _in_one_kernel(subject, "functions", made, plan, prepared)
    failure = observation.failure
    if failure is not None:  # the "cells" are the stages
        observation.failure = Failure(failure.error, stage=failure.cell or "")
    return observation


def run_stages(subject: Subject) -> Observation:
    """Run the pipeline as ``nb2pipe run`` does, with a store of its own.

    Args:
        subject: what is compared.

    Raises:
        KernelUnusable: the kernel is not there.
        StorageFailed: the disk is full.
        ProjectUnreadable: a stage's module is none.
    """
    from nb2pipe import execution
    from nb2pipe.emit.unroll import unroll
    from nb2pipe.execution.executable import LOAD

    subject.place.refresh()
    project = subject.moved()
    folder = _observed(subject)
    plans = {}
    for stage in project.stages:
        unrolled = unroll(stage.source, stage.name).cells
        cells: list[list[Any]] = [[c.id, c.source, [], False] for c in unrolled if c.source.strip()]
        if cells:
            cells[-1][2:] = [_names(stage), True]
        cells.insert(0, [LOADED, LOAD, [name for name, _ in stage.inputs], False])
        plans[stage.name] = {"folder": str(folder / stage.name), "cells": cells}
        (folder / stage.name).mkdir(parents=True)
    plan = {"package": project.package, "workplace": str(project.folder), "stages": plans}
    began = time.monotonic()
    record = execution.run(
        project,
        given=subject.given,
        force=True,
        jobs=subject.jobs,
        kernel=subject.kernel,
        python=subject.python,
        cells={cell.id: cell.source for cell in subject.pipeline.notebook.cells},
        listeners=[_Stages(subject.say)],
        environment=_environment(plan, folder),
        report=False,
        tracking=False,
    )
    if record.status == "cancelled":
        raise KeyboardInterrupt
    seconds = time.monotonic() - began
    failed = next((stage for stage in record.stages if stage.status == "failed"), None)
    failure = failed and Failure(failed.error, failed.cell, failed.line, failed.name)
    outputs: dict[str, Sequence[Any]] = {}
    other: dict[str, Sequence[Any]] = {}
    for done in record.stages:
        own, rest = _outputs(done.notebook)
        outputs |= own
        other[done.name] = rest
    records = _keep(subject, "stages")
    return Observation(
        records=tuple(records / stage.name for stage in project.stages),
        outputs=outputs,
        seconds=seconds,
        failure=failure or None,
        metrics=dict(record.metrics),
        other=other,
    )


class _Stages:
    """Says which stages have ended."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say

    def __call__(self, event: Event) -> None:
        """Hear of one event."""
        from nb2pipe.execution.events import StageFinished

        if isinstance(event, StageFinished):
            self.say(f"  {event.stage}: {event.status}, {event.seconds:.1f} s")


def _planned(pipeline: Pipeline, cells: Sequence[TaggedCell]) -> list[list[Any]]:
    """What is looked at after each cell of the notebook, as the observer takes it."""
    kept = [one.cell for one in cells if one.cell.source.strip()]
    position = {cell.id: number for number, cell in enumerate(kept)}
    planned: list[list[Any]] = [[cell.id, cell.source, [], False] for cell in kept]
    for stage in pipeline.stages:
        places = [position[cell.id] for cell in stage.cells if cell.id in position]
        if not places:
            continue
        inputs = [variable.name for variable in stage.inputs]
        if min(places) > 0:
            planned[min(places) - 1][2] += inputs
        mentioned = {n for cell in stage.cells for n in _NAME.findall(cell.source)}
        outputs = [variable.name for variable in stage.outputs]
        planned[max(places)][2] += sorted({*inputs, *outputs, *mentioned})
        planned[max(places)][3] = True
    if planned:
        planned[-1][2] = None
    return planned


def _names(stage: StageCode) -> list[str]:
    """The names that are looked at when a stage has ended."""
    return sorted({*stage.outputs, *(n for n, _ in stage.inputs), *_NAME.findall(stage.source)})


def _own(source: str) -> Any:
    import nbformat

    return nbformat.v4.new_code_cell(source, metadata={"tags": ["nb2pipe"]})


def _observed(subject: Subject) -> Path:
    """Where the kernels write: inside the store, which no stage's files are looked for in."""
    folder = subject.place.folder / FOLDER / "observed"
    folder.mkdir(parents=True)
    return folder


def _keep(subject: Subject, label: str) -> Path:
    """Take what was observed out of the workplace."""
    target = subject.place.records / f"{label}-{secrets.token_hex(4)}"
    shutil.move(subject.place.folder / FOLDER / "observed", target)
    return target


def _environment(plan: Mapping[str, Any], folder: Path) -> dict[str, str]:
    path = folder / "plan.json"
    try:
        path.write_text(json.dumps(plan), encoding="utf-8")
    except OSError as error:
        raise StorageFailed(f"cannot write: {error.strerror or error}", place=str(path)) from error
    return {"NB2PIPE_OBSERVER": OBSERVER, "NB2PIPE_PLAN": str(path)}


def _in_one_kernel(
    subject: Subject,
    label: str,
    cells: list[Any],
    plan: dict[str, Any],
    prepared: Callable[[Project, Store], dict[str, Any]] | None = None,
) -> Observation:
    """Execute cells in one kernel, observed."""
    import nbformat

    from nb2pipe.execution import engine, interpreter
    from nb2pipe.execution.secrecy import Mask

    subject.place.refresh()
    project = subject.moved()
    store = Store(project.folder)
    found = interpreter.find(
        store, wanted=project.kernel_name, kernel=subject.kernel, python=subject.python
    )
    folder, work = _observed(subject), store.working_folder(label)
    plan = {
        "package": project.package,
        "workplace": str(project.folder),
        "folder": str(folder),
        "work": str(work),
        **plan,
        **(prepared(project, store) if prepared else {}),
    }
    spec = {"name": found.kernel, "display_name": found.display_name, "language": "python"}
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
    for number, cell in enumerate(book.cells):
        cell.id = f"nb2pipe-{number}"
    secret = [name for stage in project.stages for name in stage.configuration.secrets]
    execution = engine.Execution(
        stage=label,
        run_id="verify",
        notebook=book,
        output=store.root / f"{label}.ipynb",
        work=work,
        folder=project.folder,
        interpreter=found,
        environment=_environment(plan, folder),
        mask=Mask(secret),
    )
    began = time.monotonic()
    failure = _executed(execution)
    outputs, _ = _outputs(execution.output)
    return Observation(
        records=(_keep(subject, label),),
        outputs=outputs,
        seconds=time.monotonic() - began,
        failure=failure and Failure(failure.error, failure.cell, failure.line),
    )


def _executed(execution: Any) -> Any:
    """Execute in a thread, so that an interruption ends the kernel and an event loop is free."""
    from nb2pipe.execution import engine

    engine.prepare()
    kernel = engine.RunningKernel()
    answer: list[Any] = []
    trouble: list[BaseException] = []

    def work() -> None:
        try:
            answer.append(engine.execute(execution, kernel, lambda _: None))
        except BaseException as error:
            trouble.append(error)

    thread = threading.Thread(target=work, name="verify")
    thread.start()
    try:
        while thread.is_alive():
            thread.join(0.5)
    except BaseException:
        kernel.end("the comparison was interrupted")
        thread.join()
        raise
    if trouble:
        raise trouble[0]
    return answer[0]


def _outputs(path: Path | None) -> tuple[dict[str, Sequence[Any]], list[Any]]:
    """The outputs of an executed notebook: by the notebook's cell, and of other cells."""
    import nbformat

    from nb2pipe.execution.executable import source_cell

    found: dict[str, Sequence[Any]] = {}
    other: list[Any] = []
    if path is None or not path.is_file():
        return found, other
    executed = nbformat.read(path, as_version=4)
    for cell in executed.cells:
        name = source_cell(cell)
        if name is None:
            other += cell.get("outputs", ())  # papermill adds text to a notebook that failed
        else:
            found[name] = cell.outputs
    return found, other
