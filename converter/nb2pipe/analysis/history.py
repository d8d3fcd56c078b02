"""What happened to every name, in the notebook's order: who wrote the version that a read sees."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from nb2pipe.analysis.units import Unit

Kind = Literal["bind", "maybe", "change", "delete"]


@dataclass(frozen=True, eq=False)
class Event:
    """One unit's effect on one name: surely bound, bound on some paths, changed, or deleted."""

    unit: Unit
    kind: Kind

    @property
    def definite(self) -> bool:
        """Whether nothing of an older version remains."""
        return self.kind in ("bind", "delete")


class History:
    """The events of all names and of named pieces of hidden state (``@numpy.random``)."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.events: dict[str, list[Event]] = defaultdict(list)
        for unit in units:
            effect = unit.effect
            for name in effect.binds:
                self.events[name].append(Event(unit, "bind"))
            for name in effect.deletes:
                self.events[name].append(Event(unit, "delete"))
            for name in effect.maybe:
                self.events[name].append(Event(unit, "maybe"))
            for name in effect.changes.keys() - effect.touched:
                self.events[name].append(Event(unit, "change"))
            for state in effect.seeds:
                self.events[state_name(state)].append(Event(unit, "bind"))
            for state in effect.reseeds:
                self.events[state_name(state)].append(Event(unit, "maybe"))
            for state in (effect.draws | effect.alters) - effect.seeds - effect.reseeds:
                self.events[state_name(state)].append(Event(unit, "change"))

    def last(self, name: str, before: int) -> Event | None:
        """The last event of the name in a unit before that index."""
        events = self.events.get(name, ())
        at = bisect_left(events, before, key=lambda event: event.unit.index)
        return events[at - 1] if at else None

    def reaching(self, name: str, before: int) -> list[Event]:
        """The events that made what a read before that index may see, the latest first."""
        found = []
        for event in reversed(self.events.get(name, ())):
            if event.unit.index < before:
                found.append(event)
                if event.definite:
                    break
        return found

    def of(self, name: str) -> Sequence[Event]:
        """All events of the name."""
        return self.events.get(name, ())

    def single(self, name: str) -> Event | None:
        """The only event of the name, when it is a sure binding; else None."""
        events = self.events.get(name, ())
        return events[0] if len(events) == 1 and events[0].kind == "bind" else None

    def only_imports(self, name: str) -> bool:
        """Whether the name is only ever bound by the same import statement."""
        events = self.of(name)
        texts = {import_text(event.unit, name) for event in events}
        return (
            bool(events)
            and all(e.unit.role == "import" for e in events)
            and (
                len(texts) == 1
                or all(text.startswith("import ") and " as " not in text for text in texts)
            )
        )


def state_name(state: str) -> str:
    """The name of a piece of hidden state among the variables, which it cannot be mistaken for."""
    return f"@{state}"


def import_text(unit: Unit, name: str) -> str:
    """The import statement by which the unit binds the name ("" when it does not)."""
    return unit.effect.imports.get(name, "")


def submodule_imports(history: History, name: str, before: int) -> Iterable[str]:
    """Every ``import name.sub`` before that index: together they make what ``name`` offers."""
    for event in history.of(name):
        text = import_text(event.unit, name)
        if event.unit.index < before and text.startswith("import ") and " as " not in text:
            yield text
