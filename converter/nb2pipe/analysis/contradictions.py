"""Where a recorded run shows what the analysis did not foresee."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from nb2pipe.analysis.machine import Machine
from nb2pipe.analysis.rules import (
    Place,
    nb601_unforeseen_change,
    nb602_unforeseen_sharing,
    nb603_unforeseen_draw,
    nb604_unforeseen_file,
)
from nb2pipe.analysis.units import SETUP, Unit
from nb2pipe.evidence.facts import Seen
from nb2pipe.model import Cell, Diagnostic, Edge
from nb2pipe.tags import TaggedCell

_GENERATORS = ("random", "numpy.random")


class Contradictions:
    """Compares what cells were seen to do with what the abstract run says of them.

    Only cells count that are as they were recorded, as are all those before them: else the
    analysis and the recorded run speak of different notebooks.

    Args:
        machine: the machine that runs the units.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.found: list[Diagnostic] = []
        self._drawn: list[tuple[int, Place, str]] = []

    def look(self, cell: Cell, units: Sequence[Unit], seen: Seen | None) -> None:
        """Look at a cell; to be called when its units, and no later ones, have been run.

        Args:
            cell: the cell.
            units: its units.
            seen: what was recorded of it.
        """
        if seen is None or not seen.exact:
            return
        place = Place(cell, 1, 1)
        foreseen = {n for unit in units for n in unit.effect.touched | unit.effect.changes.keys()}
        for name in seen.facts.changed:
            if name not in foreseen and name in self.machine.globals:
                self.found.append(nb601_unforeseen_change.diagnostic(place, name))
        for one, other in self._apart(seen):
            self.found.append(nb602_unforeseen_sharing.diagnostic(place, one, other))
        if any(unit.effect.imports for unit in units):
            return  # importing may draw
        drawn = {
            state
            for unit in units
            for state in unit.effect.draws | unit.effect.seeds | unit.effect.reseeds
        }
        for state in seen.facts.states:
            if units and state in _GENERATORS and state not in drawn:
                self._drawn.append((units[-1].index, place, state))

    def draws(self, units: Sequence[Unit]) -> Iterator[Diagnostic]:
        """NB603, where a seed makes later numbers depend on what was drawn; ``units`` are all."""
        for index, place, state in self._drawn:
            seeded = any(
                state in unit.effect.seeds | unit.effect.reseeds
                for unit in units
                if unit.index < index
            )
            later = [unit for unit in units if unit.index > index]
            if seeded and any(state in unit.effect.draws for unit in later):
                yield nb603_unforeseen_draw.diagnostic(place, state)

    def _apart(self, seen: Seen) -> Iterator[tuple[str, str]]:
        """Pairs of names that share something, and nothing as far as the analysis knows."""
        pairs = sorted({pair for group in seen.facts.shares for pair in combinations(group, 2)})
        reach = self.machine.regions.reach
        for one, other in pairs:
            values = [self.machine.globals.get(name) for name in (one, other)]
            first, second = values
            if first is None or second is None:
                continue
            if first.kind in ("function", "class") or second.kind in ("function", "class"):
                continue
            if reach(first.own).isdisjoint(reach(second.own)):
                yield one, other


def unforeseen_files(
    seen: Mapping[str, Seen], cells: Sequence[TaggedCell], edges: Sequence[Edge]
) -> Iterator[Diagnostic]:
    """NB604: files that one stage wrote and a later one read, with nothing that orders them."""
    following: dict[str, set[str]] = {}
    for edge in edges:
        following.setdefault(edge.source, set()).add(edge.target)
    writers: dict[str, TaggedCell] = {}
    told: set[tuple[str, str]] = set()
    for tagged in cells:
        facts = seen[tagged.cell.id].facts if tagged.cell.id in seen else None
        if facts is None or not seen[tagged.cell.id].exact:
            continue
        stage = tagged.stage or SETUP
        for path in facts.reads:
            writer = writers.get(path)
            if writer is None:
                continue
            source = writer.stage or SETUP
            if (path, stage) in told or source == stage or stage in _after(source, following):
                continue
            told.add((path, stage))
            place = Place(tagged.cell, 1, 1)
            yield nb604_unforeseen_file.diagnostic(place, path, writer.cell, source)
        writers.update(dict.fromkeys(facts.writes, tagged))


def _after(stage: str, following: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [stage]
    while waiting:
        for target in following.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found
