"""Small notebooks of every category: what stages take and give, what is ordered and what is not."""

from __future__ import annotations

import collections

import pytest
from cases import CASES, Case
from staged import run_cells, run_stages
from writing import notebook

from nb2pipe.analysis import analyse
from nb2pipe.model import Pipeline, Stage


def _pipeline(case: Case) -> Pipeline:
    found = analyse(notebook(case.text))
    assert not found.errors, [f"{d.code} {d.message}" for d in found.errors]
    return found


def _interface(stage: Stage) -> str:
    taken = [*(f"@{state}" for state in stage.states), *(v.name for v in stage.inputs)]
    given = [v.name for v in stage.outputs]
    return " ".join(f"{' '.join(taken)} -> {' '.join(given)}".split())


def _upstream(pipeline: Pipeline, name: str) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        last = waiting.pop()
        new = {edge.source for edge in pipeline.edges if edge.target == last} - found
        found |= new
        waiting += new
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_interface(case: Case) -> None:
    stages = {stage.name: _interface(stage) for stage in _pipeline(case).stages}
    assert stages == case.interface


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_order(case: Case) -> None:
    pipeline = _pipeline(case)
    assert "c" not in _upstream(pipeline, "b")
    assert ("b" in _upstream(pipeline, "c")) == case.ordered


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_same_prints(case: Case, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    expected = run_cells(notebook(case.text))
    for path in tmp_path.iterdir():
        path.unlink()
    printed = run_stages(_pipeline(case))
    assert printed == {cell: expected[cell] for cell in printed}
    assert any(printed.values())


def test_as_many_are_parallel_as_are_ordered() -> None:
    counts = collections.Counter((case.category, case.ordered) for case in CASES)
    for category in {case.category for case in CASES}:
        assert counts[category, True] == counts[category, False] >= 2


@pytest.mark.parametrize(
    ("source", "draws"),
    [
        ("plt.plot([1, 2])", "plt"),
        ("plt.style.use('ggplot')\nplt.plot([1, 2])", "plt"),
        ("with plt.rc_context({'font.size': 9}):\n    print(1)", ""),
        ("plt.matshow([[1]])\nplt.title('own')", ""),
        ("plt.figure()\nplt.plot([1, 2])", ""),
        ("sns.histplot([1, 2])\nplt.figure()", "plt"),
        ("sns.displot([1, 2])\nplt.title('own')", ""),
        ("ConfusionMatrixDisplay([[1]]).plot()\nplt.title('own')", ""),
    ],
)
def test_a_cell_gets_a_figure_in_the_function_when_it_draws_on_none(
    source: str, draws: str
) -> None:
    text = "#% setup\nimport matplotlib.pyplot as plt\nimport seaborn as sns\n"
    text += f"from sklearn.metrics import ConfusionMatrixDisplay\n#% stage:a\n{source}"
    (stage,) = analyse(notebook(text)).stages
    assert [cell.draws for cell in stage.cells] == [draws]
