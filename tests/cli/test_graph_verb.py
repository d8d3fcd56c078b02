import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def document(notebooks: Any) -> dict[str, Any]:
    cell = notebooks.cell
    return notebooks.book(
        cell("n = 3", "parameters"),
        cell("rows = list(range(n))", "stage:load"),
        cell("rows.append(4)", "stage:clean"),
        cell("total = sum(rows)\nprint(total)", "stage:end"),
    )


def test_text_names_cells_and_reasons(
    nb2pipe: Callable[..., Any], write: Callable[..., str], document: dict[str, Any]
) -> None:
    answer = nb2pipe("graph", write(document))
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[0] == "churn: 3 stages, 2 edges"
    assert "load   cell 2  (parameter n)" in lines
    assert any(line.startswith("  <- load  rows  cell 2 -> cell 3  ") for line in lines)
    assert any(line.startswith("  <- clean  rows  cell 3 -> cell 4  ") for line in lines)


def test_mermaid_from_standard_input_writes_nothing(
    nb2pipe: Callable[..., Any],
    document: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    text = json.dumps(document)
    answer = nb2pipe("graph", "-", "--path", "a/b.ipynb", "--format", "mermaid", stdin=text)
    assert answer.code == 0
    assert answer.out.startswith(
        "flowchart TD\n"
        '    s1["load<br/>n"]\n'
        '    s2["clean"]\n'
        '    s3["end"]\n'
        '    s1 -->|"rows"| s2\n'
        '    s2 -->|"rows"| s3\n'
        "%% load to clean: rows, cell 2 to cell 3, "
    )
    assert list(tmp_path.iterdir()) == []


def test_what_check_calls_an_error_is_refused(
    nb2pipe: Callable[..., Any], write: Callable[..., str], notebooks: Any
) -> None:
    name = write(notebooks.book(notebooks.cell("print(rows)", "stage:load")))
    answer = nb2pipe("graph", name)
    assert (answer.code, answer.out) == (2, "")
    assert "rows" in answer.err
    assert "nothing was written or run" in answer.err


def test_an_unknown_format_is_bad_usage(
    nb2pipe: Callable[..., Any], write: Callable[..., str], document: dict[str, Any]
) -> None:
    answer = nb2pipe("graph", write(document), "--format", "dot")
    assert answer.code == 2
    assert "mermaid" in answer.err
