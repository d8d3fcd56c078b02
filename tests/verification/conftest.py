"""Forms made in this process, and runs of a small notebook and of pipelines that are wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from nb2pipe.analysis import analyse
from nb2pipe.emit.project import from_pipeline
from nb2pipe.model import Cell, Notebook, Project
from nb2pipe.verification import runs, values
from nb2pipe.verification.comparison import Comparison
from nb2pipe.verification.kernel.form import Form, World
from nb2pipe.verification.kernels import Subject
from nb2pipe.verification.moments import Findings
from nb2pipe.verification.observation import Observation
from nb2pipe.verification.workplace import workplace

NOTEBOOK = (
    ("parameters", "parameters", "factor = 2"),
    ("helper", "setup", "def scaled(items, by):\n    return [item * by for item in items]"),
    ("rows", "stage:load", "rows = [1, 2, 3]\nhalf = 0.1 + 0.2\nprint('rows', rows)"),
    ("scale", "stage:prepare", "data = scaled(rows, factor)\ntwin = data\ndata"),
    ("append", "stage:prepare", "twin.append(half)\nprint(len(data))\nprint(data[0])"),
    ("sum", "stage:report,metrics", "total = sum(data) + len(twin)\nprint(total)"),
)


def book(folder: Path, *cells: tuple[str, str, str]) -> Notebook:
    made = [
        Cell(name, number, "code", source, tuple(tags.split(",")))
        for number, (name, tags, source) in enumerate(cells, 1)
    ]
    return Notebook(path=folder / "small.ipynb", cells=tuple(made))


@dataclass
class Trial:
    """A notebook that ran, to compare changed projects with."""

    subject: Subject
    notebook: Observation

    def changed(self, stage: str, before: str, after: str) -> Project:
        """The project with another text in one stage's module."""
        project = self.subject.project
        stages = []
        for code in project.stages:
            if code.name == stage:
                assert before in code.source, code.source
                code = replace(code, source=code.source.replace(before, after))
            stages.append(code)
        return replace(project, stages=tuple(stages))

    def stages(self, project: Project) -> Findings:
        """What comparing with the pipeline finds."""
        subject = replace(self.subject, project=project)
        comparison = Comparison(subject, self.notebook)
        comparison.with_stages(runs.run_stages(subject))
        return comparison.found

    def functions(self, project: Project) -> Findings:
        """What comparing with the functions finds."""
        subject = replace(self.subject, project=project)
        comparison = Comparison(subject, self.notebook)
        comparison.with_functions(runs.run_functions(subject))
        return comparison.found


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    folder = tmp_path_factory.mktemp("trial")
    pipeline = analyse(book(folder, *NOTEBOOK))
    assert not pipeline.errors, pipeline.errors
    with workplace(folder, None) as place:
        subject = Subject(pipeline, from_pipeline(pipeline), place)
        notebook = runs.run_notebook(subject, "notebook")
        assert notebook.failure is None
        yield Trial(subject, notebook)


@pytest.fixture
def form(tmp_path: Path) -> Callable[[Any], dict[str, Any]]:
    """The form of a value, as it is read again."""
    (tmp_path / "numbers").mkdir()
    world = World("nb2pipe_trial", str(tmp_path / "numbers"))

    def forming(value: Any) -> dict[str, Any]:
        made = Form(world)
        made.add("", value)
        return {**made.document(value), "folder": str(tmp_path)}

    return forming


@pytest.fixture
def compared(form: Callable[[Any], dict[str, Any]]) -> Callable[[Any, Any], values.Comparison]:
    """How two values compare."""

    def comparing(one: Any, other: Any) -> values.Comparison:
        return values.compare(form(one), form(other))

    return comparing
