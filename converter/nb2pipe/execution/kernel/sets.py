"""Sets that iterate in another process as they do in this one.

The order of a set is that of its elements in a hash table, which depends on how the set came about:
the table's size, who was there first, and who has gone. A set is built again so that its table is
the same: the elements that stand where their hash says first, then those that had to give way.
"""

from __future__ import annotations

import ctypes
import datetime
import decimal
import enum
import fractions
import itertools
import operator
import pathlib
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

# As CPython's Objects/setobject.c has them, from 3.7 on.
_LINEAR_PROBES = 9
_PERTURB_SHIFT = 5
_LAYOUT_IS_KNOWN = (
    sys.implementation.name == "cpython" and set.__basicsize__ == 200 and sys.maxsize == 2**63 - 1
)
_WORD = 8
_MOST_SEARCHED = 20_000
_MOST_COMPARED = 200_000
_FIXED = (
    str, bytes, int, complex, datetime.date, datetime.time, datetime.timedelta, decimal.Decimal,
    fractions.Fraction, enum.Enum, pathlib.PurePath, range,
)  # fmt: skip


class Table(NamedTuple):
    """A set's hash table: its size, the slot of each element in order, slots of removed ones."""

    size: int
    slots: tuple[int, ...]
    removed: tuple[int, ...]


class Recipe(NamedTuple):
    """What a set is built again from.

    ``displaced`` are elements that stand elsewhere than their hash says, by index. ``order`` is the
    order in which the elements are put in where the way does not say it.
    """

    kind: str
    items: tuple[Any, ...]
    size: int
    displaced: dict[int, int]
    removed: tuple[int, ...]
    way: str
    order: tuple[int, ...] = ()


def recipe(value: Any) -> Recipe | None:
    """How to build the set or frozenset again; None when putting its elements into a new one does.

    Raises:
        ValueError: it cannot be built again so that it iterates in the same order.
    """
    if not _has_fixed_order(value):
        return None  # its order differs between any two runs
    items = tuple(value)
    plain = type(value)(items)
    same_order = all(map(operator.is_, plain, items))
    if same_order and len(items) > _MOST_COMPARED and sys.getsizeof(plain) == sys.getsizeof(value):
        return None
    table = _table(value)
    if same_order and (table is None or _table(plain) == table):
        return None
    made = _recipe(value, items, table) if table is not None else None
    if made is None and not (same_order and type(value) is frozenset):
        raise ValueError("the order of its elements, by their hashes, cannot be kept")
    return made


def _recipe(value: Any, items: tuple[Any, ...], table: Table) -> Recipe | None:
    kind = type(value).__name__
    displaced = {
        index: slot
        for index, (item, slot) in enumerate(zip(items, table.slots))
        if hash(item) & (table.size - 1) != slot
    }
    removed = table.removed if kind == "set" else ()
    ways = (Recipe(kind, items, table.size, displaced, removed, way) for way in _WAYS)
    for made in itertools.chain(ways, _searched(kind, items, table)):
        again = build(made)
        if len(again) != len(items) or not all(map(operator.is_, again, items)):
            continue
        # A frozenset does not grow: that it iterates in that order is enough.
        now = _table(again)
        if now == table or kind == "frozenset":
            return made
        if len(items) > _MOST_SEARCHED and now is not None and now.size == table.size:
            return made
    return None


def build(made: Recipe) -> Any:
    """The set of a recipe."""
    kind: Any = frozenset if made.kind == "frozenset" else set
    mask = made.size - 1
    filler = _fillers(made.size, set(made.items))
    gone = [filler(slot) for slot in made.removed]
    if made.order:
        return _without(gone, _ordered(made, [*made.items, *gone]))
    slots = [hash(item) & mask for item in made.items]
    for index, slot in made.displaced.items():
        slots[index] = slot
    at: dict[int, Any] = dict(zip(slots, made.items))
    at.update(zip(made.removed, gone))
    moved = {slots[index] for index in made.displaced}
    first = [item for slot, item in at.items() if slot not in moved]
    later = [at[slot] for slot in _in_order(at, moved, mask)]
    if made.way == "filled":
        taken = {*at, *(s for slot in moved for s in _before(hash(at[slot]), slot, mask))}
        free = (slot for slot in range(made.size) if slot not in taken)
        while len(first) < made.size // 4 and len(gone) < made.size:
            unused = next(free, None)
            if unused is None:
                break
            gone.append(filler(unused))
            first.append(gone[-1])
    if made.way == "cleaned":
        return _without(gone, _cleaned(first, later, filler) if kind is set else kind())
    return _without(gone, kind().union(*_WAYS[made.way](first, later, made.size)))


def _without(gone: list[Any], made: Any) -> Any:
    if isinstance(made, frozenset):
        return made.difference(gone) if gone else made
    for item in gone:  # `difference_update` would make the table small again
        made.discard(item)
    return made


def _ordered(made: Recipe, elements: list[Any]) -> Any:
    """The set before anything is removed, its elements put in by that order."""
    kind: Any = frozenset if made.kind == "frozenset" else set
    put = [elements[index] for index in made.order]
    return kind(set(put) if made.way == "all copied" else put)


def _searched(kind: str, items: tuple[Any, ...], table: Table) -> Iterator[Recipe]:
    """Orders of putting the elements in, each nearer to the one sought; a hundred at most."""
    if len(items) > _MOST_SEARCHED:
        return
    filler = _fillers(table.size, set(items))
    elements = [*items, *map(filler, table.removed)]
    slots = [*table.slots, *table.removed]
    index_of = {id(item): index for index, item in enumerate(elements)}
    for way in ("grown", "all copied"):
        order = sorted(range(len(elements)), key=slots.__getitem__)
        seen = set()
        for attempt in range(50):
            made = Recipe(kind, items, table.size, {}, table.removed, way, tuple(order))
            yield made
            seen.add(made.order)
            found = [index_of[id(item)] for item in _ordered(made, elements)]
            place = {index: position for position, index in enumerate(order)}
            for one, other in zip(found, found[1:]):  # noqa: RUF007 - Python 3.9
                if slots[one] > slots[other]:  # one of the two was put in too early
                    order[place[one]], order[place[other]] = other, one
                    place[one], place[other] = place[other], place[one]
            if tuple(order) in seen:
                random.Random(attempt).shuffle(order)  # noqa: S311 - any order will do


def _grown(first: list[Any], later: list[Any], size: int) -> list[Iterable[Any]]:
    """One by one: the table grows to four times what it holds."""
    return [first, later]


def _merged(first: list[Any], later: list[Any], size: int) -> list[Iterable[Any]]:
    """From two sets: the table grows to twice what both hold, whether or not they are the same."""
    batch = set(first[: max(size // 4 - 1, 1)])
    again = set(list(batch)[: size // 2 - 1 - len(batch)])
    return [batch, again, first, later]


def _copied(first: list[Any], later: list[Any], size: int) -> list[Iterable[Any]]:
    """From one set: the table grows to twice what it holds."""
    return [set(first[: size // 2 - 1]), first, later]


def _all_copied(first: list[Any], later: list[Any], size: int) -> list[Iterable[Any]]:
    return [{*first, *later}]


def _cleaned(first: list[Any], later: list[Any], filler: Any) -> set[Any]:
    """As when elements were removed: the table grows for those that are gone as well."""
    if not first:
        return set(later)
    *most, last = first
    made = set(most)
    table = _table(made)
    if table is not None:
        limit = -(-3 * (table.size - 1) // 5)
        passing = [filler(slot) for slot in range(limit - 1 - len(made))]
        made.update(passing)
        for item in passing:
            made.discard(item)
    made.add(last)
    made.update(later)
    return made


_WAYS: dict[str, Callable[[list[Any], list[Any], int], list[Iterable[Any]]]] = {
    "grown": _grown,
    "merged": _merged,
    "copied": _copied,
    "all copied": _all_copied,
    "cleaned": _merged,
    "filled": _merged,
}


def _fillers(size: int, known: Any) -> Any:
    """Makes numbers for given slots that are no elements."""

    def made(slot: int) -> int:
        number = slot + size * 4099
        while number in known:
            number += size
        return number

    return made


def _in_order(at: dict[int, Any], moved: Any, mask: int) -> list[int]:
    """Slots of displaced elements, each after those that were in its way."""
    before = {slot: list(_before(hash(at[slot]), slot, mask)) for slot in moved}
    done: list[int] = []
    seen: Any = set()
    for start in moved:
        waiting = [start]
        while waiting:
            slot = waiting[-1]
            needed = [s for s in before[slot] if s in moved and s not in seen and s not in waiting]
            if needed:
                waiting.append(needed[0])
            else:
                waiting.pop()
                if slot not in seen:
                    seen.add(slot)
                    done.append(slot)
    return done


def _before(hashed: int, slot: int, mask: int) -> Iterator[int]:
    """The slots at which an element of that hash is looked for before that one."""
    perturb = hashed & (2**64 - 1)
    start = perturb & mask
    for _ in range(mask + 64):
        last = start + _LINEAR_PROBES if start + _LINEAR_PROBES <= mask else start
        for found in range(start, last + 1):
            if found == slot:
                return
            yield found
        perturb >>= _PERTURB_SHIFT
        start = (start * 5 + 1 + perturb) & mask


def _table(value: Any) -> Table | None:
    """The table of a set; None where its layout is not known."""
    if not _LAYOUT_IS_KNOWN:
        return None
    fill, used, mask, address = (ctypes.c_ssize_t * 4).from_address(id(value) + 2 * _WORD)
    if used != len(value) or fill < used or (mask + 1) & mask or mask < 7:
        return None
    entries = (ctypes.c_size_t * (2 * (mask + 1))).from_address(address)
    keys = entries[::2]
    slots: list[int] = []
    items = iter(value)
    sought = id(next(items)) if used else 0
    removed = []
    for slot, key in enumerate(keys):
        if key == 0:
            continue
        if len(slots) < used and key == sought:
            slots.append(slot)
            sought = id(next(items, None)) if len(slots) < used else 0
        else:
            removed.append(slot)
    if len(slots) != used or len(removed) != fill - used:
        return None
    return Table(mask + 1, tuple(slots), tuple(removed))


def _has_fixed_order(value: Any) -> bool:
    return all(map(_has_fixed_hash, value))


def _has_fixed_hash(item: Any) -> bool:
    """Whether the element's hash is the same in every process."""
    if isinstance(item, float):
        return item == item
    if isinstance(item, (tuple, frozenset)):
        return all(map(_has_fixed_hash, item))
    if isinstance(item, _FIXED):
        return True
    numpy: Any = sys.modules.get("numpy")
    return numpy is not None and isinstance(item, numpy.generic) and bool(item == item)
