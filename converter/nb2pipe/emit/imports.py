"""Import statements as a block: sorted, merged, in the usual three groups."""

from __future__ import annotations

import ast
import itertools
import sys
from collections.abc import Iterable
from typing import NamedTuple, TypeGuard

from nb2pipe.emit.layout import parse

WIDTH = 100

# The standard library of every Python that nb2pipe knows, so that each version sorts alike.
_STANDARD = sys.stdlib_module_names | {
    *("asynchat", "asyncore", "distutils", "imp", "smtpd"),  # until 3.11
    *("aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "lib2to3", "mailcap"),
    *("msilib", "nis", "nntplib", "ossaudiodev", "pipes", "sndhdr", "spwd", "sunau"),
    *("telnetlib", "uu", "xdrlib"),  # until 3.12
    *("annotationlib", "compression"),  # from 3.14
}


class _Import(NamedTuple):
    """One imported name: ``module`` alone, or ``member`` of it; ``alias`` is its ``as`` name."""

    module: str
    member: str
    alias: str

    @property
    def bound(self) -> str:
        return self.alias or self.member or self.module.partition(".")[0]

    @property
    def origin(self) -> tuple[str, str]:
        if self.member or self.alias:
            return self.module, self.member
        return self.module.partition(".")[0], ""


def names(statements: Iterable[str]) -> frozenset[str]:
    """The names that import statements bind, also under ``try`` and ``if``."""
    bound: set[str] = set()
    for node in ast.walk(parse("\n".join(statements))):
        if isinstance(node, ast.Import):
            bound.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            bound.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
    return frozenset(bound)


def block(statements: Iterable[str], package: str) -> str:
    """The statements as one block of text, without an empty line at its end.

    Statements other than plain imports (``try: … except ImportError``) follow the groups as they
    are. Where two imports bind one name to different things, their order decides which holds, so
    everything stays as it was given.

    Args:
        statements: import statements as source text.
        package: the import package whose own modules form the last group.
    """
    given = list(dict.fromkeys(statements))
    plain: list[_Import] = []
    verbatim: list[str] = []
    for statement in given:
        nodes = parse(statement).body
        entries = [_entries(node) for node in nodes if _is_plain(node)]
        if len(entries) == len(nodes):
            plain.extend(itertools.chain(*entries))
        else:
            verbatim.append(statement.strip("\n"))
    origins: dict[str, tuple[str, str]] = {}
    if any(origins.setdefault(entry.bound, entry.origin) != entry.origin for entry in plain):
        return "\n".join(statement.strip("\n") for statement in given)
    groups = [[entry for entry in plain if _group(entry, package) == rank] for rank in range(4)]
    return "\n\n".join([*(_group_text(group) for group in groups if group), *verbatim])


def _is_plain(node: ast.stmt) -> TypeGuard[ast.Import | ast.ImportFrom]:
    if isinstance(node, ast.ImportFrom):
        return not node.level and all(alias.name != "*" for alias in node.names)
    return isinstance(node, ast.Import)


def _entries(node: ast.Import | ast.ImportFrom) -> list[_Import]:
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        return [
            _Import(module, alias.name, _alias(alias.asname, alias.name)) for alias in node.names
        ]
    return [_Import(alias.name, "", _alias(alias.asname, alias.name)) for alias in node.names]


def _alias(alias: str | None, name: str) -> str:
    return alias if alias and alias != name else ""


def _group(entry: _Import, package: str) -> int:
    top = entry.module.partition(".")[0]
    if top == "__future__":
        return 0
    if top == package:
        return 3
    return 1 if top in _STANDARD else 2


def _group_text(group: list[_Import]) -> str:
    entries = sorted(set(group), key=lambda entry: (entry.module.lower(), entry))
    lines = [
        f"import {entry.module} as {entry.alias}" if entry.alias else f"import {entry.module}"
        for entry in entries
        if not entry.member
    ]
    modules = dict.fromkeys(entry.module for entry in entries if entry.member)
    for module in modules:
        members = [entry for entry in entries if entry.member and entry.module == module]
        plain = sorted((entry.member for entry in members if not entry.alias), key=_member_order)
        if plain:
            lines.append(_from_line(module, plain))
        lines += [
            f"from {module} import {entry.member} as {entry.alias}"
            for entry in sorted(members, key=lambda entry: (_member_order(entry.member), entry))
            if entry.alias
        ]
    return "\n".join(lines)


def _member_order(name: str) -> tuple[int, str, str]:
    """Constants, classes, then the rest: as isort and ruff order them."""
    if name.isupper() and len(name) > 1:
        return 0, name.lower(), name
    return (1 if name[:1].isupper() else 2), name.lower(), name


def _from_line(module: str, members: list[str]) -> str:
    line = f"from {module} import {', '.join(members)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in members), ")"])
