"""Kernels that are observed: what they are told, and what is taken out of them."""

from __future__ import annotations

import json
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nb2pipe.errors import StorageFailed
from nb2pipe.execution.store import FOLDER, Store
from nb2pipe.model import Pipeline, Project
from nb2pipe.tags import TaggedCell, assign
from nb2pipe.verification.observation import Failure, Observation
from nb2pipe.verification.workplace import Workplace

OBSERVER = str(Path(__file__).parent / "kernel" / "__init__.py")
BEGIN = (
    '__import__("runpy").run_path(__import__("os").environ.pop("NB2PIPE_OBSERVER"))["begin"]'
    "(get_ipython())"
)


@dataclass(frozen=True)
class Subject:
    """What is compared: the notebook as a pipeline, its project, and how both are run.

    ``given`` are parameters' values that take the place of the notebook's; ``say`` hears of the
    progress, ``observed`` of the notebook's run when it has ended well.
    """

    pipeline: Pipeline
    project: Project
    place: Workplace
    given: Mapping[str, Any] = field(default_factory=dict)
    kernel: str | None = None
    python: str | None = None
    jobs: int | None = None
    say: Callable[[str], None] = lambda _: None
    observed: Callable[[Observation], None] = lambda _: None

    @property
    def cells(self) -> tuple[TaggedCell, ...]:
        """The code cells that the notebook runs: all but those that are skipped."""
        tagged = assign(self.pipeline.notebook).cells
        return tuple(one for one in tagged if one.role not in ("skip", "markdown"))

    def moved(self) -> Project:
        """The project in the workplace."""
        return replace(self.project, folder=self.place.folder)


def own_cell(source: str) -> Any:
    """A cell of nb2pipe's own, which counts as none of the notebook's."""
    import nbformat

    return nbformat.v4.new_code_cell(source, metadata={"tags": ["nb2pipe"]})


def observed_folder(subject: Subject) -> Path:
    """Where the kernels write: inside the store, which no stage's files are looked for in."""
    folder = subject.place.folder / FOLDER / "observed"
    folder.mkdir(parents=True)
    return folder


def taken_out(subject: Subject, label: str) -> Path:
    """Take what was observed out of the workplace."""
    target = subject.place.records / f"{label}-{secrets.token_hex(4)}"
    shutil.move(subject.place.folder / FOLDER / "observed", target)
    return target


def told(plan: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """The environment variables that tell a kernel what to observe."""
    path = folder / "plan.json"
    try:
        path.write_text(json.dumps(plan), encoding="utf-8")
    except OSError as error:
        raise StorageFailed(f"cannot write: {error.strerror or error}", place=str(path)) from error
    return {"NB2PIPE_OBSERVER": OBSERVER, "NB2PIPE_PLAN": str(path)}


def in_one_kernel(
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
    folder, work = observed_folder(subject), store.working_folder(label)
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
        environment=told(plan, folder),
        mask=Mask(secret),
    )
    began = time.monotonic()
    failure = _executed(execution)
    outputs, _ = outputs_of(execution.output)
    return Observation(
        records=(taken_out(subject, label),),
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


def outputs_of(path: Path | None) -> tuple[dict[str, Sequence[Any]], list[Any]]:
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
