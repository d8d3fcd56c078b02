"""A layered drawing of the stages' graph: where each box stands and how each line runs.

The usual four steps: a layer for each stage (longest path), stand-ins where a line crosses a layer,
an order within each layer (barycentres), coordinates (towards the neighbours, without overlap).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

BOX_HEIGHT = 46
LAYER_GAP = 62
BOX_GAP = 30
STAND_IN_WIDTH = 24
MARGIN = 10
ARROW = 3
SWEEPS = 8

_Slot = tuple[str, str, int]  # source, target, layer: a stand-in; ("", stage, layer): a stage


@dataclass(frozen=True)
class Box:
    """A stage: its top left corner and its size."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """An edge: its path in SVG's words, and the point for its label."""

    source: str
    target: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """Boxes and lines, and the size of the whole."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: float
    height: float


def draw(widths: Mapping[str, float], edges: Mapping[tuple[str, str], float]) -> Drawing:
    """Lay out a graph without cycles from top to bottom.

    Args:
        widths: the stages in an order that respects ``edges``, each with its box's width.
        edges: pairs of source and target, each with the width of its label (0: no label).

    Returns:
        The drawing; the same for the same arguments.
    """
    pairs = list(edges)
    layer = _layers(list(widths), pairs)
    slots, chains = _slots(layer, pairs)
    links = [link for chain in chains.values() for link in pairwise(chain)]
    rows = _ordered(slots, links)
    size = {slot: _width(slot, widths, edges) for row in rows for slot in row}
    centre = _centres(rows, links, size)
    left = min((centre[slot] - size[slot] / 2 for slot in size), default=0.0)
    shifted = {slot: centre[slot] - left + MARGIN for slot in size}
    boxes = tuple(
        Box(name, shifted[slot] - width / 2, _top(layer[name]), width, BOX_HEIGHT)
        for name, width in widths.items()
        for slot in [("", name, layer[name])]
    )
    lines = tuple(_line(chains[pair], shifted, _label_at(pair, pairs)) for pair in pairs)
    right = max((shifted[slot] + size[slot] / 2 for slot in size), default=0.0)
    bottom = max((box.y + box.height for box in boxes), default=0.0)
    return Drawing(boxes, lines, right + MARGIN, bottom + MARGIN)


def _width(
    slot: _Slot, widths: Mapping[str, float], edges: Mapping[tuple[str, str], float]
) -> float:
    source, name, _ = slot
    return max(STAND_IN_WIDTH, edges[source, name]) if source else widths[name]


def _label_at(pair: tuple[str, str], pairs: Sequence[tuple[str, str]]) -> float:
    """How far down its line a label stands: where fewer other lines are near."""
    leaving = sum(source == pair[0] for source, _ in pairs)
    arriving = sum(target == pair[1] for _, target in pairs)
    return 0.5 if leaving == arriving else 0.72 if leaving > arriving else 0.28


def _layers(names: list[str], edges: list[tuple[str, str]]) -> dict[str, int]:
    layer = dict.fromkeys(names, 0)
    for name in names:
        above = [layer[source] + 1 for source, target in edges if target == name]
        layer[name] = max(above, default=0)
    # A stage that takes nothing stands just above the first that needs it.
    for name in names:
        below = [layer[target] - 1 for source, target in edges if source == name]
        if below and not any(target == name for _, target in edges):
            layer[name] = min(below)
    return layer


def _slots(
    layer: Mapping[str, int], edges: Sequence[tuple[str, str]]
) -> tuple[list[list[_Slot]], dict[tuple[str, str], list[_Slot]]]:
    rows: list[list[_Slot]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for name, number in layer.items():
        rows[number].append(("", name, number))
    chains = {}
    for source, target in edges:
        between: list[_Slot] = [
            (source, target, number) for number in range(layer[source] + 1, layer[target])
        ]
        for slot in between:
            rows[slot[2]].append(slot)
        first, last = ("", source, layer[source]), ("", target, layer[target])
        chains[source, target] = [first, *between, last]
    return rows, chains


def _ordered(rows: list[list[_Slot]], links: Sequence[tuple[_Slot, _Slot]]) -> list[list[_Slot]]:
    best, fewest = rows, _crossings(rows, links)
    for sweep in range(SWEEPS):
        rows = [list(row) for row in rows]
        place = {slot: index for row in rows for index, slot in enumerate(row)}
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            wish = {slot: _mean(_neighbours(slot, links, sweep % 2 == 0), place) for slot in row}
            row.sort(key={s: place[s] if w is None else w for s, w in wish.items()}.__getitem__)
            place.update({slot: index for index, slot in enumerate(row)})
        crossings = _crossings(rows, links)
        if crossings < fewest:
            best, fewest = rows, crossings
    return best


def _crossings(rows: list[list[_Slot]], links: Sequence[tuple[_Slot, _Slot]]) -> int:
    place = {slot: index for row in rows for index, slot in enumerate(row)}
    count = 0
    for index, (a, b) in enumerate(links):
        for c, d in links[index + 1 :]:
            if a[2] == c[2] and (place[a] - place[c]) * (place[b] - place[d]) < 0:
                count += 1
    return count


def _centres(
    rows: list[list[_Slot]], links: Sequence[tuple[_Slot, _Slot]], size: Mapping[_Slot, float]
) -> dict[_Slot, float]:
    centre: dict[_Slot, float] = {}
    for row in rows:
        _pack(row, [0.0] * len(row), size, centre)
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            wishes = []
            for slot in row:
                near = _neighbours(slot, links, sweep % 2 == 0)
                mean = _mean(near, centre)
                wishes.append(centre[slot] if mean is None else mean)
            _pack(row, wishes, size, centre)
    return centre


def _pack(
    row: list[_Slot],
    wishes: list[float],
    size: Mapping[_Slot, float],
    centre: dict[_Slot, float],
) -> None:
    """Place the row as near to the wishes as its order and the gaps admit (least squares).

    Each slot's wish, less the room that those before it take, must not fall from left to right:
    neighbours that would fall are merged into one block at their mean.
    """
    offsets = [0.0]
    for before, after in pairwise(row):
        offsets.append(offsets[-1] + (size[before] + size[after]) / 2 + BOX_GAP)
    blocks: list[list[float]] = []
    for wish, offset in zip(wishes, offsets, strict=False):
        blocks.append([wish - offset])
        while len(blocks) > 1 and _average(blocks[-2]) > _average(blocks[-1]):
            last = blocks.pop()
            blocks[-1] += last
    starts = [start for block in blocks for start in [_average(block)] * len(block)]
    centre.update(
        {slot: start + offset for slot, start, offset in zip(row, starts, offsets, strict=False)}
    )


def _neighbours(slot: _Slot, links: Sequence[tuple[_Slot, _Slot]], above: bool) -> list[_Slot]:
    return [a if above else b for a, b in links if (b if above else a) == slot]


def _mean(slots: list[_Slot], place: Mapping[_Slot, float]) -> float | None:
    return _average([place[slot] for slot in slots]) if slots else None


def _average(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _top(layer: int) -> float:
    return MARGIN + layer * (BOX_HEIGHT + LAYER_GAP)


def _line(chain: Sequence[_Slot], centre: Mapping[_Slot, float], label_at: float) -> Line:
    x, y = centre[chain[0]], _top(chain[0][2]) + BOX_HEIGHT
    parts = [f"M{x:.1f},{y:.1f}"]
    if len(chain) > 2:
        # A long line has a place of its own in the layers that it crosses: the label stands there.
        label = (centre[chain[1]], _top(chain[1][2]) + BOX_HEIGHT / 2)
    else:
        label = _curve(x, y, centre[chain[1]], _top(chain[1][2]), label_at)
    for slot in chain[1:]:
        to, top = centre[slot], _top(slot[2])
        middle = (y + top) / 2
        end = top - ARROW if slot is chain[-1] else top
        parts.append(f"C{x:.1f},{middle:.1f} {to:.1f},{middle:.1f} {to:.1f},{end:.1f}")
        x, y = to, end
        if slot is not chain[-1]:
            y = top + BOX_HEIGHT
            parts.append(f"L{x:.1f},{y:.1f}")
    return Line(chain[0][1], chain[-1][1], " ".join(parts), *label)


def _curve(x: float, y: float, to: float, top: float, at: float) -> tuple[float, float]:
    """The point of a line between two layers at a part of its way."""
    start, end = (1 - at) ** 2 * (1 + 2 * at), at**2 * (3 - 2 * at)
    middle = 3 * at * (1 - at) * (y + top) / 2
    return start * x + end * to, (1 - at) ** 3 * y + middle + at**3 * top
