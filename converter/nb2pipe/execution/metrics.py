"""The names that a cell tagged ``metrics`` binds, shows bare or prints."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def names(source: str) -> tuple[str, ...]:
    """The names whose values may be metrics, in order of mention.

    Args:
        source: the cell as plain Python.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
    found = list(_bound_or_printed(tree))
    if tree.body and isinstance(last := tree.body[-1], ast.Expr):
        shown = last.value.elts if isinstance(last.value, ast.Tuple | ast.List) else [last.value]
        found += [node.id for node in shown if isinstance(node, ast.Name)]
    return tuple(dict.fromkeys(found))


def _bound_or_printed(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _SCOPES):
            continue
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id
        if isinstance(child, ast.Call) and _shows(child.func):
            yield from _printed(child)
        if isinstance(child, _COMPREHENSIONS):
            yield from _walrus(child)
        else:
            yield from _bound_or_printed(child)


def _shows(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and function.id in ("print", "display")


def _walrus(comprehension: ast.AST) -> Iterator[str]:
    for node in ast.walk(comprehension):
        if isinstance(node, ast.NamedExpr):
            yield node.target.id


def _printed(call: ast.Call) -> Iterator[str]:
    for argument in call.args:
        inner = argument.value if isinstance(argument, ast.Starred) else argument
        if isinstance(inner, ast.JoinedStr):
            parts = [part.value for part in inner.values if isinstance(part, ast.FormattedValue)]
            yield from (part.id for part in parts if isinstance(part, ast.Name))
        elif isinstance(inner, ast.Tuple | ast.List):
            yield from (part.id for part in inner.elts if isinstance(part, ast.Name))
        elif isinstance(inner, ast.Name):
            yield inner.id


def of_run(stages: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The metrics of all stages; a name that several stages use stands with each stage's name."""
    users: dict[str, list[str]] = {}
    for stage, metrics in stages.items():
        for name in metrics:
            users.setdefault(name, []).append(stage)
    found: dict[str, Any] = {}
    for stage, metrics in stages.items():
        for name, value in metrics.items():
            found[name if len(users[name]) == 1 else f"{stage}.{name}"] = value
    return found
