"""What one unit of the notebook does: the abstract run's result."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import NamedTuple

from nb2pipe.analysis.submodules import Importer

# A line from 1, and the bytes of it that stand before.
Position = tuple[int, int]


class Watched(NamedTuple):
    """A frame changed in place: an array of its data, and what had them as well.

    ``displayed``: a part of it was shown by a cell, which the notebook keeps. ``gone`` are names
    that stood for the frame or a part of it, and no longer do.
    """

    array: str
    displayed: bool
    gone: frozenset[str]
    position: Position


class Recall(NamedTuple):
    """A call of a function that keeps its results, and what a run of it shows ("": nothing).

    ``reads_files`` says that the result is what files held at the first call; ``keeps`` are the
    regions of the function where it keeps a result that can be changed.
    """

    position: Position
    shows: str = ""
    reads_files: bool = False
    keeps: frozenset[int] = frozenset()


@dataclass(slots=True)
class UnitEffect:
    """What one unit (a statement, or several on shared lines) does.

    ``reads`` are global names its own text takes from before; ``through`` those that code it calls
    takes; both map to the place of the read. ``touched`` are the names it may bind or delete,
    ``binds`` those it surely binds, ``deletes`` those it surely deletes, ``changes`` those whose
    value it may change in place, ``regions`` the regions that it may change. ``imports`` maps a
    name to the import statement that binds it, ``submodules`` one that it reaches through its
    package (``scipy.stats`` by ``sp.stats``) to what first imported it.
    ``file_reads`` and ``file_writes`` hold literal paths, and None for a path not known;
    ``mentions`` are texts given to calls: a path that was written may be among them. ``named`` are
    those that look like paths, given to code of which it is not known what it does with a file.
    ``draws`` are the global generators that it takes numbers from, ``chance`` those whose numbers
    its results depend on.
    ``alters`` and ``sees`` are pieces of process state (``process.GROUPS``) that it changes, or
    that a run of it depends on. ``patches`` are attributes of modules that it sets.
    ``recalls`` are functions that keep their results, or classes with such methods, that it calls.
    ``watched`` are frames that it changes in place while there are arrays of their data.
    ``shows`` says that it prints or displays by a call. ``settled`` are names that it might have
    changed, and that a recorded run showed it to leave alone; ``parted`` pairs of names that might
    share something after it, and that a recorded run showed to share nothing.
    """

    reads: dict[str, Position] = field(default_factory=dict)
    through: dict[str, Position] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    deletes: set[str] = field(default_factory=set)
    changes: dict[str, Position] = field(default_factory=dict)
    regions: set[int] = field(default_factory=set)
    imports: dict[str, str] = field(default_factory=dict)
    submodules: dict[str, Importer] = field(default_factory=dict)
    builtins: set[str] = field(default_factory=set)
    undefined: dict[str, Position] = field(default_factory=dict)
    draws: set[str] = field(default_factory=set)
    chance: set[str] = field(default_factory=set)
    seeds: set[str] = field(default_factory=set)
    reseeds: set[str] = field(default_factory=set)  # seeded on some paths, or by a call
    unseeded: dict[str, Position] = field(default_factory=dict)
    file_reads: dict[str | None, Position] = field(default_factory=dict)
    file_writes: dict[str | None, Position] = field(default_factory=dict)
    mentions: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    observes: dict[str, Position] = field(default_factory=dict)
    settings: set[str] = field(default_factory=set)
    alters: set[str] = field(default_factory=set)
    sees: set[str] = field(default_factory=set)
    patches: dict[str, Position] = field(default_factory=dict)
    settled: dict[str, Position] = field(default_factory=dict)
    parted: set[tuple[str, str]] = field(default_factory=set)
    recalls: dict[str, Recall] = field(default_factory=dict)
    watched: dict[str, Watched] = field(default_factory=dict)
    shows: bool = False
    early: bool = False
    refused: dict[str, Position] = field(default_factory=dict)
    identified: set[int] = field(default_factory=set)  # regions whose identity is asked for
    draws_figure: str = ""
    draws_perhaps: bool = False  # on some paths of a function only

    def recall(self, name: str, call: Recall) -> None:
        """A function that keeps its results is called: of several calls, one that shows is told."""
        known = self.recalls.get(name)
        if known is None or not known.shows:
            self.recalls[name] = call

    def add(self, other: UnitEffect) -> None:
        """Do what another does as well."""
        if other.draws_figure and not self.draws_figure:
            self.draws_figure, self.draws_perhaps = other.draws_figure, other.draws_perhaps
        for one in fields(self):
            own, new = getattr(self, one.name), getattr(other, one.name)
            if isinstance(own, dict):
                setattr(self, one.name, {**new, **own})
            elif isinstance(own, set):
                own |= new
        self.shows |= other.shows
        self.early |= other.early

    @property
    def maybe(self) -> set[str]:
        """Names bound or deleted on some paths only."""
        return self.touched - self.binds - self.deletes

    @property
    def lasting(self) -> bool:
        """Whether it changes more than variables: generators, files, the process."""
        return bool(self.draws or self.seeds or self.file_writes or self.alters)

    @property
    def every_read(self) -> dict[str, Position]:
        """All names taken from before, also by code that is called."""
        return {**self.through, **self.reads}
