"""An analysis that goes on from the last one finds what one from the beginning finds."""

from __future__ import annotations

from dataclasses import replace

import generator
import pytest
from categories import CATEGORIES
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nb2pipe.analysis import analyse
from nb2pipe.analysis.progress import Memory
from nb2pipe.model import Cell, Notebook

TYPED = ("\nx = (", "\nprint(nowhere)", "\n%precision 3", "\nimport numpy as np", "\n1", "  # note")


@st.composite
def edited(draw: st.DrawFn, read: Notebook, statements: tuple[str, ...]) -> Notebook:
    """The notebook with something typed in a cell; now and then one cell less, or other tags."""
    cells = list(read.cells)
    at = draw(st.integers(0, len(cells) - 1))
    match draw(st.integers(0, 9)):
        case 0 if len(cells) > 2:
            del cells[at]
        case 1:
            cells[at] = replace(cells[at], tags=("stage:other",))
        case 2:
            cells.insert(at, Cell(f"n{len(cells)}", at + 1, "code", "j = i", ()))
        case 3 | 4 | 5:
            more = draw(generator.statement(statements))
            cells[at] = replace(cells[at], source=f"{cells[at].source}\n{more}")
        case _:
            cells[at] = replace(cells[at], source=cells[at].source + draw(st.sampled_from(TYPED)))
    numbered = (replace(cell, number=number + 1) for number, cell in enumerate(cells))
    return replace(read, cells=tuple(numbered))


@pytest.mark.parametrize(
    "category", ["functions", "aliases", "random state", "process state", "kinds of values"]
)
@settings(
    deadline=None,
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_every_state_of_an_edited_notebook(category: str, data: st.DataObject) -> None:
    kind = CATEGORIES[category]
    read = data.draw(generator.notebook(kind))
    memory = Memory()
    for _ in range(6):
        assert analyse(read, memory=memory) == analyse(read)
        read = data.draw(edited(read, kind.statements))


def test_cells_above_the_one_that_is_edited_are_not_run_again() -> None:
    source = "def f(v):\n    return v + 1\nx = 1"
    cells = [Cell("a", 1, "code", source, ("stage:a",)), Cell("b", 2, "code", "y = f(x)")]
    memory = Memory()
    units = []
    for typed in ("", " ", "  "):
        read = Notebook(
            path=generator.Path("n.ipynb"),
            cells=(*cells, replace(cells[1], id="c", number=3, source="z = y" + typed)),
        )
        assert analyse(read, memory=memory) == analyse(read)
        units.append(memory.cells_kept)
    assert units == [0, 2, 2]
