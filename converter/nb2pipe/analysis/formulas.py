"""Variables that a library takes from its caller by their names in a string.

::

    table.query("price > @limit")               # limit
    smf.ols("price ~ center(rooms)", table)     # center, and a column or variable rooms
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

MARKED = re.compile(r"@([^\W\d]\w*)")
WORD = re.compile(r"[^\W\d]\w*")
# A function in a formula.
_CALLED = re.compile(r"(?<![\w.])([^\W\d]\w*)(?=[(.])")
# Methods of a frame whose text marks the caller's variables.
QUERIES = frozenset({"query", "eval"})
# Without this no string of a text of code names a variable.
TEXTUAL = re.compile(rf"\.(?:{'|'.join(sorted(QUERIES))})\(|~")
# Libraries whose functions evaluate strings with the caller's variables.
EVALUATING = ("statsmodels.formula.", "patsy.", "pandas.eval")


def names_in_call(node: ast.Call) -> set[str]:
    """Names in the strings of a call, as far as its text tells that they may be variables.

    Code that is only defined is not run: of what it calls, no more is known than how it is written.
    """
    names = marked_in_call(node)
    for text in _texts(node):
        if _method(node) == "eval" or "~" in text:
            names.update(WORD.findall(text))
    return names


def marked_in_call(node: ast.Call) -> set[str]:
    """Names in the strings of a call that can be nothing but the caller's: no column is meant."""
    names: set[str] = set()
    for text in _texts(node):
        if _method(node) in QUERIES:
            names.update(MARKED.findall(text))
        if "~" in text:
            names.update(_CALLED.findall(text))
    return names


def _method(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _texts(node: ast.Call) -> Iterator[str]:
    """The strings among the arguments, and the fixed parts of f-strings."""
    for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
        for part in argument.values if isinstance(argument, ast.JoinedStr) else [argument]:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value
