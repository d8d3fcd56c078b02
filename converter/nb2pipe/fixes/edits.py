"""Edits of cells, and the notebook with them made."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace

from nb2pipe.model import Cell, Fix, Notebook, SetTags


def applied(notebook: Notebook, fix: Fix) -> Notebook:
    """The notebook with the fix's edits made."""
    tags = {edit.cell: edit.tags for edit in fix.edits if isinstance(edit, SetTags)}
    texts = {edit.cell: edit.source for edit in fix.edits if not isinstance(edit, SetTags)}
    return replace(
        notebook,
        cells=tuple(
            replace(cell, tags=tags.get(cell.id, cell.tags), source=texts.get(cell.id, cell.source))
            if cell.id in tags or cell.id in texts
            else cell
            for cell in notebook.cells
        ),
    )


def renamed(cell: Cell, names: Mapping[str, str]) -> SetTags:
    """Some of the cell's tags replaced, each in its place; a tag stands there once."""
    return SetTags(cell.id, tuple(dict.fromkeys(names.get(tag, tag) for tag in cell.tags)))


def removed(cell: Cell, tags: Iterable[str]) -> SetTags:
    """Some of the cell's tags removed."""
    gone = set(tags)
    return SetTags(cell.id, tuple(tag for tag in cell.tags if tag not in gone))


def tree_of(text: str) -> ast.Module | None:
    """The syntax tree of plain Python; None for anything else."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def statement_at(tree: ast.Module, line: int) -> ast.stmt | None:
    """The statement at the top level that alone stands on its lines, ``line`` among them."""
    there = [s for s in tree.body if s.lineno <= line <= (s.end_lineno or s.lineno)]
    if len(there) != 1:
        return None
    first, last = there[0].lineno, there[0].end_lineno or there[0].lineno
    alone = all(
        s is there[0] or s.lineno > last or (s.end_lineno or s.lineno) < first for s in tree.body
    )
    return there[0] if alone else None


def without_lines(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text without the lines from first to last, both counted from 1."""
    gone = {line for first, last in spans for line in range(first, last + 1)}
    lines = text.split("\n")
    return "\n".join(line for number, line in enumerate(lines, start=1) if number not in gone)
