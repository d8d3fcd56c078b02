"""Whether a cell draws on pyplot's current figure through a pandas series.

``series.plot()`` takes the current axes where there is a figure, unlike ``frame.plot()``, which
makes one. A notebook's cell starts without a figure; in a function the figure of the cell before
would be drawn on.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_FRAMES = {"to_frame", "unstack", "reset_index", "pivot", "pivot_table", "describe", "agg", "corr"}


def draws_series(tree: ast.AST) -> bool:
    """Whether a cell draws a series, as far as its text tells, on no axes of its own.

    Args:
        tree: the cell.
    """
    return any(_draws(call) for call in _calls(tree))


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _SCOPES):
            if isinstance(child, ast.Call):
                yield child
            yield from _calls(child)


def _draws(call: ast.Call) -> bool:
    names: list[str] = []
    chosen = False
    node: ast.expr = call
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
                break
    is_plot = isinstance(call.func, ast.Attribute) and "plot" in names[:2]
    series = (chosen or "value_counts" in names) and not _FRAMES.intersection(names)
    return is_plot and series and not any(word.arg == "ax" for word in call.keywords)
