"""facts.json as text and back; which facts of an edited notebook still hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nb2pipe.errors import FactsUnreadable
from nb2pipe.evidence import facts, files
from nb2pipe.model import Cell, CellFacts, Facts, Notebook

KNOWN = Facts(
    (
        CellFacts(facts.source_digest("a = []"), 0.25, bound=("a",), types={"a": "list"}),
        CellFacts(facts.source_digest("b = [a]"), bound=("b",), shares=(("a", "b"),)),
        CellFacts(facts.source_digest("f(b)"), changed=("a",), states=("random",)),
        CellFacts(facts.source_digest("f(b)"), unsure=("a",), deleted=("b",), reads=("x/ü.csv",)),
    )
)


def cells(*sources: str) -> list[Cell]:
    return [Cell(f"c{n}", n, "code", source) for n, source in enumerate(sources, 1)]


def test_text_and_back_is_the_same_and_written_the_same() -> None:
    text = facts.text(KNOWN)
    assert facts.read(text, "facts.json") == KNOWN
    assert facts.text(facts.read(text, "")) == text
    assert facts.read(facts.text(Facts(())), "") == Facts(())
    assert text.endswith("}\n")


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", '{"format": 1}', '{"format": 1, "cells": [{}]}'),
        '{"format": 1, "cells": [{"source": "a", "bound": [1]}]}',
        '{"format": 1, "cells": [{"source": "a", "types": []}]}',
        '{"format": 1, "cells": 3}',
    ],
)
def test_damaged_facts_are_said_to_be(text: str) -> None:
    with pytest.raises(FactsUnreadable, match=r"facts\.json: the facts are damaged"):
        facts.read(text, "facts.json")


def test_a_newer_format_is_refused() -> None:
    with pytest.raises(FactsUnreadable, match="Upgrade nb2pipe"):
        facts.read('{"format": 99}', "facts.json")


def test_what_was_left_alone_follows_from_what_was_bound() -> None:
    found = facts.seen(KNOWN, cells("a = []\r\n", "b = [a]", "f(b)", "f(b)"))
    assert [seen.same for seen in found.values()] == [
        frozenset(),
        frozenset("a"),
        frozenset("b"),
        frozenset(),
    ]
    assert all(seen.exact for seen in found.values())


def test_changed_cells_have_no_facts_and_later_ones_are_no_longer_exact() -> None:
    found = facts.seen(KNOWN, cells("a = []", "b = [a, a]", "f(b)", "", "f(b)", "f(b)"))
    assert list(found) == ["c1", "c3", "c5"]
    assert [seen.exact for seen in found.values()] == [True, False, False]
    assert found["c5"].facts.deleted == ("b",)
    inserted = facts.seen(KNOWN, cells("a = []", "new()", "b = [a]"))
    assert [seen.exact for seen in inserted.values()] == [True, False]
    assert facts.seen(None, cells("a = []")) == {}


def test_facts_lie_in_the_project_beside_the_notebook(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path / "my work.ipynb", ())
    assert files.beside(notebook) == notebook
    path = files.write(KNOWN, tmp_path / "my_work")
    assert path == tmp_path / "my_work" / "facts.json"
    assert files.beside(notebook) == replace(notebook, facts=KNOWN)
    path.write_text("{")
    with pytest.raises(FactsUnreadable, match="damaged"):
        files.beside(notebook)
