"""The version of what is run."""

import json
from pathlib import Path
from typing import Any

import pytest

import nb2pipe
from nb2pipe.execution import target


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    document = {
        "nbformat": 4, "nbformat_minor": 5, "metadata": {},
        "cells": [
            {"id": "a", "cell_type": "code", "metadata": {"tags": ["stage:one"]}, "source": "x = 1",
             "outputs": [], "execution_count": None},
        ],
    }  # fmt: skip
    path = tmp_path / "trial.ipynb"
    path.write_text(json.dumps(document))
    return path


def version(path: Path) -> str:
    return target.load(path).project.version


def test_a_notebook_that_was_never_converted(notebook: Path) -> None:
    assert version(notebook) == "0.0.0"


@pytest.mark.slow
def test_a_notebook_has_the_version_of_the_project_beside_it(notebook: Path) -> None:
    nb2pipe.convert(notebook, lock=False, root=notebook.parent, ci="none")
    assert version(notebook) == version(notebook.parent / "trial") == "0.1.0"
    text = notebook.read_text()
    notebook.write_text(text.replace("x = 1", "x = 2"))
    assert version(notebook) == "0.1.0+changed"
    assert version(notebook.parent / "trial") == "0.1.0"
    nb2pipe.convert(notebook, lock=False, root=notebook.parent, ci="none")
    assert version(notebook) == "0.1.1"
    # Outputs are not the notebook's meaning.
    notebook.write_text(
        notebook.read_text().replace('"execution_count": null', '"execution_count": 7')
    )
    assert version(notebook) == "0.1.1"
    lock = notebook.parent / "trial" / "nb2pipe.lock"
    lock.write_text(lock.read_text().replace("../trial.ipynb", "../another.ipynb"))
    assert version(notebook) == "0.0.0"
    lock.write_text("{")
    assert version(notebook) == "0.0.0"


@pytest.mark.slow
def test_what_ran_as_a_project_is_reused_as_a_notebook(trial: Any, notebook: Path) -> None:
    text = notebook.read_text()
    shared = text.replace('"x = 1"', '"class A: pass\\nx = A()"').replace("stage:one", "stage:b")
    second = json.loads(text)["cells"][0] | {
        "id": "c", "source": "print(type(x))", "metadata": {"tags": ["stage:c"]}
    }  # fmt: skip
    document = json.loads(shared)
    document["cells"].append(second)
    notebook.write_text(json.dumps(document))
    nb2pipe.convert(notebook, lock=False, root=notebook.parent, ci="none")
    record = trial.run(target.load(notebook.parent / "trial").project)
    assert [stage.status for stage in record.stages] == ["ran", "ran"]
    record = trial.run(target.load(notebook).project)
    assert [stage.status for stage in record.stages] == ["reused", "reused"]
