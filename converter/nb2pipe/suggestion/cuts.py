"""Where to cut: the cheapest way by dynamic programming over all places to cut.

A stage costs what crosses into it, something for being one, and something for being much longer
or shorter than the others; beginning at a heading makes it cheaper.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

# In units of one variable that crosses.
_NO_HEADING = 2.0
_NO_HEADINGS_AT_ALL = -1.0
_HEADING = (-2.0, -0.5, 0.5)
_SIZE = 1.0
_FEWEST, _MOST = 2, 10
_LONGEST = 40


@dataclass(frozen=True)
class Piece:
    """One cell of work: what it takes, as pairs of a name and the position of its maker.

    ``depth`` is how far the heading above it lies below the notebook's sections (0: it begins
    one), None without a heading. ``cut`` False says that no stage may begin here. ``size`` is its
    part in a stage's length: 1 for a cell as long as the others.
    """

    takes: frozenset[tuple[str, int]] = frozenset()
    depth: int | None = None
    cut: bool = True
    size: float = 1.0


def cheapest(pieces: Sequence[Piece]) -> list[int]:
    """The positions at which stages begin, the first being 0; of equals the earlier ones."""
    count = len(pieces)
    if count == 0:
        return []
    wanted = _wanted(pieces)
    elsewhere = _NO_HEADING
    if all(piece.depth is None for piece in pieces[1:]):
        elsewhere = _NO_HEADINGS_AT_ALL
    longest = max(_LONGEST, math.ceil(4 * count / wanted))
    starts = [at for at, piece in enumerate(pieces) if at == 0 or piece.cut]
    costs = [math.inf] * (count + 1)
    costs[0] = 0.0
    before = [0] * (count + 1)
    allowed = {*starts, count}
    for start in starts:
        if costs[start] == math.inf:
            continue
        names: set[str] = set()
        length = 0.0
        begun = costs[start] + (_beginning(pieces[start], elsewhere) if start else 0.0)
        for end in range(start + 1, count + 1):
            names |= {name for name, maker in pieces[end - 1].takes if maker < start}
            length += pieces[end - 1].size
            if end not in allowed:
                continue
            cost = begun + len(names) + _SIZE * math.log2(length * wanted / count) ** 2
            if cost < costs[end] - 1e-9:
                costs[end], before[end] = cost, start
            if end - start >= longest:
                break  # an end that is allowed has been reached
    return _path(before, count)


def crossing(pieces: Sequence[Piece], starts: Sequence[int]) -> list[set[str]]:
    """The names that cross into each stage, for stages that begin there."""
    ends = [*starts[1:], len(pieces)]
    return [
        {name for piece in pieces[start:end] for name, maker in piece.takes if maker < start}
        for start, end in zip(starts, ends, strict=True)
    ]


def _path(before: Sequence[int], end: int) -> list[int]:
    path: list[int] = []
    while end > 0:
        end = before[end]
        path.append(end)
    return path[::-1]


def _beginning(piece: Piece, elsewhere: float) -> float:
    if piece.depth is None:
        return elsewhere
    return _HEADING[min(piece.depth, len(_HEADING) - 1)]


def _wanted(pieces: Sequence[Piece]) -> int:
    """About how many stages: as many as there are sections, within reason."""
    sections = sum(piece.depth == 0 for piece in pieces)
    count = sections if sections > 1 else round(math.sqrt(len(pieces)))
    most = max(_MOST, round(math.sqrt(len(pieces))))
    return max(1, min(len(pieces), max(_FEWEST, min(count, most))))


def kept_together(spans: Collection[tuple[int, int]], count: int) -> list[bool]:
    """For each position whether a stage may begin there: within no span, but at its first."""
    inside = [0] * (count + 1)
    for first, last in spans:
        if first < last:
            inside[first + 1] += 1
            inside[last + 1] -= 1
    result: list[bool] = []
    depth = 0
    for at in range(count):
        depth += inside[at]
        result.append(depth == 0)
    return result
