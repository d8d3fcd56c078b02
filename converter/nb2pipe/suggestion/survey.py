"""What a notebook's cells are, and what each of them takes from the cells above it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from nb2pipe import tags
from nb2pipe.analysis.passes import analysed
from nb2pipe.analysis.syntax import parse
from nb2pipe.analysis.units import SETUP, Runner, Unit, cut
from nb2pipe.model import Cell, Notebook
from nb2pipe.parameters.declaration import declared
from nb2pipe.tag_vocabulary import is_ours
from nb2pipe.tags import TaggedCell

_CODE = frozenset({"import", "definition", "guard"})
_QUIET = frozenset({*_CODE, "setting", "constant"})
_MOST_PARAMETERS = 15
_SINGLE = (int, float, bool, str, type(None))
_FIRST = "cell_"


@dataclass(frozen=True)
class Kinds:
    """Cells by what they hold.

    ``quiet`` hold imports, definitions, settings and constants only, ``code`` imports and
    definitions only; ``literals`` hold nothing but values that may be parameters.
    """

    quiet: frozenset[str]
    code: frozenset[str]
    literals: frozenset[str]


@dataclass(frozen=True)
class Crossings:
    """What cells take: by cell, pairs of a variable and the cell that made the version it sees.

    ``together`` are spans of cells, from first to last by id, that no cut may part.
    """

    takes: dict[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    together: tuple[tuple[str, str], ...] = ()


def kinds(notebook: Notebook, free: Collection[str]) -> Kinds:
    """Look at every cell by itself and at which names are bound once.

    Args:
        notebook: the notebook.
        free: ids of the cells whose kind is asked.
    """
    units = _units(notebook)
    bound = Counter(name for unit in units for name in unit.effect.touched)
    changed = {name for unit in units for name in unit.effect.changes}
    read = {name for unit in units for name in (*unit.effect.reads, *unit.effect.through)}
    own: dict[str, list[Unit]] = {}
    for unit in units:
        own.setdefault(unit.tagged.cell.id, []).append(unit)
    quiet: set[str] = set()
    code: set[str] = set()
    literals: set[str] = set()
    for cell in notebook.cells:
        group = own.get(cell.id, [])
        if cell.id not in free or not group:
            continue
        once = all(bound[name] == 1 and name not in changed for u in group for name in _values(u))
        if once and all(unit.role in _QUIET for unit in group):
            quiet.add(cell.id)
        if all(unit.role in _CODE for unit in group):
            code.add(cell.id)
        if once and _may_be_parameters(cell, read):
            literals.add(cell.id)
    return Kinds(frozenset(quiet), frozenset(code), frozenset(literals))


def _values(unit: Unit) -> Collection[str]:
    return unit.effect.touched if unit.role not in _CODE else ()


def _units(notebook: Notebook) -> list[Unit]:
    """The units of all cells that can be read, run as if they stood above the first stage."""
    runner = Runner()
    units: list[Unit] = []
    for cell in notebook.cells:
        if cell.kind != "code":
            continue
        parsed = parse(cell, language_version=notebook.language_version)
        if parsed.diagnostics and any(d.severity == "error" for d in parsed.diagnostics):
            continue
        for unit in cut(TaggedCell(cell, "setup"), parsed, SETUP, len(units)):
            runner.run(unit)
            units.append(unit)
    return units


def _may_be_parameters(cell: Cell, read: Collection[str]) -> bool:
    """Single values, and perhaps short lists of them, all of which something reads."""
    parsed = parse(cell)
    if any(not isinstance(node, ast.Assign | ast.AnnAssign) for node in parsed.tree.body):
        return False
    found, wrong = declared(parsed)
    return (
        0 < len(found) <= _MOST_PARAMETERS
        and not wrong
        and all(p.name in read and _is_plain(p.default) for p in found)
        and any(isinstance(p.default, _SINGLE) for p in found)
    )


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        return len(value) <= 6 and all(isinstance(item, _SINGLE) for item in value)
    return isinstance(value, _SINGLE)


def crossings(notebook: Notebook, pieces: Sequence[str]) -> Crossings:
    """What would cross if each of these cells were a stage.

    Args:
        notebook: the notebook; cells that are not among the pieces keep their tags.
        pieces: ids of cells, in order.
    """
    names = {cell: f"{_FIRST}{number}" for number, cell in enumerate(pieces)}
    cells = tuple(
        replace(cell, tags=(f"stage:{names[cell.id]}", *_foreign(cell)))
        if cell.id in names
        else cell
        for cell in notebook.cells
    )
    pipeline = analysed(replace(notebook, cells=cells), "notebook")
    takes: dict[str, set[tuple[str, str]]] = {}
    for edge in pipeline.edges:
        name = edge.variable or edge.state
        if name is not None and edge.consumer_cell in names and edge.producer_cell in names:
            takes.setdefault(edge.consumer_cell, set()).add((name, edge.producer_cell))
    readers: dict[tuple[str, str], str] = {}
    order = {cell: number for number, cell in enumerate(pieces)}
    for consumer, pairs in takes.items():
        for pair in pairs:
            last = readers.get(pair)
            if last is None or order[consumer] > order[last]:
                readers[pair] = consumer
    refused = {
        d.cell: d.message for d in pipeline.errors if d.cell in names and d.code.startswith("NB3")
    }
    together = tuple(
        (producer, last)
        for (name, producer), last in readers.items()
        if f"`{name}`" in refused.get(producer, "")
    )
    return Crossings({cell: frozenset(found) for cell, found in takes.items()}, together)


def _foreign(cell: Cell) -> tuple[str, ...]:
    """The cell's tags of other tools, and ``metrics``."""
    return tuple(tag for tag in cell.tags if not is_ours(tag))


def roles(notebook: Notebook) -> dict[str, TaggedCell]:
    """Every cell as its tags have it now."""
    return {tagged.cell.id: tagged for tagged in tags.assign(notebook).cells}
