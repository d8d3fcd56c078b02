"""Whether a cell draws on pyplot's current figure through a pandas series.

``series.plot()`` takes the current axes where there is a figure, unlike ``frame.plot()``, which
makes one. A notebook's cell starts without a figure; in a function the figure of the cell before
would be drawn on.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nb2pipe.analysis.syntax import ParsedCell
    from nb2pipe.analysis.units import Unit

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
# Whose calls draw.
_LIBRARIES = {"plt", "pyplot", "sns", "seaborn"}
# What makes a frame of a frame.
_KEEPING = {"set_index", "reset_index", "sort_values", "sort_index", "rename", "dropna", "round"}
_SERIES = {"value_counts", "Series"}
_FRAMES = {"to_frame", "unstack", "reset_index", "pivot", "pivot_table", "describe", "agg", "corr"}
# Words of cells that may draw, or call what does.
_DRAWING = re.compile(r"plot|plt|hist|draw|show|fig|chart|sns|\bax")
# What chooses a backend other than the notebook's own.
_BACKEND = re.compile(
    r"""\b(?:matplotlib|mpl)\.use\(|switch_backend\(|%matplotlib[ ]+(?!inline|--list)\w"""
)
_CLOSING = re.compile(r"\b(?:plt|pyplot)\.close\(")
_CHOOSING = (ast.If, ast.IfExp, ast.While, ast.Try, ast.Match, ast.BoolOp, ast.comprehension)


def closes_figures(cell: ParsedCell) -> bool:
    """Whether a cell closes figures."""
    return _CLOSING.search(cell.source) is not None


def first(units: Sequence[Unit], cell: ParsedCell) -> tuple[bool, bool]:
    """Whether a cell draws on the current figure before it makes one, and that only perhaps.

    Args:
        units: the cell's units.
        cell: the cell.
    """
    if "plot" in cell.source and _begins_with_frame(cell.tree):
        return False, False
    series = _of_series(cell.tree) if "plot" in cell.source else []
    unit = next((unit for unit in units if unit.effect.draws_figure), None)
    if unit is None:
        return bool(series), not any(map(is_sure, series))
    # What comes later may draw on another figure, which this one has made.
    sure = not unit.effect.draws_perhaps or any(node in series for node in unit.nodes)
    return unit.effect.draws_figure == "draws", not (sure and all(map(is_sure, unit.nodes)))


def may_draw(cell: ParsedCell) -> bool:
    """Whether a cell may leave a figure, as far as its words tell."""
    return bool(_DRAWING.search(cell.source))


def keeps_figures(cell: ParsedCell) -> bool:
    """Whether a cell chooses a backend with which figures stay current from cell to cell."""
    return _BACKEND.search(cell.source) is not None


@lru_cache(maxsize=4096)
def is_sure(node: ast.AST) -> bool:
    """Whether all calls in a statement, or in a function's body, are made."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return all(map(is_sure, node.body))
    if isinstance(node, ast.For):
        return _is_not_empty(node.iter) and all(map(is_sure, node.body))
    return not any(isinstance(part, (*_CHOOSING, ast.For, ast.Lambda)) for part in ast.walk(node))


def _is_not_empty(node: ast.expr) -> bool:
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return any(not isinstance(part, ast.Starred) for part in parts)
        case ast.Call(func=ast.Name("range"), args=[ast.Constant(value=int(count))]):
            return count > 0
        case ast.Call(func=ast.Name("enumerate"), args=[inner, *_]):
            return _is_not_empty(inner)
    return False


def _of_series(tree: ast.Module) -> list[ast.stmt]:
    """The statements that draw a series, as far as their text tells, on no axes of its own."""
    known = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _makes_series(_chain(node.value)[1])
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return [
        statement
        for statement in tree.body
        if any(_draws(call, known) for call in _calls(ast.Module([statement], [])))
    ]


def _begins_with_frame(tree: ast.Module) -> bool:
    """Whether a cell first draws a frame that it has made, which gets a figure of its own."""
    frames: set[str] = set()
    for node in tree.body:
        for call in _calls(node):
            base, names, _ = _chain(call)
            if not isinstance(base, ast.Name):
                continue
            if base.id in _LIBRARIES:
                return False
            if base.id in frames and "plot" in names[:2] and len(names) <= 2:
                return not any(word.arg == "ax" for word in call.keywords)
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                made = isinstance(value, ast.Call) and _makes_frame(value)
                (frames.add if made else frames.discard)(name)
    return False


def _makes_frame(call: ast.Call) -> bool:
    """Whether a call gives a frame: made, or put together from columns, and kept one."""
    while isinstance(call.func, ast.Attribute):
        if call.func.attr == "DataFrame":
            return True
        if call.func.attr == "concat":
            return any(
                word.arg == "axis"
                and isinstance(word.value, ast.Constant)
                and word.value.value in (1, "columns")
                for word in call.keywords
            )
        if call.func.attr not in _KEEPING or not isinstance(call.func.value, ast.Call):
            return False
        call = call.func.value
    return isinstance(call.func, ast.Name) and call.func.id == "DataFrame"


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _SCOPES):
            if isinstance(child, ast.Call):
                yield child
            yield from _calls(child)


def _draws(call: ast.Call, known: set[str]) -> bool:
    is_plot = isinstance(call.func, ast.Attribute) and "plot" in _chain(call)[1][:2]
    return (
        is_plot and _is_series(call, known) and not any(word.arg == "ax" for word in call.keywords)
    )


def _is_series(node: ast.expr, known: set[str]) -> bool:
    """Whether an expression begins with a series: made, chosen from a frame, or a known name."""
    base, names, chosen = _chain(node)
    begins = chosen or (isinstance(base, ast.Name) and base.id in known)
    return _makes_series(names) or (begins and _FRAMES.isdisjoint(names))


def _makes_series(names: list[str]) -> bool:
    return not _SERIES.isdisjoint(names) and _FRAMES.isdisjoint(names)


def _chain(node: ast.expr) -> tuple[ast.expr, list[str], bool]:
    """What a chain of calls, attributes and items begins with, its attributes from the last on."""
    names: list[str] = []
    chosen = False
    while True:
        match node:
            case ast.Call(func=inner):
                node = inner
            case ast.Attribute(value=inner, attr=name):
                names.append(name)
                node = inner
            case ast.Subscript(value=inner, slice=key):
                chosen = chosen or (isinstance(key, ast.Constant) and isinstance(key.value, str))
                node = inner
            case _:
                return node, names, chosen
