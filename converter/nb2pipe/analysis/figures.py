"""What the cells of a stage need of pyplot, where they stand in one function.

A notebook shows the figures of a cell when it ends, and closes them: the next begins without one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from nb2pipe.analysis import drawing
from nb2pipe.analysis.flow import StageFlow
from nb2pipe.analysis.regions import Regions
from nb2pipe.analysis.syntax import ParsedCell
from nb2pipe.analysis.units import Unit
from nb2pipe.tags import TaggedCell


class Need(NamedTuple):
    """What one cell needs: see ``StageCell``, whose fields have the same names."""

    draws: str = ""
    draws_perhaps: bool = False
    shows: str = ""


@dataclass
class Figures:
    """The figures of one stage.

    Args:
        flow: the traced stage.
        cells: its code cells.
        parsed: all code cells of the notebook, by id.
        imports: the notebook's imports: a name, and the statement that binds it.
        regions: what values lie in.
        stay: whether the notebook's figures stay from cell to cell.
    """

    flow: StageFlow
    cells: Sequence[TaggedCell]
    parsed: Mapping[str, ParsedCell]
    imports: Sequence[tuple[str, str]]
    regions: Regions
    stay: bool

    def need(self, tagged: TaggedCell, own: Sequence[Unit]) -> Need:
        """What a cell needs.

        Args:
            tagged: the cell.
            own: those of its units that run in the stage.
        """
        parsed = self.parsed[tagged.cell.id]
        closes = drawing.closes_figures(parsed)
        shows = closes or self._draws_on_shown(tagged, own)
        draws, perhaps = (False, False) if closes else drawing.first(own, parsed)
        name = self._pyplot(tagged) if draws or shows else ""
        return Need(name if draws else "", bool(name) and perhaps, name if shows else "")

    def _draws_on_shown(self, tagged: TaggedCell, own: Sequence[Unit]) -> bool:
        """Whether a cell changes a figure of an earlier cell, which the notebook has shown."""
        number = tagged.cell.number
        changed = (region for unit in own for region in unit.effect.regions)
        return any(self._made_by.get(region, number) < number for region in changed)

    @cached_property
    def _made_by(self) -> Mapping[int, int]:
        """The number of the first cell that has a figure, by the figure's region."""
        return {
            region: unit.tagged.cell.number
            for unit in reversed(self.flow.units)
            for value in unit.values.values()
            for region in value.own
            if self.regions.kinds[region] == "figure"
        }

    def _pyplot(self, tagged: TaggedCell) -> str:
        """The name of pyplot in the stage, else in the notebook, else one that is free there.

        It is "" where no cell of the stage before this one can have left a figure, and where
        figures stay from cell to cell.
        """
        if self.stay:
            return ""
        earlier = (
            self.parsed[own.cell.id] for own in self.cells if own.cell.number < tagged.cell.number
        )
        every = [*self.flow.imports.items()]
        if any(map(drawing.may_draw, earlier)):
            every += [(n, {t: None}) for n, t in self.imports]
        elif not any("pyplot" in text for _, texts in every for text in texts):
            return ""  # no figure is there that it could draw on
        for name, texts in every:
            known = {
                "from matplotlib import pyplot",
                f"import matplotlib.pyplot as {name}",
                f"from matplotlib import pyplot as {name}",
            }
            if not known.isdisjoint(texts) and name not in self.flow.touched:
                return name
        name = "pyplot"
        while any(name in parsed.source for parsed in self.parsed.values()):
            name += "_"
        return name
