"""Files as locations: what one stage writes, another reads, so it must come later."""

from __future__ import annotations

from collections.abc import Sequence

from nb2pipe.analysis.units import Unit
from nb2pipe.model import Edge


def file_edges(stages: dict[str, list[Unit]]) -> list[Edge]:
    """Edges for files: what one stage writes, another reads or writes again."""
    units = sorted(
        ((unit, name) for name, group in stages.items() for unit in group),
        key=lambda pair: pair[0].index,
    )
    edges: dict[tuple[str, str], Edge] = {}
    before: list[tuple[Unit, str]] = []
    for unit, stage in units:
        touched = bool(unit.effect.file_reads or unit.effect.file_writes or unit.effect.named)
        if not touched and not unit.effect.mentions:
            continue
        for earlier, source in reversed(before):
            if source == stage:
                continue
            reason = _conflict(earlier, unit) or _mentioned(earlier, unit) or _named(earlier, unit)
            if reason is not None and (source, stage) not in edges:
                edges[source, stage] = Edge(
                    variable=None,
                    source=source,
                    target=stage,
                    producer_cell=earlier.parsed.cell.id,
                    consumer_cell=unit.parsed.cell.id,
                    reason=reason,
                )
        if touched:
            before.append((unit, stage))
    return list(edges.values())


def _conflict(earlier: Unit, later: Unit) -> str | None:
    """The file because of which the later unit must wait, in words."""
    pairs: Sequence[
        tuple[dict[str | None, tuple[int, int]], dict[str | None, tuple[int, int]], str]
    ] = (
        (earlier.effect.file_writes, later.effect.file_reads, "written, then read"),
        (earlier.effect.file_writes, later.effect.file_writes, "written, then written again"),
        (earlier.effect.file_reads, later.effect.file_writes, "read, then written"),
    )
    for first, second, words in pairs:
        for one in first:
            for other in second:
                if _same_file(one, other):
                    return f"file {one or other or 'whose path is computed'}: {words}"
    return None


def _mentioned(earlier: Unit, later: Unit) -> str | None:
    """A file that one unit writes and a call of the other, which may read it, is given."""
    for path in earlier.effect.file_writes:
        if path is not None and any(_same_file(path, text) for text in later.effect.mentions):
            return f"file {path}: written, then named"
    return None


def _named(earlier: Unit, later: Unit) -> str | None:
    """A file that unknown code of one of the units is given, and that the other has to do with."""
    for one, other in ((earlier.effect, later.effect), (later.effect, earlier.effect)):
        paths = [*other.named, *other.file_reads, *other.file_writes]
        for path in sorted(one.named):
            if any(text is not None and _same_file(path, text) for text in paths):
                return f"file {path}: given to calls that may change it"
    return None


def _same_file(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return True
    first, second = _parts(one), _parts(other)
    shorter = min(len(first), len(second))
    return shorter > 0 and first[:shorter] == second[:shorter]


def _parts(path: str) -> list[str]:
    return [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
