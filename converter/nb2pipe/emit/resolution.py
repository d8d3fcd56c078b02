"""Where the names of a generated module are found when its functions run."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Collection, Iterable, Iterator

from nb2pipe.analysis.formulas import TEXTUAL, marked_in_call
from nb2pipe.analysis.scope import scope_of
from nb2pipe.emit.parsed import SCOPES, ParsedModule, own_nodes

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# What every module has of its own.
_MODULE = frozenset({"__name__"})


def undefined(table: symtable.SymbolTable, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Names that a scope, or one within it, takes from the module, which has none such.

    Args:
        table: the scope.
        known: the names of the module.

    Yields:
        The name, and the name of the scope that reads it.
    """
    for symbol in table.get_symbols():
        name = symbol.get_name()
        if (
            symbol.is_global()
            and symbol.is_referenced()
            and not (name in known or name in _MODULE or hasattr(builtins, name))
        ):
            yield name, table.get_name()
    for child in table.get_children():
        yield from undefined(child, known)


def hidden_by_import(module: ParsedModule) -> list[str]:
    """Names that the module imports and the stage's function binds: its reads miss the import."""
    return sorted((module.names - {module.name}) & module.variables)


def read_by_class(module: ParsedModule) -> Iterator[tuple[ast.ClassDef, str]]:
    """Classes whose bodies read a variable of the stage that they bind later themselves."""
    if "class" not in module.words:
        return
    variables = module.variables
    for node in ast.walk(module.function):
        if isinstance(node, ast.ClassDef):
            yield from ((node, name) for name in sorted(_read_before_bound(node) & variables))


def named_in_text(module: ParsedModule) -> Iterator[str]:
    """Variables of the stage that only a string names, in a function or comprehension inside it.

    A library looks for them in the frame that calls it and in the module. A variable of the
    function around is in neither, unless the code around the call reads it too.
    """
    if TEXTUAL.search("\n".join(module.lines)):
        yield from sorted(_named(module.function, inside=False) & module.variables)


def _named(node: ast.AST, inside: bool) -> set[str]:
    found: set[str] = set()
    if inside and isinstance(node, ast.Call):
        found |= marked_in_call(node)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (*SCOPES, ast.Lambda, *_COMPREHENSIONS)):
            body = child.body if isinstance(child, SCOPES) else ast.iter_child_nodes(child)
            read = {part.id for part in own_nodes(body) if isinstance(part, ast.Name)}
            found |= _named(child, inside=True) - read - scope_of(child).bound
        else:
            found |= _named(child, inside)
    return found


def _read_before_bound(node: ast.ClassDef) -> set[str]:
    body = [*_in_class(node.body)]
    stored = {
        part.id
        for part in body
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load)
    } | {part.name for part in body if isinstance(part, SCOPES)}
    sure: set[str] = set()
    early: set[str] = set()
    for statement in node.body:
        names = [part for part in _in_class([statement]) if isinstance(part, ast.Name)]
        early |= {part.id for part in names if isinstance(part.ctx, ast.Load)} - sure
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            early |= {statement.target.id} - sure
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            sure |= {part.id for part in names if isinstance(part.ctx, ast.Store)}
        elif isinstance(statement, SCOPES):
            sure.add(statement.name)
    return early & stored


def _in_class(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes whose names are the class's: of comprehensions, only what is evaluated first."""
    inside = {
        id(part)
        for node in own_nodes(nodes)
        if isinstance(node, _COMPREHENSIONS)
        for child in ast.iter_child_nodes(node)
        for part in own_nodes(
            [child] if child is not node.generators[0] else [child.target, *child.ifs]
        )
    }
    return (node for node in own_nodes(nodes) if id(node) not in inside)
