"""Digests of code by its meaning: formatting, quotes and comments do not count.

The syntax tree is walked by hand, since ``ast.dump`` differs between versions of Python and the
digests must not.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from nb2pipe.model import Pipeline, Stage

# Comments that stand for code (magics) or steer it.
_RESERVED = re.compile(r"#\s*nb2pipe>.*")
# Positions and what only some versions fill in.
_SKIPPED = {"ctx", "kind", "type_comment", "type_ignores"}


def digest(value: Any) -> str:
    """The sha256 of a JSON value, in hexadecimal."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def code(source: str) -> str:
    """The digest of a piece of Python by its meaning.

    Args:
        source: statements; text that is no Python counts as it is.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return digest(source)
    hashed = hashlib.sha256()
    for word in _words(tree):
        hashed.update(word.encode("utf-8", "surrogatepass"))
        hashed.update(b"\0")
    for comment in _RESERVED.findall(source):
        hashed.update(comment.rstrip().encode("utf-8", "surrogatepass"))
    if _silenced(source, tree):
        hashed.update(b";")
    return hashed.hexdigest()


def _words(tree: ast.AST) -> Iterator[str]:
    """The tree in preorder as words, without recursion: an expression may be deep."""
    waiting: list[Any] = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, ast.Constant):
            yield f"{type(item.value).__name__} {_constant(item.value)}"
        elif isinstance(item, ast.AST):
            yield type(item).__name__
            parts: list[Any] = []
            for name in item._fields:
                value = getattr(item, name, None)
                if name in _SKIPPED or value is None or value == []:
                    continue
                if isinstance(item, ast.JoinedStr):
                    value = _joined(value)
                parts += [f".{name}", value]
            waiting += [")", *reversed(parts)]
        elif isinstance(item, list):
            waiting += ["]", *reversed(item), "["]
        else:  # None in a dict's keys; an identifier's text; a number such as a conversion
            yield ascii(item)


def _constant(value: object) -> str:
    if type(value) is int:
        return hex(value)
    if isinstance(value, tuple | frozenset):
        return " ".join(_constant(item) for item in value)
    # ascii: what repr shows of other characters depends on Python's Unicode tables.
    return ascii(value)


def _joined(values: list[ast.expr]) -> list[ast.expr]:
    """Parts of an f-string, text joined and empty text left out, as not all versions do."""
    parts: list[ast.expr] = []
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            if not value.value:
                continue
            last = parts[-1] if parts else None
            if isinstance(last, ast.Constant) and isinstance(last.value, str):
                parts[-1] = ast.Constant(last.value + value.value)
                continue
        parts.append(value)
    return parts


def _silenced(source: str, tree: ast.Module) -> bool:
    """Whether a ``;`` after the last expression keeps it from being shown."""
    if ";" not in source or not tree.body or not isinstance(tree.body[-1], ast.Expr):
        return False
    last = tree.body[-1]
    line = source.encode().split(b"\n")[(last.end_lineno or 1) - 1]
    return line[last.end_col_offset or 0 :].lstrip().startswith(b";")


class Meanings:
    """Digests of a pipeline's stages.

    Args:
        pipeline: the analysed notebook.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self._shared = _Shared(pipeline)

    def stage(self, stage: Stage) -> str:
        """The digest of what a stage does: its cells and the shared definitions it reaches."""
        reached = [*stage.shared, *stage.shared_local]
        return digest(
            {
                "imports": [code(text) for text in stage.imports],
                "local": [code(text) for text in (*stage.local_imports, *stage.local_definitions)],
                "cells": [
                    [
                        code(cell.source),
                        cell.metrics,
                        code(cell.draws),
                        *(["perhaps"] if cell.draws_perhaps else []),
                        *([f"shows {cell.shows}"] if cell.shows else []),
                    ]
                    for cell in stage.cells
                ],
                "shared": self._shared.reach(reached),
                "settings": self._shared.settings if stage.settings else [],
                "configuration": [
                    stage.configuration.cache,
                    stage.configuration.timeout,
                    list(stage.configuration.secrets),
                ],
            }
        )


class _Shared:
    """The statements of ``shared.py`` by the names they bind."""

    def __init__(self, pipeline: Pipeline) -> None:
        shared = pipeline.shared
        self._digests = [code(text) for text in (*shared.imports, *shared.body)]
        self._reads: list[set[str]] = []
        self._binders: dict[str, list[int]] = {}
        for number, text in enumerate((*shared.imports, *shared.body)):
            names, bound = _names(text)
            self._reads.append(names)
            for name in bound:
                self._binders.setdefault(name, []).append(number)
        self.settings = [code(text) for text in (*shared.settings_imports, *shared.settings)]
        if shared.settings:
            reads = set().union(*(_names(text)[0] for text in shared.settings))
            self.settings += self.reach(sorted(reads))

    def reach(self, names: Iterable[str]) -> list[str]:
        """Digests of the statements that bind these names, and of those that they need."""
        waiting = list(names)
        seen: set[int] = set()
        while waiting:
            for number in self._binders.get(waiting.pop(), ()):
                if number not in seen:
                    seen.add(number)
                    waiting.extend(self._reads[number])
        return [self._digests[number] for number in sorted(seen)]


def _names(text: str) -> tuple[set[str], set[str]]:
    """All names in a statement, and those it binds at the top level."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return set(), set()
    mentioned = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    bound: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
    return mentioned, bound
