"""The cases that the browser's reading of tags is held to are what the core makes of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from nb2pipe import stage_names
from nb2pipe.model import Cell, Notebook
from nb2pipe.tags import assign

CASES: dict[str, Any] = json.loads(
    (Path(__file__).parent / "tagging_cases.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES["names"], ids=lambda case: repr(case["text"]))
def test_names(case: dict[str, Any]) -> None:
    text = case["text"]
    assert case == {
        "text": text,
        "good": not stage_names.problem(text),
        "proposal": stage_names.proposal(text),
    }


@pytest.mark.parametrize("case", CASES["notebooks"])
def test_notebooks(case: dict[str, Any]) -> None:
    cells = tuple(
        Cell(f"c{at}", at + 1, kind, "x = 1", tuple(tags))
        for at, (kind, *tags) in enumerate(case["cells"])
    )
    tagging = assign(Notebook(Path("a.ipynb"), cells))
    assert case["stages"] == list(tagging.stages)
    assert case["roles"] == [[cell.role, cell.stage, cell.metrics] for cell in tagging.cells]
