"""Where in a cell the function form gets the fresh figure that a notebook's cell starts with."""

from __future__ import annotations

import ast

from nb2pipe.emit.layout import normalise, parse

_SETTINGS = {
    *("rc", "rcdefaults", "use", "update"),
    *("set_theme", "set_style", "set_context", "set_palette"),
}


def with_figure(source: str, line: str) -> str:
    """A cell's text with a line that makes a figure.

    It stands at the top, but below settings of matplotlib with which the cell begins: a figure has
    those that hold when it is made, and the notebook makes it when it is drawn on.

    Args:
        source: the cell's text.
        line: the line.
    """
    source = normalise(source)
    below = 0
    if "rc" in source or "style" in source or "set_" in source:
        for node in parse(source).body:
            if _sets(node):
                below = node.end_lineno or node.lineno
            elif not isinstance(node, ast.Import | ast.ImportFrom):
                below = below if node.lineno > below else 0  # on the line of a setting
                break
    lines = source.split("\n") if source else []
    return "\n".join([*lines[:below], line, *lines[below:]])


def _sets(node: ast.stmt) -> bool:
    """Whether a statement does no more than set something of matplotlib or seaborn."""
    match node:
        case ast.Assign(targets=[ast.Subscript(value=place)]):
            return ast.unparse(place).endswith("rcParams")
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr=name))):
            owners = ast.unparse(owner)
            fits = {"update": "rcParams", "use": "style"}.get(name, "")
            return name in _SETTINGS and owners.endswith(fits)
    return False
