"""Which values may share what: regions of memory, and what they hold.

A *region* stands for the objects made at one place of the notebook. A name's value lies in one or
more regions; a region may hold others (a list its elements, a search its estimator). Changing a
value changes its regions, and every name that reaches one of them sees the change. This is a
flow-insensitive points-to analysis (L. O. Andersen, "Program Analysis and Specialization for the C
Programming Language", 1994) over regions, with names handled flow-sensitively by the interpreter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Any

from nb2pipe.analysis.fields import Fields

NOTHING: frozenset[int] = frozenset()
UNKNOWN = object()
# The type of what shows the memory of a frame or an array, of whatever class it is.
ARRAY = "array"
# The type of what a dictionary's `keys()`, `values()` and `items()` give.
VIEW = "view"
_ARRAYS = frozenset({ARRAY, "numpy.ndarray"})
# What is another thing after it was used: iterators, generators, generators of random numbers.
MOVING = frozenset({"generator", "iterator", "rng"})
# What an array or frame is made from, and does not keep.
_COPIED = frozenset({"data", "function", "class", "module"})


@dataclass(frozen=True, eq=False)
class Value:
    """What the analysis knows of a value.

    ``own`` are the regions it lies in (none: it cannot change). ``kind`` is one of ``immutable
    data estimator container figure module function class generator iterator rng unknown``.
    ``type`` is the dotted name of its class, or "". ``constant`` is its text where it is a known
    string or path, else ``UNKNOWN``. ``items`` are those of a tuple whose items are
    known; ``each`` is what iteration gives where that is known. ``target`` is the dotted name of a
    module or library function, or the ``ast`` node of a definition of the notebook.
    """

    own: frozenset[int] = NOTHING
    kind: str = "unknown"
    type: str = ""
    constant: Any = UNKNOWN
    target: Any = None
    items: tuple[Value, ...] | None = None
    each: Value | None = None

    @property
    def is_array(self) -> bool:
        """Whether it is known to be an array, or part of one."""
        return self.type in _ARRAYS

    def but(self, **changes: Any) -> Value:
        """The value with other fields, as ``dataclasses.replace`` gives it in more time."""
        value = object.__new__(Value)
        value.__dict__.update(self.__dict__)
        value.__dict__.update(changes)
        return value


IMMUTABLE = Value(kind="immutable")


def immutable(type_: str = "", constant: Any = UNKNOWN) -> Value:
    """A value that nothing can change."""
    return Value(kind="immutable", type=type_, constant=constant)


def join(first: Value, second: Value) -> Value:
    """What is known when a value is one or the other."""
    if first is second:
        return first
    same_target = first.target is second.target or first.target == second.target
    return Value(
        own=first.own | second.own,
        kind=_join_kind(first, second),
        type=first.type if first.type == second.type else "",
        constant=first.constant if _same(first.constant, second.constant) else UNKNOWN,
        target=first.target if same_target else None,
        items=_join_items(first.items, second.items),
    )


def _join_items(
    first: tuple[Value, ...] | None, second: tuple[Value, ...] | None
) -> tuple[Value, ...] | None:
    if first is None or second is None or len(first) != len(second):
        return None
    return tuple(join(one, other) for one, other in zip(first, second, strict=True))


def _same(first: Any, second: Any) -> bool:
    return first is second or (type(first) is type(second) and bool(first == second))


def _join_kind(first: Value, second: Value) -> str:
    if first.kind == second.kind:
        return first.kind
    if first.kind == "immutable" and second.own:
        return second.kind if second.kind == "data" else "unknown"
    if second.kind == "immutable" and first.own:
        return first.kind if first.kind == "data" else "unknown"
    return "unknown"


class Regions:
    """The regions of one notebook."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.holds: list[set[int]] = []
        self.held_by: list[set[int]] = []
        self.code: list[set[str]] = []
        self.targets: list[Any] = []
        self.now = 0  # the unit that runs
        self.since: dict[tuple[int, int], int] = {}  # the first unit after which one holds another
        self.moving: set[int] = set()  # regions of kinds in MOVING
        self.instances: set[int] = set()  # objects of the notebook's classes
        self.methods: set[int] = set()  # regions whose methods were taken without a call
        self.fields = Fields()
        self.replaced: set[int] = set()  # definitions that a decorator made something else of

    def fresh(
        self,
        kind: str,
        type_: str = "",
        *,
        holds: Iterable[Value] = (),
        code: Iterable[str] = (),
        target: Any = None,
    ) -> Value:
        """A new value in a region of its own, holding others.

        Args:
            kind: see ``Value.kind``.
            type_: dotted name of its class.
            holds: values it keeps a reference to.
            code: global names that code inside it reads when it runs.
            target: see ``Value.target``.
        """
        region = len(self.kinds)
        self.kinds.append(kind)
        if kind in MOVING:
            self.moving.add(region)
        self.holds.append(set())
        self.held_by.append(set())
        self._hold(region, {r for value in holds for r in value.own})
        self.code.append(set(code))
        self.targets.append(target)
        return Value(own=frozenset((region,)), kind=kind, type=type_, target=target)

    def keep(self, holder: Value, held: Value) -> None:
        """From now on ``holder`` may hold ``held``, under any name."""
        self.fields.open(holder.own)
        self.hold(holder, held)

    def put(self, holder: Value, name: str, held: Value) -> None:
        """From now on the attribute of that name of ``holder`` may be ``held``."""
        self.fields.put(holder.own, name, held)
        self.hold(holder, held)

    def hold(self, holder: Value, held: Value) -> None:
        """From now on ``holder`` may hold ``held``, under names that are told apart."""
        for region in holder.own:
            self._hold(region, held.own)

    def _hold(self, region: int, held: Set[int]) -> None:
        for other in held - self.holds[region]:
            self.since[region, other] = self.now
            self.held_by[other].add(region)
        self.holds[region] |= held

    def part(self, region: int, others: Set[int]) -> None:
        """The region holds none of the others any more."""
        self.holds[region] -= others
        for other in others:
            self.held_by[other].discard(region)

    def runs(self, own: Iterable[int]) -> bool:
        """Whether there is code in it, or what moves on when it is used."""
        return any(
            self.code[r] or r in self.moving or self.kinds[r] in ("function", "class")
            for r in self.reach(own)
        )

    def reach(self, own: Iterable[int], *, ends: Set[int] = NOTHING) -> set[int]:
        """The regions themselves and all that they hold, at any depth.

        Args:
            own: the regions.
            ends: regions whose own content is left out.
        """
        return _closure(own, self.holds, ends)

    def reach_until(self, own: Iterable[int], last: int) -> set[int]:
        """What they reach by what they may hold after the unit ``last`` already."""
        seen = set(own)
        waiting = list(seen)
        while waiting:
            region = waiting.pop()
            for other in self.holds[region]:
                if other not in seen and self.since[region, other] <= last:
                    seen.add(other)
                    waiting.append(other)
        return seen

    def reaching(self, own: Iterable[int]) -> set[int]:
        """The regions themselves and all that hold one of them, at any depth."""
        return _closure(own, self.held_by)

    def code_of(self, value: Value) -> set[str]:
        """Global names that code inside the value reads when it runs."""
        names: set[str] = set()
        for region in self.reach(value.own):
            names |= self.code[region]
        return names

    def objects(self, value: Value) -> Value:
        """The objects in the cells of a frame or array of objects: lists, models, …"""
        if value.kind != "data" or not any(self.holds[region] for region in value.own):
            return IMMUTABLE
        held = (region for region in self.reach(value.own) if self.kinds[region] not in _COPIED)
        own = frozenset(held)  # those of a column are among its own: see ``element``
        return Value(own=own, kind="unknown") if own else IMMUTABLE

    def element(self, value: Value) -> Value:
        """An item of a container, a row or column of a frame, an attribute of an object."""
        if value.each is not None:
            return value.each
        if value.kind == "immutable":
            return IMMUTABLE
        if value.kind == "data":
            own = value.own | self.objects(value).own
            type_ = ARRAY if value.is_array else ""
            return value.but(own=own, type=type_, constant=UNKNOWN, target=None, items=None)
        if value.kind == "generator":  # what it gives is neither itself nor its code
            itself = {region for region in value.own if self.kinds[region] == "generator"}
            given = frozenset(self.reach(value.own) - itself)
            return Value(own=given, kind="unknown") if given else IMMUTABLE
        if value.kind != "container":
            # What an attribute of a library's object gives may lie deep in it: `pipe.named_steps`.
            return Value(own=frozenset(self.reach(value.own)), kind="unknown")
        held: set[int] = set()
        for region in value.own:
            held |= self.holds[region]
        if not held:
            return IMMUTABLE  # it was filled with nothing that can change
        kinds = {self.kinds[region] for region in held - value.own}
        kind = kinds.pop() if len(kinds) == 1 else "unknown"
        return Value(own=frozenset(held), kind=kind)


def _closure(
    start: Iterable[int], following: Sequence[set[int]], ends: Set[int] = NOTHING
) -> set[int]:
    seen = set(start)
    waiting = list(seen)
    while waiting:
        for region in following[waiting.pop()]:
            if region not in seen:
                seen.add(region)
                if region not in ends:
                    waiting.append(region)
    return seen
