"""The modules that a notebook imports: evidence for the environment it needs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from nb2pipe.analysis.syntax import ParsedCell
from nb2pipe.model import ImportedModule


def imported(cells: Iterable[ParsedCell]) -> tuple[ImportedModule, ...]:
    """Every imported module once; optional only where every import of it is."""
    found: dict[str, ImportedModule] = {}
    written: set[str] = set()
    for parsed in cells:
        if "import" not in parsed.source and "write_text" not in parsed.source:
            continue  # most cells: their trees need not be searched
        for module, line, guarded in _imports(parsed.tree.body, guarded=False):
            optional = guarded or module.partition(".")[0] in written
            known = found.get(module)
            if known is None or (known.optional and not optional):
                found[module] = ImportedModule(module, parsed.cell.id, line, optional)
        written |= set(_written_modules(parsed.tree))
    return tuple(found.values())


def _imports(nodes: Iterable[ast.AST], *, guarded: bool) -> Iterator[tuple[str, int, bool]]:
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, guarded
        elif isinstance(node, ast.ImportFrom):
            if node.module and not node.level:
                yield node.module, node.lineno, guarded
        elif isinstance(node, ast.Try) and _catches_import_error(node):
            yield from _imports(node.body, guarded=True)
            yield from _imports([*node.handlers, *node.orelse, *node.finalbody], guarded=True)
        else:
            yield from _imports(ast.iter_child_nodes(node), guarded=guarded)


def _catches_import_error(node: ast.Try) -> bool:
    names = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
    for handler in node.handlers:
        if handler.type is None:
            return True
        if any(isinstance(p, ast.Name) and p.id in names for p in ast.walk(handler.type)):
            return True
    return False


def _written_modules(tree: ast.Module) -> Iterator[str]:
    """Modules that a ``%%writefile`` of the cell makes."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(
                    attr="write_text", value=ast.Call(args=[ast.Constant(value=str(path))])
                )
            ) if path.endswith(".py"):
                yield path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
