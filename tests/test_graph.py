from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from nb2pipe import graph
from nb2pipe.model import Cell, Edge, Notebook, Pipeline, Stage


@pytest.fixture
def pipeline() -> Pipeline:
    cells = tuple(Cell(f"c{number}", number, "code", "") for number in range(1, 9))
    return Pipeline(
        name="churn",
        notebook=Notebook(Path("churn.ipynb"), cells),
        stages=(
            Stage("load", (), ("c2", "c3", "c4"), reads=("data/or\x1bders.csv",)),
            Stage("train", (), ("c5", "c8"), parameters=("C", "seed")),
            Stage("end", (), ("c6",)),
        ),
        edges=(
            Edge("orders", "load", "train", "c3", "c5", "orders is assigned"),
            Edge("total", "load", "train", "c4", "c5", 'total is "changed" {in place}'),
            Edge(None, "load", "train", "c4", "c5", "numbers are drawn", state="numpy.random"),
            Edge(None, "train", "end", "", "c6", "the tag after:train"),
        ),
    )


def test_text_says_why_each_edge_is_there(pipeline: Pipeline) -> None:
    assert graph.text(pipeline) == (
        "churn: 3 stages, 4 edges\n"
        "\n"
        "load   cells 2-4\n"
        "  reads the file data/or ders.csv\n"
        "\n"
        "train  cells 5, 8  (parameters C, seed)\n"
        "  <- load  orders                 cell 3 -> cell 5  orders is assigned\n"
        '  <- load  total                  cell 4 -> cell 5  total is "changed" {in place}\n'
        "  <- load  state of numpy.random  cell 4 -> cell 5  numbers are drawn\n"
        "\n"
        "end    cell 6\n"
        "  <- train  (order)  cell 6  the tag after:train"
    )


def test_mermaid_groups_edges_and_keeps_the_reasons(pipeline: Pipeline) -> None:
    assert graph.mermaid(pipeline) == (
        "flowchart TD\n"
        '    s1["load"]\n'
        '    s2["train<br/>C, seed"]\n'
        '    s3["end"]\n'
        '    s1 -->|"orders, total, state of numpy.random"| s2\n'
        "    s2 -.-> s3\n"
        "%% load to train: orders, cell 3 to cell 5, orders is assigned\n"
        "%% load to train: total, cell 4 to cell 5, total is #34;changed#34; "
        "#123;in place#125;\n"
        "%% load to train: state of numpy.random, cell 4 to cell 5, numbers are drawn\n"
        "%% train to end: order, cell 6, the tag after:train"
    )


@pytest.mark.parametrize("given", ['"] --> x["', "```\n</script>", "%%{init: {}}%%", "a|b;c\nend"])
def test_no_text_becomes_mermaid_syntax(given: str) -> None:
    chart = graph.flowchart([("a", given, ""), ("b", "b", "")], [("a", "b", given)])
    lines = chart.split("\n")
    assert lines[0] == "flowchart TD"
    assert re.fullmatch(r' {4}s1\["(?:[\w ,.:-]|#\d+;|<br/>)+"\]', lines[1])
    assert re.fullmatch(r' {4}s1 -->\|"(?:[\w ,.:-]|#\d+;)+"\| s2', lines[3])
    assert len(lines) == 4


def test_an_empty_pipeline_has_a_graph() -> None:
    pipeline = Pipeline("nothing", Notebook(Path("nothing.ipynb"), ()))
    assert graph.text(pipeline) == "nothing: 0 stages, 0 edges"
    assert graph.mermaid(pipeline) == "flowchart TD"


def test_drawing_imports_nothing_heavy() -> None:
    program = (
        "import sys; import nb2pipe.graph;"
        "print([m for m in ('click', 'nbformat', 'jinja2', 'rich', 'IPython') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
