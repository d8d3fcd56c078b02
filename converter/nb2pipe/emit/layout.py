"""Moving Python text to another depth without changing what it means.

Text is moved by its tokens: a line that begins inside a string is part of that string's value and
stays as it is, whatever it looks like. From Python 3.12 on an f-string is several tokens; all of
it counts as one string here, so that every version lays the same text out alike.
"""

from __future__ import annotations

import ast
import io
import re
import symtable
import sys
import tokenize
import warnings
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

from nb2pipe.emit import markers

INDENT = "    "

# What a string that goes on in the next line has in it: most cells have no such string.
_MULTILINE = re.compile(r"""\\\n|\"{3}|'{3}|[fFtT][rR]?["']|[rR][fFtT]["']""")

# A comment or a string, in a text that parses; up to Python 3.11 also an f-string.
_COMMENT_OR_STRING = re.compile(
    r"""\#[^\n]*"""
    r"""|\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}"""
    r"""|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""",
    re.DOTALL,
)
# From Python 3.12 on there may be any tokens in one.
_NESTED = re.compile(r"""[fFtT][rR]?["']|[rR][fFtT]["']""")

# Tokens that open and close a string made of several tokens: f-strings (3.12), t-strings (3.14).
_OPENING = {getattr(tokenize, name, None) for name in ("FSTRING_START", "TSTRING_START")} - {None}
_CLOSING = {getattr(tokenize, name, None) for name in ("FSTRING_END", "TSTRING_END")} - {None}


def normalise(text: str) -> str:
    """The text with the line ends that Python's own reader gives it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


# A cell is read by the analysis, by the proof, and by both again while someone types in another.
@lru_cache(maxsize=4096)
def parse(text: str) -> ast.Module:
    """The syntax tree, without the compiler's remarks on the notebook's strings.

    Whoever asks for the same text gets the same tree, so nothing may change it.

    Raises:
        SyntaxError: the text is no Python.
    """
    return parsed(text)


def parsed(text: str) -> ast.Module:
    """Like :func:`parse`, a tree of the caller's own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def same(one: object, other: object) -> bool:
    """Whether two syntax trees, or lists of them, say the same; positions do not count."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, ast.AST):
        for name in one._fields:
            mine, its = getattr(one, name, None), getattr(other, name, None)
            # Identifiers, contexts and operators are objects that all trees share.
            if mine is not its and not same(mine, its):
                return False
        return True
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    # 0.0 equals -0.0 but is another number; repr tells them apart, and nan from nothing.
    return one == other if isinstance(one, str) else repr(one) == repr(other)


def scopes(text: str) -> symtable.SymbolTable:
    """The scopes of the text, as the compiler sees them.

    Raises:
        SyntaxError: the text is no Python.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return symtable.symtable(text, "<text>", "exec")


def tokens(text: str) -> list[tokenize.TokenInfo]:
    """The tokens of a text that parses.

    Raises:
        SyntaxError: the text is no Python.
    """
    try:
        return list(tokenize.generate_tokens(io.StringIO(text).readline))
    except tokenize.TokenError as error:
        message, (line, column) = error.args
        raise SyntaxError(message, ("<text>", line, column, "")) from None


def lines_in_strings(stream: Iterable[tokenize.TokenInfo]) -> frozenset[int]:
    """The numbers, from 1, of the lines that begin inside a string."""
    lines: set[int] = set()
    depth = first = 0
    for token in stream:
        if token.type in _OPENING:
            first = first if depth else token.start[0]
            depth += 1
        elif token.type in _CLOSING:
            depth -= 1
            if not depth:
                lines.update(range(first + 1, token.end[0] + 1))
        elif token.type == tokenize.STRING:
            lines.update(range(token.start[0] + 1, token.end[0] + 1))
    return frozenset(lines)


class Comment(NamedTuple):
    """A comment: its line from 1, its column from 0, its text."""

    line: int
    column: int
    text: str


def comments_and_strings(text: str) -> tuple[list[Comment], frozenset[int]]:
    """The comments of a text that parses, and the lines that begin inside one of its strings.

    Raises:
        SyntaxError: the text is no Python.
    """
    if sys.version_info >= (3, 12) and _NESTED.search(text):
        stream = tokens(text)
        found = [Comment(*t.start, t.string) for t in stream if t.type == tokenize.COMMENT]
        return found, lines_in_strings(stream)
    # Tokens in between are most of a text, and nothing is asked of them.
    comments: list[Comment] = []
    inside: set[int] = set()
    line, at = 1, 0
    for piece in _COMMENT_OR_STRING.finditer(text):
        start = piece.start()
        line += text.count("\n", at, start)
        at = start
        if text[start] == "#":
            comments.append(Comment(line, start - text.rfind("\n", 0, start) - 1, piece[0]))
        elif "\n" in piece[0]:
            inside.update(range(line + 1, line + 1 + piece[0].count("\n")))
    return comments, frozenset(inside)


def indented(text: str, prefix: str = INDENT) -> str:
    """A cell's text, one level deeper, as it stands in the body of its stage's function.

    Blank lines at both ends go, and so does a line continuation that continues nothing.

    Raises:
        SyntaxError: the text is no Python.
    """
    text = normalise(text)
    # A line continuation may be the last thing in a cell.
    comments: list[Comment] = []
    inside: frozenset[int] = frozenset()
    if _MULTILINE.search(text):
        comments, inside = comments_and_strings(text + "\n")
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if number in inside:
            continue
        # A form feed sets the tokenizer's column back to 0.
        code = line[len(line) - len(line.lstrip(" \t\f")) :]
        space = line[: len(line) - len(code)].rpartition("\f")[2]
        lines[number - 1] = prefix + markers.escape(space + code) if code.strip() else ""
    while lines and not lines[-1].strip():
        lines.pop()
    in_comment = bool(comments) and comments[-1].line == len(lines)
    while lines and not lines[0].strip():
        lines.pop(0)
    if lines and lines[-1].endswith("\\") and not in_comment:
        lines[-1] = lines[-1][:-1].rstrip()
    return "\n".join(lines)


def dedented(rows: Iterable[tuple[int, str]], inside: Collection[int], prefix: str) -> str:
    """Lines of a function's body, each with its number, at the level of a module.

    Args:
        rows: the lines.
        inside: the numbers of the lines that begin inside a string.
        prefix: the indentation of the function's body.
    """
    result = []
    for number, line in rows:
        if number in inside:
            result.append(line)
        elif line.startswith(prefix):
            result.append(markers.unescape(line[len(prefix) :]))
        else:
            # A comment, or a line within brackets, that somebody moved to the left.
            result.append(markers.unescape(line.lstrip(" \t")))
    while result and not result[-1].strip():
        result.pop()
    while result and not result[0].strip():
        result.pop(0)
    return "\n".join(result)
