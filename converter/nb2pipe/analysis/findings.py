"""Findings on the traced pipeline: undefined names, cycles, values that cannot cross."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Mapping, Sequence

from nb2pipe.analysis import drawing, stars
from nb2pipe.analysis.assembly import unseeded
from nb2pipe.analysis.flow import StageFlow
from nb2pipe.analysis.groups import group_of
from nb2pipe.analysis.history import History
from nb2pipe.analysis.rules import (
    Place,
    nb203_magic,
    nb301_undefined,
    nb303_cycle,
    nb304_unused_parameter,
    nb308_setting,
    nb309_process_state,
    nb402_unseeded,
    nb501_module_differs,
    nb505_star_import,
)
from nb2pipe.analysis.units import Unit, by_cell
from nb2pipe.model import Diagnostic, Edge, Notebook, Parameter


def undefined_names(
    units: Sequence[Unit], history: History, skipped: Mapping[str, int]
) -> Iterator[Diagnostic]:
    """NB301. ``skipped`` maps names to the number of the skipped cell that makes them."""
    told: set[str] = set()
    known = {name for name in history.events if name.isidentifier()}
    for unit in units:
        if any(_imports_all(node) for node in unit.nodes):
            return  # it is refused, and what it binds is not known
        for name, position in unit.effect.undefined.items():
            if name in told or _expects_name_error(unit):
                continue
            told.add(name)
            later = next((e.unit for e in history.of(name) if e.unit.index > unit.index), None)
            elsewhere = ""
            if later is not None:
                elsewhere = f"Cell {later.tagged.cell.number} defines it, further down."
            elif name in skipped:
                elsewhere = f"Cell {skipped[name]} defines it and is tagged `skip`."
            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
            yield nb301_undefined.diagnostic(
                unit.place(position),
                name,
                elsewhere,
                nearest[0] if nearest else "",
            )


def _imports_all(node: ast.stmt) -> bool:
    """Whether a statement binds names that are not known."""
    every = isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    return every and not stars.is_known(node)


def star_imports(units: Sequence[Unit]) -> Iterator[Diagnostic]:
    """NB505: star imports that must stay in the stage's function, which may hold none."""
    for unit in units:
        for node in unit.nodes:
            stays = unit.role != "import" or unit.late
            if isinstance(node, ast.ImportFrom) and stays and stars.is_known(node):
                yield nb505_star_import.misplaced(unit.place(), node.module or "")


def _expects_name_error(unit: Unit) -> bool:
    return any(
        isinstance(part, ast.ExceptHandler)
        and (part.type is None or "NameError" in ast.dump(part.type))
        for node in unit.nodes
        for part in ast.walk(node)
    )


def missing_locals(units: Sequence[Unit], history: History) -> Iterator[Diagnostic]:
    """NB501: names that a notebook lacks as is expected, or finds among the builtins again.

    A function has no such place for a local name: it cannot return what is not bound, nor read a
    builtin under a name that it deletes.
    """
    for unit in units:
        if _expects_name_error(unit):
            for name, position in unit.effect.reads.items():
                event = history.last(name, unit.index)
                if event is None or event.kind != "maybe" or event.unit.stage == unit.stage:
                    continue
                bound = any(e.kind == "bind" for e in history.reaching(name, event.unit.index))
                if not bound or _deletes(event.unit, name):
                    what = f"`{name}` may not be bound at its end, which this cell expects"
                    yield nb501_module_differs.diagnostic(
                        unit.place(position), event.unit.stage, what
                    )
        for name in sorted(unit.effect.builtins):
            event = history.last(name, unit.index)
            if event is not None and event.kind == "delete" and event.unit.stage == unit.stage:
                what = f"`{name}` is a builtin again here, after a variable of that name is deleted"
                yield nb501_module_differs.diagnostic(unit.place(), unit.stage, what)


def _deletes(unit: Unit, name: str) -> bool:
    return any(
        isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Del)
        for node in unit.nodes
        for part in ast.walk(node)
    )


def names_of_magics(units: Sequence[Unit], history: History) -> Iterator[Diagnostic]:
    """NB203, NB204: names that the Python for a magic binds, and the notebook uses for its own."""
    told: set[str] = set()
    for unit in units:
        cell = unit.parsed
        for name in sorted(unit.effect.touched):
            events = history.of(name)
            text = unit.effect.imports.get(name, "")
            if text in cell.imports:
                others = [e for e in events if e.unit.effect.imports.get(name, "") != text]
            elif cell.local:
                others = [
                    e for e in events if e.unit.index < unit.index and not e.unit.parsed.local
                ]
            else:
                continue
            if others and name not in told:
                told.add(name)
                yield nb203_magic.name_taken(unit.place(), name)


def unused_parameters(
    parameters: Sequence[Parameter], flows: Mapping[str, StageFlow], notebook: Notebook
) -> Iterator[Diagnostic]:
    """NB304."""
    read = {name for flow in flows.values() for name in flow.parameters}
    for parameter in parameters:
        if parameter.name not in read:
            place = Place(notebook.cell(parameter.cell), parameter.line, 1)
            yield nb304_unused_parameter.diagnostic(place, parameter.name)


def cycles(edges: Sequence[Edge], order: Sequence[str], notebook: Notebook) -> Iterator[Diagnostic]:
    """NB303, for one ring of stages."""
    following: dict[str, dict[str, Edge]] = {name: {} for name in order}
    for edge in edges:
        following[edge.source].setdefault(edge.target, edge)
    for start in order:
        path = _ring(start, following)
        if path:
            first = notebook.cell(path[0].consumer_cell)
            steps = [
                (
                    edge.source,
                    edge.target,
                    f"`{edge.variable}`" if edge.variable else edge.reason,
                    notebook.cell(edge.producer_cell).number,
                    notebook.cell(edge.consumer_cell).number,
                )
                for edge in path
            ]
            yield nb303_cycle.diagnostic(Place(first, 1, 1), steps)
            return


def _ring(start: str, following: Mapping[str, Mapping[str, Edge]]) -> list[Edge]:
    """A shortest way from the stage back to itself."""
    waiting: list[list[Edge]] = [[edge] for edge in following[start].values()]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop(0)
        at = path[-1].target
        if at == start:
            return path
        if at not in seen:
            seen.add(at)
            waiting += [[*path, edge] for edge in following[at].values()]
    return []


def hidden_state(units: Sequence[Unit], history: History) -> Iterator[Diagnostic]:
    """NB308, NB309, NB402."""
    last = max((unit.index for unit in units), default=0)
    for unit in units:
        refused = dict(unit.effect.refused)
        if unit.role != "setting":
            refused.update((f"changes {p}", at) for p, at in unit.effect.patches.items())
        for what, position in refused.items():
            yield nb309_process_state.diagnostic(unit.place(position), what)
        kept = [s for s in sorted(unit.effect.settings) if group_of(s) not in unit.effect.alters]
        if (
            kept
            and unit.role != "setting"
            and unit.index < last
            and any(other.stage != unit.stage and other.index > unit.index for other in units)
        ):
            yield nb308_setting.diagnostic(unit.place(), kept[0])
        for what in unseeded(unit, history):
            drawn = (
                f"random numbers are drawn {what}"
                if what.startswith("from")
                else f"`{what}` is made"
            )
            yield nb402_unseeded.diagnostic(unit.place(), drawn)


def kept_figures(units: Sequence[Unit]) -> Iterator[Diagnostic]:
    """NB309: drawing on a figure of an earlier stage."""
    cells = by_cell(units).values()
    if not any(drawing.keeps_figures(own[0].parsed) for own in cells):
        return
    drawn: list[str] = []
    for own in cells:
        unit = own[0]
        draws, _ = drawing.first(own, unit.parsed)
        left = next((stage for stage in reversed(drawn) if stage != unit.stage), None)
        if draws and left is not None and unit.stage not in drawn:
            yield nb309_process_state.figure(unit.place(), left)
        leaves = draws or any(one.effect.draws_figure for one in own)
        if leaves and not drawing.closes_figures(unit.parsed):
            drawn.append(unit.stage)
