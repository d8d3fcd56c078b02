"""IPython syntax becomes plain Python that keeps its line numbers.

Most cells are Python as they stand. For the others IPython's own transformers find the magics,
shell lines and questions, one after the other, and ``magics`` says what each becomes.
"""

from __future__ import annotations

import ast
import re
import sys
import tokenize
import warnings
from dataclasses import dataclass, field, replace
from functools import lru_cache
from io import StringIO
from typing import Any

from nb2pipe.analysis import cellmagics, ipython, magics
from nb2pipe.analysis.rules import (
    Place,
    nb201_syntax,
    nb202_newer_syntax,
    nb203_magic,
    nb206_reserved_comment,
)
from nb2pipe.analysis.translation import RESERVED, Translation
from nb2pipe.emit import layout
from nb2pipe.model import Cell, Diagnostic


@dataclass(frozen=True)
class ParsedCell:
    """A cell as Python.

    ``source`` is plain Python in which line n is line n of the cell, magics standing as reserved
    comments. ``tree`` is its syntax tree, empty when it has an error. ``requirements`` are
    what install lines name. ``kept`` are the lines that hold magics as reserved comments.
    ``imports`` are the statements that what stands for magics needs; ``filled`` are names that
    IPython fills into a text if they are bound; ``local`` says that all it binds stays in it.
    """

    cell: Cell
    source: str
    tree: ast.Module
    requirements: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    kept: tuple[int, ...] = ()
    imports: tuple[str, ...] = ()
    filled: frozenset[str] = frozenset()
    local: bool = False

    @property
    def extensions(self) -> frozenset[str]:
        """The extensions of IPython that the cell loads."""
        if not self.kept or "load_ext" not in self.source:
            return frozenset()
        lines = self.source.split("\n")
        return frozenset(magics.extension(lines[number - 1]) for number in self.kept) - {""}


@dataclass
class _Text:
    """A cell's lines while its magics are translated."""

    cell: Cell
    lines: list[str]
    requirements: list[str] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    unbound: frozenset[str] = frozenset()
    loaded: frozenset[str] = frozenset()
    imports: dict[str, None] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)
    local: bool = False
    blocks: list[int] = field(default_factory=list)

    def replace(self, start: int, end: int, indent: str, translation: Translation) -> None:
        """Put a translation in place of the lines from ``start`` to ``end`` (from 0, inclusive)."""
        place = Place(self.cell, start + 1, len(indent) + 1)
        self.findings += [finding(place) for finding in translation.findings]
        self.requirements += translation.requirements
        self.imports.update(dict.fromkeys(translation.imports))
        self.filled |= translation.filled
        self.local |= translation.local
        if translation.kept:
            self.kept += range(start + 1, start + 2 + translation.comment.count("\n"))
        new = [text + "\n" for text in translation.written(indent).split("\n")]
        blank = ["\n"] * (end + 1 - start - len(new))
        self.lines[start : end + 1] = new + blank


def parse(
    cell: Cell,
    *,
    language_version: str = "",
    unbound: frozenset[str] = frozenset(),
    loaded: frozenset[str] = frozenset(),
) -> ParsedCell:
    """Read a code cell.

    Args:
        cell: the cell, in IPython syntax.
        language_version: the version of the kernel's Python, for the message on newer syntax.
        unbound: names among ``filled`` that the notebook binds nowhere.
        loaded: extensions of IPython that earlier cells load.

    Returns:
        The cell as Python; what is wrong with it is among its ``diagnostics``.
    """
    known = _without_findings(cell.source, unbound, loaded)
    if known is not None:
        return replace(known, cell=cell)
    return _parse(cell, language_version, unbound, loaded)


# While someone types, all cells but one are as they were. Nothing changes the trees.
@lru_cache(maxsize=4096)
def _without_findings(
    source: str, unbound: frozenset[str], loaded: frozenset[str]
) -> ParsedCell | None:
    """A cell of that text as Python; None when something is to be said about it."""
    parsed = _parse(Cell("", 0, "code", source), "", unbound, loaded)
    return None if parsed.diagnostics else parsed


def _parse(
    cell: Cell, language_version: str, unbound: frozenset[str], loaded: frozenset[str]
) -> ParsedCell:
    try:
        tree = _tree(cell.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    else:
        return ParsedCell(
            cell, cell.source, tree, diagnostics=tuple(_reserved_comments(cell, cell.source, []))
        )
    lines = [line + "\n" for line in cell.source.removesuffix("\n").split("\n")]
    text = _Text(cell, lines, unbound=unbound, loaded=loaded)
    _translate(text, 0)
    for start in reversed(text.blocks):
        _indent(text, start)
    source = "".join(text.lines).removesuffix("\n")
    try:
        tree = _tree(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        tree = ast.Module([], [])
        text.findings.append(_syntax_error(cell, error, language_version))
    else:
        text.findings += _kept_in_definitions(cell, tree, text.kept)
        text.findings += _reserved_comments(cell, source, text.kept)
    return ParsedCell(
        cell,
        source,
        tree,
        tuple(text.requirements),
        tuple(sorted(text.findings, key=lambda d: d.line or 0)),
        tuple(text.kept),
        tuple(text.imports),
        frozenset(text.filled),
        text.local,
    )


def _indent(text: _Text, start: int) -> None:
    """Put the lines from ``start`` (from 0) on into the block that the line before them opens."""
    body = "".join(text.lines[start:])
    try:
        inside = layout.lines_in_strings(layout.tokens(body))
    except SyntaxError:
        return  # it is an error with or without the block
    if not any(line.split("#")[0].strip() for line in text.lines[start:]):
        line = text.lines[start - 1].rstrip("\n")
        code, mark, comment = line.partition(f"  {RESERVED}")
        text.lines[start - 1] = f"{code} pass{mark}{comment}\n"
        return
    for number in range(start, len(text.lines)):
        if number - start + 1 not in inside and text.lines[number].strip():
            text.lines[number] = "    " + text.lines[number]


def _tree(source: str) -> ast.Module:
    """The syntax tree; also what only the compiler notices (``return`` at the top) is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes, comparison by `is`: the user's own
        tree = layout.parse(source)
        compile(tree, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    return tree


def _translate(text: _Text, start: int) -> None:
    """Translate the magics in the lines from ``start`` (from 0) on."""
    transformer = ipython.transformers()
    while start < len(text.lines) and not text.lines[start].strip():
        start += 1
    lines = text.lines[start:]
    if not lines:
        return
    for clean in (
        transformer.leading_indent,
        transformer.classic_prompt,
        transformer.ipython_prompt,
    ):
        cleaned = clean(lines)
        if len(cleaned) == len(lines):
            lines = cleaned
    text.lines[start:] = lines
    first = lines[0]
    if first.startswith("%%") and not re.match(r"%%\w+\?", first):
        whole = cellmagics.cell(first.rstrip(), "".join(lines[1:]))
        if whole is not None:
            text.replace(start, len(text.lines) - 1, "", whole)
            return
        opening = cellmagics.opening(first)
        text.replace(start, start, "", opening)
        if opening.code:
            text.blocks.append(start + 1)
        _translate(text, start + 1)
        return
    while _translate_next(text, start, transformer):
        pass


def _translate_next(text: _Text, start: int, transformer: Any) -> bool:
    """Translate the first piece of special syntax from ``start`` on; False when there is none."""
    lines = text.lines[start:]
    tokens = transformer.make_tokens_by_line(lines)
    found = [
        hit
        for kind in (
            transformer.MagicAssign,
            transformer.SystemAssign,
            transformer.EscapedCommand,
            transformer.HelpEnd,
        )
        if (hit := kind.find(tokens)) is not None
    ]
    for hit in sorted(found, key=lambda hit: hit.sortby()):
        begin, column = hit.start_line, hit.start_col
        try:
            transformed = hit.transform(lines)
        except SyntaxError:
            continue
        end = begin + len(lines) - len(transformed)
        joined = transformer.assemble_continued_line(lines, (begin, column), end)
        before = lines[begin][:column]
        if before.strip():  # x = !command, x = %magic
            text.replace(start + begin, start + end, before, magics.value(joined, text.unbound))
        elif joined[0] in ",;/" and not joined.endswith("?"):
            call = transformed[begin].strip()
            text.replace(start + begin, start + end, before, Translation(call))
        else:
            line = magics.line(joined, text.unbound, text.loaded)
            text.replace(start + begin, start + end, before, line)
        return True
    return False


def _syntax_error(cell: Cell, error: Exception, language_version: str) -> Diagnostic:
    line = column = None
    problem = "nested too deeply"
    if isinstance(error, SyntaxError):
        problem = error.msg
        line = min(error.lineno or 1, cell.source.count("\n") + 1)
        column = error.offset or None
    elif isinstance(error, ValueError):
        problem = str(error)
    place = Place(cell, line or 1, column)
    kernel = _minor(language_version)
    if kernel > sys.version_info[:2]:
        own = ".".join(map(str, sys.version_info[:2]))
        return nb202_newer_syntax.diagnostic(place, problem, ".".join(map(str, kernel)), own)
    return nb201_syntax.diagnostic(place, problem)


def _minor(version: str) -> tuple[int, ...]:
    found = re.match(r"(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else ()


def _kept_in_definitions(cell: Cell, tree: ast.Module, kept: list[int]) -> list[Diagnostic]:
    """Magics in a function's or class's body: they would run at another time than in the module."""
    lines = cell.source.split("\n")
    spans = [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    return [
        nb203_magic.diagnostic(
            Place(cell, number),
            lines[number - 1].split()[0],
            "in a function or class",
            "Move it to the top level of the cell.",
        )
        for number in kept
        if any(first < number <= last for first, last in spans)
    ]


def _reserved_comments(cell: Cell, source: str, kept: list[int]) -> list[Diagnostic]:
    """Comments of the user's own that ``magics.restore`` would turn into code."""
    if RESERVED not in source:
        return []
    return [
        nb206_reserved_comment.diagnostic(Place(cell, token.start[0], token.start[1] + 1))
        for token in tokenize.generate_tokens(StringIO(source).readline)
        if token.type == tokenize.COMMENT
        and token.string.startswith(RESERVED)
        and token.start[0] not in kept
    ]
