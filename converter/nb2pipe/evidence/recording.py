"""``record``: run a notebook once in one kernel, and keep what its cells did."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nb2pipe.errors import NotRecordable
from nb2pipe.evidence import facts as texts
from nb2pipe.model import CellFacts, Facts

if TYPE_CHECKING:
    from nb2pipe.model import Notebook
    from nb2pipe.verification.kernels import Subject
    from nb2pipe.verification.observation import Observation


@dataclass(frozen=True)
class Recording:
    """What was recorded, and what that cost: seconds of the cells, and of looking at them."""

    facts: Facts
    seconds: float
    spent: float


def record(
    notebook: Notebook,
    *,
    given: Mapping[str, Any] | None = None,
    kernel: str | None = None,
    python: str | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Recording:
    """Run a notebook once, in a copy of its folder, and record what its cells do.

    Args:
        notebook: the notebook as read.
        given: parameters' values that take the place of the notebook's; checked by the caller.
        kernel: the installed kernel to run in (None: the notebook's).
        python: the interpreter to run in.
        say: hears of the progress.

    Raises:
        NotRecordable: the notebook fails.
        KernelUnusable: the kernel is not there or cannot run stages.
        StorageFailed: the disk is full, or the folder cannot be read or written.
    """
    from nb2pipe.analysis import analyse
    from nb2pipe.model import Project
    from nb2pipe.project import repository
    from nb2pipe.verification import runs
    from nb2pipe.verification.kernels import Subject
    from nb2pipe.verification.workplace import workplace

    pipeline = analyse(notebook)
    folder = Path(notebook.path).absolute().parent
    project = Project(
        name=pipeline.name,
        package=f"nb2pipe_{pipeline.name}",
        folder=folder,
        stages=(),
        kernel_name=notebook.kernel_name,
    )
    with workplace(folder, repository.top(folder)) as place:
        subject = Subject(
            pipeline=pipeline,
            project=project,
            place=place,
            given=given or {},
            kernel=kernel,
            python=python,
            say=say,
        )
        say("the notebook in one kernel")
        observation = runs.run_notebook(subject, "recorded", only_facts=True)
        if observation.failure is not None:
            failure = observation.failure
            numbers = {cell.id: cell.number for cell in notebook.cells}
            number = numbers.get(failure.cell or "")
            where = f", cell {number}" if number else ""
            where += f", line {failure.line}" if number and failure.line else ""
            raise NotRecordable(
                f"the notebook itself fails: {failure.error}",
                place=f"{notebook.path}{where}",
                advice="Correct it; nothing was recorded.",
            )
        return recorded(subject, observation)


def recorded(subject: Subject, observation: Observation) -> Recording:
    """What was recorded in a run of the notebook."""
    content: dict[str, Any] = {"cells": [], "spent": 0.0}
    path = observation.records[0] / "facts.json"
    if path.is_file():
        content = json.loads(path.read_text(encoding="utf-8"))
    sources = {one.cell.id: one.cell.source for one in subject.cells}
    cells = []
    for entry in content["cells"]:
        own = {key: value for key, value in entry.items() if key not in ("cell", "seconds")}
        own["shares"] = tuple(tuple(group) for group in own["shares"])
        own = {key: tuple(v) if isinstance(v, list) else v for key, v in own.items()}
        source = texts.source_digest(sources[entry["cell"]])
        cells.append(CellFacts(source=source, seconds=_rounded(entry["seconds"]), **own))
    seconds = sum(entry["seconds"] for entry in content["cells"])
    return Recording(Facts(tuple(cells)), seconds, content["spent"])


def _rounded(seconds: float) -> float:
    """Two digits: what is faster or slower than that differs from run to run."""
    return float(f"{seconds:.2g}") if seconds >= 0.001 else 0.0
