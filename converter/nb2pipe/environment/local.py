"""Modules that lie beside the notebook: no requirement themselves, but what they import is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from nb2pipe.model import ImportedModule

_EXTENSIONS = (".so", ".pyd")


def is_local(module: str, folder: Path) -> bool:
    """Whether the top-level module is a file or a package in the notebook's folder."""
    top = module.partition(".")[0]
    if (folder / f"{top}.py").is_file() or (folder / top / "__init__.py").is_file():
        return True
    return any(
        path.suffix in _EXTENSIONS and path.name.partition(".")[0] == top
        for path in folder.glob(f"{top}.*")
    )


def is_namespace(module: str, folder: Path) -> bool:
    """Whether the notebook's folder has a package without ``__init__.py`` of that name."""
    place = folder / module.partition(".")[0]
    return place.is_dir() and any(place.glob("*.py"))


def imports(modules: list[str], folder: Path) -> Iterator[tuple[str, int, ImportedModule]]:
    """What local modules import, also through one another.

    Args:
        modules: top-level modules that lie in ``folder``.
        folder: the notebook's folder.

    Yields:
        The file's name, the line, and the import, which has no cell.
    """
    waiting = list(dict.fromkeys(module.partition(".")[0] for module in modules))
    seen = set(waiting)
    while waiting:
        top = waiting.pop(0)
        single = folder / f"{top}.py"
        files = [single] if single.is_file() else sorted((folder / top).rglob("*.py"))
        for file in files:
            for name, line, optional in _imported(file):
                if is_local(name, folder) or is_namespace(name, folder):
                    if name not in seen:
                        seen.add(name)
                        waiting.append(name)
                else:
                    module = ImportedModule(name, cell="", line=line, optional=optional)
                    yield file.relative_to(folder).as_posix(), line, module


def _imported(file: Path) -> Iterator[tuple[str, int, bool]]:
    """Dotted name, line, and whether it may be missing, of every import in a file."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, optional = waiting.pop()
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, optional
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno, optional
        guarded = optional or isinstance(node, ast.Try | ast.TryStar)
        waiting.extend((child, guarded) for child in ast.iter_child_nodes(node))
