"""Recorded times in ``suggest``: what takes long is a stage of its own rather than half of one."""

from __future__ import annotations

from pathlib import Path

from nb2pipe.evidence.facts import source_digest
from nb2pipe.model import Cell, CellFacts, Facts, Notebook
from nb2pipe.suggestion import suggest
from nb2pipe.suggestion.cuts import Piece, cheapest

SOURCES = [f"x{n} = {n} + len(str({n}))" for n in range(8)]


def starts(seconds: list[float] | None) -> list[str]:
    cells = tuple(Cell(f"c{n}", n + 1, "code", text) for n, text in enumerate(SOURCES))
    facts = None
    if seconds is not None:
        pairs = zip(SOURCES, seconds, strict=True)
        facts = Facts(tuple(CellFacts(source_digest(text), long) for text, long in pairs))
    found = suggest(Notebook(Path("/n/times.ipynb"), cells, facts=facts))
    return [stage.cells[0] for stage in found.stages]


def test_a_long_cell_counts_for_several() -> None:
    even = cheapest([Piece()] * 8)
    uneven = cheapest([Piece(size=0.5)] * 7 + [Piece(size=4.5)])
    assert even != uneven
    assert uneven[-1] > even[-1]


def test_times_move_the_cuts_and_short_ones_do_not() -> None:
    plain = starts(None)
    assert starts([10.0] * 8) == plain
    assert starts([0.001] * 7 + [0.5]) == plain
    late = starts([0.1] * 7 + [90.0])
    assert late != plain
    assert late[-1] == "c7"
