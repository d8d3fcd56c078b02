import json
from pathlib import Path
from typing import Any

from nb2pipe.cli.stages import document, table
from nb2pipe.model import Cell, Edge, Notebook, Pipeline, Stage, Variable

PIPELINE = Pipeline(
    "churn",
    Notebook(Path("churn.ipynb"), (Cell("a", 1, "code", ""), Cell("b", 3, "code", ""))),
    stages=(
        Stage("load", (), ("a",), outputs=(Variable("rows", "list"),), parameters=("n",)),
        Stage("train", (), ("b",), inputs=(Variable("rows"),)),
    ),
    edges=(
        Edge("rows", "load", "train", "a", "b", "made, then read"),
        Edge(None, "load", "train", "a", "b", "numpy.random", state="numpy.random"),
    ),
)


def test_the_document() -> None:
    assert document(PIPELINE) == {
        "stages": [
            {
                "name": "load",
                "cells": ["a"],
                "inputs": [],
                "outputs": ["rows"],
                "parameters": ["n"],
            },
            {"name": "train", "cells": ["b"], "inputs": ["rows"], "outputs": [], "parameters": []},
        ],
        "edges": [
            {
                "variable": "rows",
                "from": "load",
                "to": "train",
                "producer_cell": "a",
                "consumer_cell": "b",
                "reason": "made, then read",
            },
            {
                "variable": None,
                "from": "load",
                "to": "train",
                "producer_cell": "a",
                "consumer_cell": "b",
                "reason": "numpy.random",
            },
        ],
    }


def test_the_table() -> None:
    assert table(PIPELINE).split("\n") == [
        "stage  cells  takes  gives  parameters",
        "load   1      -      rows   n",
        "train  3      rows   -      -",
    ]


def simple(notebooks: Any) -> Any:
    return notebooks.book(
        notebooks.cell("n = 3", "parameters"),
        notebooks.cell("rows = list(range(n))", "stage:load"),
        notebooks.cell("total = sum(rows)\nprint(total)", "stage:sum"),
    )


def test_stages_of_a_notebook(nb2pipe: Any, write: Any, notebooks: Any, tmp_path: Path) -> None:
    name = write(simple(notebooks))
    before = notebooks.digest(tmp_path)
    answer = nb2pipe("stages", name, "--json")
    assert (answer.code, answer.err) == (0, "")
    found = json.loads(answer.out)
    assert set(found) == {"stages", "edges"}
    assert [stage["name"] for stage in found["stages"]] == ["load", "sum"]
    assert found["stages"][0]["parameters"] == ["n"]
    assert found["stages"][1]["inputs"] == ["rows"]
    (edge,) = found["edges"]
    assert (edge["variable"], edge["from"], edge["to"]) == ("rows", "load", "sum")
    assert (edge["producer_cell"], edge["consumer_cell"]) == ("cell-2", "cell-3")
    answer = nb2pipe("stages", name)
    assert answer.code == 0
    assert answer.out.split("\n")[1].split() == ["load", "2", "-", "rows", "n"]
    assert notebooks.digest(tmp_path) == before


def test_standard_input(nb2pipe: Any, notebooks: Any) -> None:
    text = json.dumps(simple(notebooks))
    answer = nb2pipe("stages", "-", "--path", "a/b.ipynb", "--json", stdin=text)
    assert answer.code == 0
    assert len(json.loads(answer.out)["stages"]) == 2
    assert nb2pipe("stages", "a.ipynb", "--path", "b.ipynb").code == 2


def test_a_refused_notebook(nb2pipe: Any, write: Any, notebooks: Any) -> None:
    name = write(notebooks.book(notebooks.cell("x = unknown", "stage:a")))
    check, stages = nb2pipe("check", name), nb2pipe("stages", name, "--json")
    assert (stages.code, stages.out) == (2, "")
    assert check.out in stages.err
    assert "nothing was written or run" in stages.err
