"""What the analysis, or a recorded run, assumes of a stage's cells; checked in every run."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from . import states
from .fingerprint import Fingerprint


class AssumptionBroken(Exception):
    """A stage did what it was taken not to do; other stages rely on that."""


class Undrawn:
    """Global random generators that stages hand on, and that this stage is taken to leave alone.

    A draw that nobody foresaw, inside a library, would give the stages after it other numbers than
    the notebook's.

    Args:
        stage: the stage's name.
        names: the generators, as ``states`` names them.
    """

    def __init__(self, stage: str, names: Sequence[str]) -> None:
        self.stage = stage
        self.before = {name: _content(name) for name in names if _is_there(name)}

    def check(self) -> None:
        """At the stage's end.

        Raises:
            AssumptionBroken: random numbers were drawn.
        """
        for name, before in self.before.items():
            if _content(name) != before:
                raise AssumptionBroken(
                    f"stage {self.stage} drew random numbers from {name}'s global generator, which"
                    " the analysis did not foresee: after it other stages would go on with other"
                    " numbers than the notebook. Give what draws them a random_state of its own, or"
                    " set the seed in this stage."
                )


class Untouched:
    """Inputs that later stages take as this one got them: it is taken to leave them alone.

    What cannot be told apart cheaply, or may be changed by reading, is not looked at.

    Args:
        stage: the stage's name.
        names: the inputs.
        namespace: the names of its cells.
        modules: those in which the notebook's classes are defined.
    """

    def __init__(
        self, stage: str, names: Sequence[str], namespace: dict[str, Any], modules: Sequence[str]
    ) -> None:
        self.stage = stage
        self.namespace = namespace
        self.modules = modules
        looked = {name: self._look(name) for name in names if name in namespace}
        self.before = {name: content for name, content in looked.items() if content is not None}

    def check(self) -> None:
        """At the stage's end.

        Raises:
            AssumptionBroken: one of them was changed.
        """
        for name, before in self.before.items():
            after = self._look(name) if name in self.namespace else before
            if after is not None and after != before:
                raise AssumptionBroken(
                    f"stage {self.stage} changed {name}, which the analysis did not foresee: later"
                    " stages would go on with the old value. Bind it again after the change"
                    f" ({name} = {name}), so that this stage hands it on, or change a copy."
                )

    def _look(self, name: str) -> bytes | None:
        found = Fingerprint(self.namespace[name], own=self.modules)
        return None if found.opaque else found.content


def _content(name: str) -> bytes:
    return pickle.dumps(states.get_state(name), protocol=4)


def _is_there(name: str) -> bool:
    """Whether the generator's library is there; NumPy makes its generator when first asked."""
    return name.partition(".")[0] in sys.modules


class Assumptions:
    """Values that cells of a stage are assumed to leave alone, and pairs to share nothing.

    Each value is looked at right before and right after such a cell, since other cells of the stage
    may change it themselves; a pair (``"one other"``) right after it. At its end the stage stops
    when one was changed, or two share something.

    Args:
        task: the stage's task.
        namespace: the names of its cells.
    """

    def __init__(self, task: Mapping[str, Any], namespace: dict[str, Any]) -> None:
        self.stage = task["stage"]
        self.shared = task["shared"]
        self.namespace = namespace
        self.waiting: list[list[Any]] = [list(cell) for cell in task["assumed"]]
        self.before: dict[str, bytes | None] = {}
        self.broken: dict[str, str] = {}
        self.joined: dict[str, str] = {}
        self.looked: dict[str, Fingerprint | None] = {}  # at one moment

    def cell_begins(self, info: Any) -> None:
        """Before a cell: how its values are."""
        raw = getattr(info, "raw_cell", "")
        if self.waiting and self.waiting[0][0] == raw:
            names = (name for name in self.waiting[0][1] if " " not in name)
            self.before = {name: self._content(name) for name in names}
            self.looked.clear()

    def cell_ended(self, raw: str) -> None:
        """After a cell that succeeded: whether they are so still."""
        if not self.waiting or self.waiting[0][0] != raw:
            return
        _, names = self.waiting.pop(0)
        line = raw.strip().split("\n")[0][:60]
        for name, content in self.before.items():
            if content is None or self._content(name) != content:
                self.broken.setdefault(name, line)
        self.before = {}
        for pair in names:
            if " " in pair and self._share(*pair.split(" ")):
                self.joined.setdefault(pair.replace(" ", " and "), line)
        self.looked.clear()

    def check(self) -> None:
        """At the stage's end.

        Raises:
            AssumptionBroken: a cell has changed what it was assumed to leave alone, or two values
                share what they were assumed not to.
        """
        if self.broken:
            names = ", ".join(self.broken)
            cells = ", ".join(f"{line!r}" for line in dict.fromkeys(self.broken.values()))
            them = "it" if len(self.broken) == 1 else "them"
            raise AssumptionBroken(
                f"stage {self.stage} changed {names} in the cell that begins with {cells},"
                f" which left {them} alone when the notebook was recorded; other stages rely on"
                " that. Record again (nb2pipe record NOTEBOOK), or give its calls a copy of"
                f" {names}."
            )
        if self.joined:
            names, line = next(iter(self.joined.items()))
            raise AssumptionBroken(
                f"in stage {self.stage} {names} share an object or memory after the cell that"
                f" begins with {line!r}, which they did not when the notebook was recorded; other"
                " stages rely on that. Record again (nb2pipe record NOTEBOOK), or take a copy."
            )

    def _content(self, name: str) -> bytes | None:
        """A value's content (nothing when it is not there; None: it cannot be told)."""
        found = self._fingerprint(name)
        if found is None:
            return b""
        return None if found.opaque else found.content

    def _share(self, name: str, other: str) -> bool:
        """Whether two values share something, or it cannot be told."""
        one, two = self._fingerprint(name), self._fingerprint(other)
        if one is None or two is None:
            return False
        return one.opaque or two.opaque or not one.holds.isdisjoint(two.holds)

    def _fingerprint(self, name: str) -> Fingerprint | None:
        if name not in self.looked:
            values: Mapping[str, Any] = self.namespace
            if name not in values:
                values = vars(sys.modules.get(self.shared, object))
            self.looked[name] = Fingerprint(values[name]) if name in values else None
        return self.looked[name]
