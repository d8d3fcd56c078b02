"""Variables that a library takes from its caller by their names in a string.

::

    table.query("price > @limit")               # limit
    smf.ols("price ~ center(rooms)", table)     # center, and a column or variable rooms
"""

from __future__ import annotations

import ast
import re

MARKED = re.compile(r"@([^\W\d]\w*)")
WORD = re.compile(r"[^\W\d]\w*")
# A function in a formula.
_CALLED = re.compile(r"(?<![\w.])([^\W\d]\w*)(?=[(.])")
# Methods of a frame whose text marks the caller's variables.
QUERIES = frozenset({"query", "eval"})
# Libraries whose functions evaluate strings with the caller's variables.
EVALUATING = ("statsmodels.formula.", "patsy.", "pandas.eval")


def names_in_call(node: ast.Call) -> set[str]:
    """Names in the strings of a call, as far as its text tells that they may be variables.

    Code that is only defined is not run: of what it calls, no more is known than how it is written.
    """
    names = marked_in_call(node)
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    for argument in _arguments(node):
        for text in _texts(argument):
            if method == "eval" or "~" in text:
                names.update(WORD.findall(text))
    return names


def marked_in_call(node: ast.Call) -> set[str]:
    """Names in the strings of a call that can be nothing but the caller's: no column is meant."""
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    names: set[str] = set()
    for argument in _arguments(node):
        for text in _texts(argument):
            if method in QUERIES:
                names.update(MARKED.findall(text))
            if "~" in text:
                names.update(_CALLED.findall(text))
    return names


def _arguments(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)]


def _texts(node: ast.expr) -> list[str]:
    """The string, or the fixed parts of an f-string."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return [
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
