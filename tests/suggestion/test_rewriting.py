"""Tags in a notebook's text: nothing else in it changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2pipe.errors import NotebookUnreadable
from nb2pipe.suggestion.rewriting import rewritten

CELL = {"cell_type": "code", "metadata": {}, "outputs": [], "source": ["x = 1\n", '"y}"']}


def document(*cells: dict[str, Any]) -> dict[str, Any]:
    return {
        "cells": list(cells),
        "metadata": {"a": [1.50, "é"]},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@pytest.mark.parametrize("indent", [1, 2, 4, None, "\t"])
@pytest.mark.parametrize(
    "metadata", [{}, {"tags": []}, {"tags": ["a"], "z": {}}, {"scrolled": True, "x": [1, {}]}]
)
def test_as_jupyter_would_write_it(indent: Any, metadata: dict[str, Any]) -> None:
    before = document(CELL, {**CELL, "metadata": metadata}, CELL)
    text = json.dumps(before, indent=indent, ensure_ascii=False) + "\n"
    after = rewritten(text, {2: ("stage:a", "é")}, "a.ipynb")
    before["cells"][1]["metadata"] = {**metadata, "tags": ["stage:a", "é"]}
    assert after == json.dumps(before, indent=indent, ensure_ascii=False) + "\n"


def test_odd_files_keep_their_form() -> None:
    text = (
        '\ufeff{ "nbformat":4,"cells" :[{"source":"\\u00e9","cell_type":"code"} ,\n'
        '{"metadata":{"x":1.0e3 },"source":"{"}], "metadata":{} }\n\n'
    )
    after = rewritten(text, {1: ("stage:a",), 2: ("setup",)}, "a.ipynb")
    assert after == (
        '\ufeff{ "nbformat":4,"cells" :[{"metadata": {"tags": ["stage:a"]}, "source":"\\u00e9",'
        '"cell_type":"code"} ,\n'
        '{"metadata":{"x":1.0e3, "tags": ["setup"] },"source":"{"}], "metadata":{} }\n\n'
    )


def test_line_ends_of_windows() -> None:
    text = json.dumps(document(CELL), indent=1).replace("\n", "\r\n")
    after = rewritten(text, {1: ("stage:a",)}, "a.ipynb")
    assert after.count("\n") == after.count("\r\n") > text.count("\n")


def test_format_3_is_refused() -> None:
    with pytest.raises(NotebookUnreadable, match="format 3"):
        rewritten('{"nbformat": 3, "worksheets": []}', {}, "a.ipynb")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.lists(st.dictionaries(st.text(max_size=4), JSON, max_size=4), min_size=1, max_size=4),
    st.sampled_from([None, 1, 2]),
    st.booleans(),
    st.data(),
)
def test_only_the_tags_change(
    metadata: list[dict[str, Any]], indent: int | None, ascii_only: bool, data: st.DataObject
) -> None:
    before = document(*({**CELL, "metadata": one} for one in metadata))
    number = data.draw(st.integers(1, len(metadata)))
    text = json.dumps(before, indent=indent, ensure_ascii=ascii_only)
    after = rewritten(text, {number: ("stage:a", "b")}, "a.ipynb")
    before["cells"][number - 1]["metadata"] = {**metadata[number - 1], "tags": ["stage:a", "b"]}
    assert json.loads(after) == json.loads(json.dumps(before))


def test_the_examples_read_the_same() -> None:
    for path in (Path(__file__).parents[2] / "examples").glob("*/*.ipynb"):
        text = path.read_text(encoding="utf-8")
        cells = json.loads(text)["cells"]
        for number, cell in enumerate(cells, start=1):
            tags = cell["metadata"].get("tags")
            if tags is not None:
                assert rewritten(text, {number: tuple(tags)}, "x") == text
