"""The abstract run of a notebook's cells, which may go on from where an earlier one has been.

An editor asks for the analysis after every character typed. The cells above the one that is
edited are what they were, and so is the machine after them: a `Memory` keeps it as it stood there,
as a pickle, of which a run that goes on gets a copy of its own.
"""

from __future__ import annotations

import ast
import io
import pickle
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from nb2pipe.analysis.contradictions import Contradictions
from nb2pipe.analysis.knowledge import Knowledge
from nb2pipe.analysis.regions import UNKNOWN
from nb2pipe.analysis.scope import Scope
from nb2pipe.analysis.syntax import ParsedCell
from nb2pipe.analysis.units import SETUP, Runner, Unit, cut
from nb2pipe.evidence.facts import Seen
from nb2pipe.tags import TaggedCell

_WORD = re.compile(r"[^\W\d]\w*")
# What no run changes; the machine knows definitions by the identity of their syntax trees.
_SHARED = frozenset(
    {TaggedCell, ParsedCell, Scope, Knowledge, type(UNKNOWN)}
    | {kind for kind in vars(ast).values() if isinstance(kind, type)}
)


class Step(NamedTuple):
    """All that the run of a cell depends on, besides the cells before it.

    ``words`` are those of the notebook, where it imports everything from a module.
    """

    tagged: TaggedCell
    parsed: ParsedCell
    seen: Seen | None
    words: frozenset[str]

    def is_same(self, other: Step) -> bool:
        """Whether it does the same; a cell read again has the same tree, if it had no findings."""
        return (
            self.parsed.tree is other.parsed.tree
            and self.tagged == other.tagged
            and self.seen == other.seen
            and self.words == other.words
        )


def steps(
    cells: Iterable[TaggedCell], parsed: Mapping[str, ParsedCell], seen: Mapping[str, Seen]
) -> list[Step]:
    """The steps of a run: a cell that is not run has none."""
    sources = [cell.source for cell in parsed.values()]
    has_star = any("import *" in source for source in sources)
    words = frozenset(_WORD.findall("\n".join(sources)) if has_star else ())
    return [
        Step(tagged, parsed[tagged.cell.id], seen.get(tagged.cell.id), words)
        for tagged in cells
        if tagged.cell.id in parsed
    ]


@dataclass
class Progress:
    """A run of some cells: their units, and the machine as it is after them."""

    runner: Runner = field(default_factory=Runner)
    units: list[Unit] = field(default_factory=list)
    contradictions: Contradictions = field(init=False)
    cells: int = 0

    def __post_init__(self) -> None:
        self.contradictions = Contradictions(self.runner.machine)

    def go_on(self, step: Step) -> None:
        """Run one more cell."""
        tagged, parsed, seen, words = step
        stage = (tagged.stage or SETUP) if tagged.role == "stage" else SETUP
        own = list(cut(tagged, parsed, stage, len(self.units)))
        self.runner.machine.words = words
        self.runner.begin(seen)
        for unit in own:
            self.runner.run(unit)
        self.runner.end(seen, own)
        self.contradictions.look(tagged.cell, own, seen)
        self.units += own
        self.cells += 1


class Memory:
    """Remembers the last run of one notebook, for the next one.

    ``cells_kept`` are the cells that need not run again while those are what they are.
    """

    def __init__(self) -> None:
        self.cells_kept = 0
        self._steps: Sequence[Step] = ()
        self._state = b""
        self._shared: list[object] = []

    def run(self, steps: Sequence[Step]) -> Progress:
        """The run of a notebook.

        Only what comes after the cells that are as they were the last time is run, if the last
        time ended there too, as it does while a cell is being edited.
        """
        same = 0
        for step, before in zip(steps, self._steps, strict=False):
            if not step.is_same(before):
                break
            same += 1
        self._steps = steps
        if same < self.cells_kept:
            self.cells_kept = 0
        progress = self._copy() if self.cells_kept else Progress()
        for step in steps[progress.cells :]:
            if 0 < progress.cells == same != self.cells_kept:
                self._keep(progress)
            progress.go_on(step)
        return progress

    def _keep(self, progress: Progress) -> None:
        file = io.BytesIO()
        pickler = _Pickler(file, pickle.HIGHEST_PROTOCOL)
        pickler.dump(progress)
        self.cells_kept, self._state, self._shared = progress.cells, file.getvalue(), pickler.shared

    def _copy(self) -> Progress:
        unpickler = _Unpickler(io.BytesIO(self._state))
        unpickler.shared = self._shared
        progress: Progress = unpickler.load()
        return progress


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, protocol: int) -> None:
        super().__init__(file, protocol)
        self.shared: list[object] = []

    def persistent_id(self, obj: Any) -> int | None:
        if type(obj) not in _SHARED:
            return None
        self.shared.append(obj)
        return len(self.shared) - 1


class _Unpickler(pickle.Unpickler):
    shared: Sequence[object] = ()

    def persistent_load(self, pid: int) -> object:
        return self.shared[pid]
