"""What stays of a cell in its stage: a value is shown there when the notebook shows it."""

from __future__ import annotations

import pytest
from writing import notebook

from nb2pipe.analysis import analyse

SHOWN_NO_MORE = {
    "an import below": ("x\nimport json", "x;"),
    "a function below": ("x\ndef unused():\n    pass", "x;"),
    "and a comment": ("x  # how many\nimport json", "x;  # how many"),
    "on several lines": ("(\n    x\n)\n\nimport json", "(\n    x\n);"),
    "not ASCII": ("'ä', x\nimport json", "'ä', x;"),
    "a semicolon was there": ("x;\nimport json", "x;"),
    "code between": ("x\nimport json\ny = 1", "x\ny = 1"),
    "shown as well": ("import json\nx", "x"),
    "nothing to show": ("print(x)\nimport json", "print(x)"),
    "a print of the notebook's own": (
        "def print(v):\n    return v\nprint(x)\nimport json",
        "print(x);",
    ),
}


@pytest.mark.parametrize("cell", SHOWN_NO_MORE)
def test_what_stood_above_something_that_moved_is_not_shown(cell: str) -> None:
    source, remaining = SHOWN_NO_MORE[cell]
    found = analyse(notebook(f"#% stage:a\nx = 1\n#% stage:b\n{source}"))
    assert not found.errors
    assert found.stage("b").cells[-1].source == remaining
