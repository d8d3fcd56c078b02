"""``--split headings``: a notebook's sections as stages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import nb2pipe
from nb2pipe import splitting
from nb2pipe.analysis import analyse
from nb2pipe.model import Cell, Notebook
from nb2pipe.suggestion.headings import Heading, headings, name


def book(*cells: str | tuple[str, str]) -> Notebook:
    """Cells: Markdown begins with ``#`` or is "", code may have tags."""
    built = []
    for number, cell in enumerate(cells, start=1):
        source, tags = cell if isinstance(cell, tuple) else (cell, "")
        kind: Any = "markdown" if source.startswith(("#", "<h")) else "code"
        built.append(Cell(f"c{number}", number, kind, source, tuple(tags.split())))
    return Notebook(Path("/notebooks/a.ipynb"), tuple(built))


PLAIN = (
    "# Churn",
    "## 1. Imports",
    "import math",
    "LIMIT = 3",
    "## 2. Load Data",
    "rows = list(range(9))",
    ("n = 3", "parameters"),
    "### Look",
    "print(rows[:n])",
    "## Train!",
    "model = sum(rows)",
    "## Load Data",
    ("score = model / LIMIT", "metrics"),
)


def tags(notebook: Notebook) -> dict[str, tuple[str, ...]]:
    return {cell.id: cell.tags for cell in notebook.cells if cell.tags}


def test_sections_become_stages() -> None:
    result, notes = splitting.split(book(*PLAIN))
    assert tags(result) == {
        "c6": ("stage:load_data",),
        "c7": ("parameters",),
        "c11": ("stage:train",),
        "c13": ("stage:load_data_2", "metrics"),
    }
    assert notes == (
        "stages by their headings: “2. Load Data” is load_data, “Train!” is train, "
        "“Load Data” is load_data_2",
    )
    pipeline = analyse(result)
    assert pipeline.errors == ()
    assert [stage.source_cells for stage in pipeline.stages] == [("c6", "c9"), ("c11",), ("c13",)]
    assert result.split == "headings"


def test_a_notebook_with_stages_keeps_them() -> None:
    before = book("# A", ("x = 1", "stage:a"), "# B", "y = 1")
    assert splitting.split(before)[0] is before
    assert "has tags" in splitting.split(before)[1][0]


@pytest.mark.parametrize("cells", [("x = list()",), ("# A",), ("# A", "import re"), ()])
def test_nothing_to_split(cells: tuple[str, ...]) -> None:
    before = book(*cells)
    result, (note,) = splitting.split(before)
    assert result is before
    assert note == "no heading has code below it that could be a stage"


def test_what_a_heading_is() -> None:
    text = (
        "# One #\ntext\n```\n# no\n```\nTwo\n===\nThree [x](http://y)\n---\n"
        "<h2 id='a'>Fo<b>ur</b></h2>\n#no\n####### no\n  ## **Five** `x`\n\n---\n~~~py\n# no"
    )
    assert list(headings(Cell("m", 4, "markdown", text))) == [
        Heading(1, "One", 4),
        Heading(1, "Two", 4),
        Heading(2, "Three x", 4),
        Heading(2, "Four", 4),
        Heading(2, "Five x", 4),
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Load Data", "load_data"),
        ("1.2 Loading and preparing the data", "loading_preparing_data"),
        ("III. A very long heading with many many words", "very_long_heading_many"),
        ("2023 sales", "sales"),
        ("Let's plot!", "plot"),
        ("The", "the"),
        ("class", "class_stage"),
        ("\N{ROCKET}", ""),
        ("Größe", "größe"),
    ],
)
def test_names(text: str, wanted: str) -> None:
    assert name(Heading(1, text, 1)) == wanted


@pytest.fixture
def path(tmp_path: Path) -> Path:
    cells = [
        {"cell_type": cell.kind, "id": cell.id, "metadata": {"tags": list(cell.tags)},
         "source": cell.source}
        | ({"outputs": [], "execution_count": None} if cell.kind == "code" else {})
        for cell in book(*PLAIN).cells
    ]  # fmt: skip
    place = tmp_path / "plain.ipynb"
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    place.write_text(json.dumps(document))
    return place


def test_every_verb(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from nb2pipe.__main__ import run

    before = path.read_bytes()
    for verb in (["check"], ["stages"], ["graph"], ["suggest"], ["convert", "--diff", "--no-lock"]):
        assert run([*verb, "--split", "headings", str(path)]) == 0, verb
        captured = capsys.readouterr()
        assert verb[0] == "suggest" or "“Train!” is train" in captured.err
        assert verb[0] == "check" or "load_data_2" in captured.out
    assert run(["check", str(path)]) == 1
    assert run(["check", "--split", "cells", str(path)]) == 2
    assert path.read_bytes() == before


def test_suggested_and_written(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from nb2pipe.__main__ import run

    assert run(["suggest", "--split", "headings", "--write", str(path)]) == 0
    assert [stage.name for stage in nb2pipe.analyse(path).stages] == [
        "load_data",
        "train",
        "load_data_2",
    ]
    assert run(["suggest", "--split", "headings", str(path)]) == 0
    assert "has tags" in capsys.readouterr().out


def test_the_workflow_repeats_the_option(path: Path) -> None:
    conversion = nb2pipe.convert(
        path, split="headings", lock=False, verify=True, root=path.parent, mode="diff"
    )
    (workflow,) = [c for c in conversion.changes if c.path.name == "nb2pipe-plain.yml"]
    text = (workflow.after or b"").decode()
    assert '--split="$NB2PIPE_OPTION_' in text
    assert "nb2pipe verify --split headings --python" in text


def test_convert_and_check_with_the_same_option(path: Path) -> None:
    nb2pipe.convert(path, split="headings", lock=False, root=path.parent)
    again = nb2pipe.convert(path, split="headings", lock=False, root=path.parent, mode="check")
    assert not again.differs
    assert (path.parent / "plain" / "plain" / "load_data_2.py").exists()


def test_advice_for_a_notebook_without_tags() -> None:
    (found,) = analyse(book("# A", "x = 1")).diagnostics
    assert found.code == "NB103"
    assert "--split headings" in found.advice


def test_from_python(path: Path) -> None:
    assert nb2pipe.check(path, split="headings") == ()
    assert [d.code for d in nb2pipe.check(path)] == ["NB111"]
    assert [stage.name for stage in nb2pipe.suggest(path).stages] == [
        "load_data",
        "train",
        "load_data_2",
    ]


@pytest.mark.slow
def test_a_run(path: Path) -> None:
    result = nb2pipe.run(path, split="headings")
    assert result.status == "succeeded"
    assert result.artifacts["train"]["model"] == 36
    assert result.record.metrics == {"score": 12.0}
