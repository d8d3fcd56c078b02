"""The runs that are compared: the notebook in one kernel, its stages, and the stages' functions."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nb2pipe.execution.events import Event
from nb2pipe.execution.store import Store
from nb2pipe.model import Pipeline, Project, StageCode
from nb2pipe.tags import TaggedCell
from nb2pipe.verification.kernels import (
    BEGIN,
    Subject,
    in_one_kernel,
    observed_folder,
    outputs_of,
    own_cell,
    taken_out,
    told,
)
from nb2pipe.verification.observation import LOADED, Failure, Observation

_NAME = re.compile(r"[^\W\d]\w*")
RECORDER = str(Path(__file__).parents[1] / "evidence" / "kernel" / "__init__.py")
CALL = '__import__("_nb2pipe_observer").call'


def run_notebook(subject: Subject, label: str, *, only_facts: bool = False) -> Observation:
    """Run the notebook from top to bottom in one kernel, parameters injected as papermill does.

    Args:
        subject: what is compared.
        label: a name for the run's records.
        only_facts: record what the cells do, and compare nothing.

    Raises:
        KernelUnusable: the kernel is not there.
        StorageFailed: the disk is full.
    """
    import nbformat

    from nb2pipe.parameters import literal

    cells = subject.cells
    sources = [[one.cell.id, one.cell.source] for one in cells if one.cell.source.strip()]
    plan: dict[str, Any] = {
        "cells": _planned(subject.pipeline, cells),
        "metrics": _metrics(subject.pipeline),
        "facts": {"recorder": RECORDER, "sources": sources},
        "only_facts": only_facts,
    }
    made = [own_cell(BEGIN)]
    for one in cells:
        metadata = {"tags": list(one.cell.tags), "nb2pipe": {"cell": one.cell.id}}
        made.append(nbformat.v4.new_code_cell(one.cell.source, metadata=metadata))
        if one.role == "parameters" and subject.given:
            lines = [f"{name} = {literal(value)}" for name, value in subject.given.items()]
            injected = {"tags": ["injected-parameters"]}
            made.append(nbformat.v4.new_code_cell("\n".join(lines), metadata=injected))
    return in_one_kernel(subject, label, made, plan)


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
    made, cells, stages = [own_cell(BEGIN)], [], {}
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

    observation = in_one_kernel(subject, "functions", made, plan, prepared)
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
    folder = observed_folder(subject)
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
        environment=told(plan, folder),
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
        own, rest = outputs_of(done.notebook)
        outputs |= own
        other[done.name] = rest
    records = taken_out(subject, "stages")
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


def _metrics(pipeline: Pipeline) -> dict[str, tuple[str, ...]]:
    """The names that a run would take for metrics after each cell."""
    from nb2pipe.execution import metrics

    return {
        cell.id: metrics.names(cell.source)
        for stage in pipeline.stages
        for cell in stage.cells
        if cell.metrics
    }


def _names(stage: StageCode) -> list[str]:
    """The names that are looked at when a stage has ended."""
    return sorted({*stage.outputs, *(n for n, _ in stage.inputs), *_NAME.findall(stage.source)})
