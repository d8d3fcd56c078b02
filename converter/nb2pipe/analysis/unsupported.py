"""Constructs that a notebook's cell may hold and a stage's function may not.

========  ==================================================================================
NB502     ``exec``, ``eval``, ``globals``, ``locals``, ``vars()``, ``dir()``, ``__main__``
NB503     ``__file__`` and other attributes of the module, ``__name__`` excepted
NB504     ``await``, ``async for`` and ``async with`` outside a function
NB505     star imports
NB506     the shell's history: ``_``, ``_3``, ``_i``, ``Out``, ``In``
NB507     ``get_ipython``
NB508     ``exit``, ``quit``
NB509     ``input``
NB510     ``global`` outside a function
========  ==================================================================================

``return`` and ``yield`` outside a function are syntax errors (NB201).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from typing import TypeGuard

from nb2pipe.analysis import stars
from nb2pipe.analysis.rules import (
    Place,
    nb502_dynamic_names,
    nb503_module_attribute,
    nb504_top_level_await,
    nb505_star_import,
    nb506_shell_history,
    nb507_shell_object,
    nb508_exit,
    nb509_input,
    nb510_global_statement,
)
from nb2pipe.analysis.scope import Scope, Scoped, evaluated_at_definition, scope_of
from nb2pipe.analysis.syntax import ParsedCell
from nb2pipe.model import Diagnostic

_DYNAMIC = frozenset({"exec", "eval", "globals", "locals"})
_DYNAMIC_WITHOUT_ARGUMENTS = frozenset({"vars", "dir"})
_ATTRIBUTES = frozenset({"__file__", "__builtins__", "__doc__", "__spec__", "__package__"})
_ATTRIBUTES |= {"__loader__", "__annotations__"}
_HISTORY = re.compile(r"_{1,3}|_i{1,3}|_i?[0-9]+|_(?:oh|dh|ih|ii|iii)|In|Out")
# Without one of these words a cell holds nothing of the kind, and its tree need not be searched.
_SUSPECT = re.compile(
    r"\b(?:exec|eval|globals|locals|vars|dir|global|async|await|input|exit|quit|get_ipython|__main__"
    rf"|import\s*\*|{'|'.join(_ATTRIBUTES)}|{_HISTORY.pattern})(?!\w)|import\s*\*"
)
_STATEMENT = re.compile(r"\b(?:global|async|await)\b")
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def documents(parsed: ParsedCell) -> bool:
    """Whether running the cell sets ``__doc__``.

    IPython compiles every statement but a last expression as a module, of which a string is the
    docstring.
    """
    return any(
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for node in parsed.tree.body[:-1]
    )


def find(
    parsed: ParsedCell, bound: Collection[str] = (), *, documented: bool = False
) -> tuple[Diagnostic, ...]:
    """The unsupported constructs of a cell.

    Args:
        parsed: the cell.
        bound: names that the notebook's other cells bind: an ``input`` or ``_`` of the user's own
            is a variable like any other.
        documented: whether a cell of the notebook sets ``__doc__``.
    """
    if not _SUSPECT.search(parsed.source):
        return ()
    own = {*bound, *bound_names(parsed.tree)}
    shows = "__doc__" in parsed.source and not documented
    shown = _shown(parsed.tree.body) if shows else set[ast.AST]()
    found = [
        *(_statements(parsed, parsed.tree.body) if _STATEMENT.search(parsed.source) else ()),
        *(
            finding
            for name in _names(parsed.tree, own, None)
            if name[0] not in shown and (finding := _name(parsed, *name)) is not None
        ),
        *(_imports(parsed) if "import" in parsed.source else ()),
    ]
    return tuple(sorted(found, key=lambda finding: (finding.line or 0, finding.column or 0)))


def _place(parsed: ParsedCell, node: ast.stmt | ast.expr) -> Place:
    line = parsed.source.split("\n")[node.lineno - 1]
    return Place(parsed.cell, node.lineno, len(line.encode()[: node.col_offset].decode()) + 1)


def bound_names(tree: ast.Module) -> frozenset[str]:
    """The names that a cell binds at its top level."""
    function = ast.FunctionDef(
        name="_",
        args=ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[]),
        body=tree.body,
        decorator_list=[],
    )
    scope: Scope = scope_of(function)
    return frozenset(scope.bound | scope.written)


def _statements(parsed: ParsedCell, nodes: list[ast.stmt]) -> Iterator[Diagnostic]:
    """What is refused outside functions only."""
    for node in _outside_functions(nodes):
        if isinstance(node, ast.Global):
            yield nb510_global_statement.diagnostic(_place(parsed, node), node.names[0])
        elif _awaits(node):
            yield nb504_top_level_await.diagnostic(_place(parsed, node))


def _shown(statements: Sequence[ast.stmt]) -> set[ast.AST]:
    """What is called or shown outside functions, as in ``print(__doc__)``.

    A stage's function has IPython's text for it; see ``emit.module``.
    """
    return set(_outside_functions([item for item in statements if isinstance(item, ast.Expr)]))


def _awaits(node: ast.AST) -> TypeGuard[ast.expr | ast.stmt]:
    if isinstance(node, _COMPREHENSIONS):
        return any(part.is_async for part in node.generators)
    return isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith)


def _outside_functions(nodes: list[ast.stmt]) -> Iterator[ast.AST]:
    waiting: list[ast.AST] = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += evaluated_at_definition(node)
        else:
            waiting += ast.iter_child_nodes(node)


def _imports(parsed: ParsedCell) -> Iterator[Diagnostic]:
    for node in ast.walk(parsed.tree):
        if isinstance(node, ast.ImportFrom):
            if node.module == "__main__":
                yield nb502_dynamic_names.diagnostic(_place(parsed, node), "__main__")
            elif any(alias.name == "*" for alias in node.names) and not (
                node in parsed.tree.body and stars.is_known(node)
            ):
                module = "." * node.level + (node.module or "")
                yield nb505_star_import.diagnostic(_place(parsed, node), module)
        elif isinstance(node, ast.Import) and any(item.name == "__main__" for item in node.names):
            yield nb502_dynamic_names.diagnostic(_place(parsed, node), "__main__")


def _names(
    node: ast.AST, bound: Collection[str], call: ast.Call | None
) -> Iterator[tuple[ast.Name, ast.Call | None]]:
    """The names read from the shell or the builtins, each with the call whose function it is."""
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load) and node.id not in bound:
            yield node, call
        return
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
        for outside in evaluated_at_definition(node):
            yield from _names(outside, bound, None)
        inner = {*bound, *scope_of(node).bound}
        body: Sequence[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else node.body
        for part in body:
            yield from _names(part, inner, None)
        return
    if isinstance(node, _COMPREHENSIONS):
        scoped: Scoped = node
        bound = {*bound, *scope_of(scoped).bound}
    for child in ast.iter_child_nodes(node):
        calls = isinstance(node, ast.Call) and child is node.func
        yield from _names(child, bound, node if calls and isinstance(node, ast.Call) else None)


def _name(parsed: ParsedCell, node: ast.Name, call: ast.Call | None) -> Diagnostic | None:
    name = node.id
    place = _place(parsed, node)
    bare = call is not None and not call.args and not call.keywords
    if name in _DYNAMIC or (name in _DYNAMIC_WITHOUT_ARGUMENTS and bare):
        return nb502_dynamic_names.diagnostic(place, name)
    if name in _ATTRIBUTES:
        return nb503_module_attribute.diagnostic(place, name)
    if name == "get_ipython":
        return nb507_shell_object.diagnostic(place)
    if name in ("exit", "quit"):
        return nb508_exit.diagnostic(place, name)
    if name == "input":
        return nb509_input.diagnostic(place)
    if _HISTORY.fullmatch(name):
        return nb506_shell_history.diagnostic(place, name)
    return None
