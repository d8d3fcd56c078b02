"""The Python API: each verb on a small notebook."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import nb2pipe
from nb2pipe.errors import ParameterInvalid


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    cells = [
        ("parameters", "k: int = 2"),
        ("stage:make", "rows = [k, k + 1]\nsame = rows"),
        ("stage:sum", "rows.append(1)\ntotal = sum(same)\ntotal"),
    ]
    document = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "cells": [
            {
                "cell_type": "code",
                "id": f"c{number}",
                "metadata": {"tags": [tag]},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for number, (tag, source) in enumerate(cells)
        ],
    }
    path = tmp_path / "small.ipynb"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_check_and_analyse(notebook: Path) -> None:
    assert nb2pipe.check(notebook) == ()
    pipeline = nb2pipe.analyse(notebook)
    assert [stage.name for stage in pipeline.stages] == ["make", "sum"]
    assert [edge.variable for edge in pipeline.edges] == ["rows", "same"]


def test_convert(notebook: Path) -> None:
    conversion = nb2pipe.convert(notebook, lock=False, root=notebook.parent)
    assert conversion.version == "0.1.0"
    assert (notebook.parent / "small" / "small" / "make.py").is_file()
    assert not nb2pipe.convert(notebook, lock=False, root=notebook.parent, mode="check").differs


@pytest.mark.slow
def test_run_gives_the_values_of_the_stages(notebook: Path) -> None:
    result = nb2pipe.run(notebook, parameters={"k": 5})
    assert result.status == "succeeded"
    made = result.artifacts["make"]
    assert made["rows"] == [5, 6] and made["rows"] is made["same"]
    with pytest.raises(KeyError, match="hands on"):
        made["k"]


def test_a_wrong_parameter_is_an_error(notebook: Path) -> None:
    with pytest.raises(ParameterInvalid, match="k"):
        nb2pipe.run(notebook, parameters={"k": "many"})


def test_importing_nb2pipe_imports_nothing_else_of_it() -> None:
    code = "import sys, nb2pipe; print([m for m in sys.modules if m.startswith('nb2pipe.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
