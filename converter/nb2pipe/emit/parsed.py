"""A stage's module as read: its text, tree, tokens and scopes, and the stage's function in it."""

from __future__ import annotations

import ast
import re
import symtable
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NoReturn

from nb2pipe.emit import markers
from nb2pipe.emit.layout import comments_and_strings, normalise, parsed, scopes, tokens
from nb2pipe.errors import ProjectUnreadable


class ParsedModule:
    """A module of a stage.

    Args:
        source: the module's text.
        name: the stage, or None for the function that has cell markers, or the only function.

    Raises:
        ProjectUnreadable: the text is no Python, or has no function, or two, for the stage.
    """

    def __init__(self, source: str, name: str | None) -> None:
        self.file = f"{name}.py" if name else "module"
        source = normalise(source)
        self.lines = source.split("\n")
        try:
            self.tree = parsed(source)  # `unroll` changes it
            self.comments, self.inside = comments_and_strings(source)
            self.symbols = scopes(source)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            reason = getattr(error, "msg", None) or str(error)
            self.refuse(line, f"the module is no Python: {reason}", "Correct that line.")
        # How often each may stand in the code; in comments and strings they count too.
        self.words = Counter(_KEYWORDS.findall(source))
        self.function = self._find(name)
        self.name = self.function.name
        self.scope = scope_of(self.function, self.symbols)

    @cached_property
    def tokens(self) -> list[tokenize.TokenInfo]:
        """The module's tokens."""
        return tokens("\n".join(self.lines))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that the module binds."""
        return bound(self.symbols)

    @cached_property
    def variables(self) -> frozenset[str]:
        """The names that the stage's function binds."""
        return bound(self.scope)

    def refuse(self, line: int, message: str, advice: str) -> NoReturn:
        """Raise ProjectUnreadable at a line of the module."""
        raise ProjectUnreadable(message, place=f"{self.file}, line {line}", advice=advice)

    def comment_lines(self) -> Iterator[tuple[int, str]]:
        """Line and text of every comment that has its line for itself."""
        for comment in self.comments:
            if not self.lines[comment.line - 1][: comment.column].strip():
                yield comment.line, comment.text

    def end_of(self, function: ast.stmt) -> int:
        """The last line of a function's body, with the comments after its last statement."""
        end = function.end_lineno or function.lineno
        for number in range(end + 1, len(self.lines) + 1):
            line = self.lines[number - 1]
            if line.strip():
                if not line[0].isspace():
                    break
                end = number
        return end

    def body_lines(self) -> tuple[int, int]:
        """The first and the last line of the function's body."""
        line = self.function.lineno
        rest = iter([f"{text}\n" for text in self.lines[line - 1 :]])
        end = line - 1
        for token in tokenize.generate_tokens(rest.__next__):
            if token.type == tokenize.NEWLINE:
                end += token.end[0]
                break
        if self.function.body[0].lineno <= end:
            self.refuse(
                line, "the stage's function stands on one line", "Put its body on lines of its own."
            )
        return end + 1, self.end_of(self.function)

    def _find(self, name: str | None) -> ast.FunctionDef:
        functions = [node for node in self.tree.body if isinstance(node, FUNCTIONS)]
        if name is not None:
            found = [node for node in functions if node.name == name]
        else:
            starts = [row for row, text in self.comment_lines() if markers.read(text)]
            found = [
                node
                for node in functions
                if any(node.lineno < row <= self.end_of(node) for row in starts)
            ] or functions
        what = f"function {name}" if name else "function of a stage"
        if not found:
            self.refuse(1, f"the module has no {what}", f"Give the module one {what}.")
        if len(found) > 1:
            line = found[1].lineno
            self.refuse(line, f"the module has more than one {what}", "Keep one of them.")
        function = found[0]
        if isinstance(function, ast.AsyncFunctionDef):
            self.refuse(function.lineno, "the stage's function is async", "Write a plain `def`.")
        if function.decorator_list:
            line = function.decorator_list[0].lineno
            self.refuse(line, "the stage's function has a decorator", "Remove the decorator.")
        return function


def bound(table: symtable.SymbolTable) -> frozenset[str]:
    """The names that a module or function binds itself."""
    return frozenset(
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_assigned()
        or symbol.is_imported()
        or symbol.is_namespace()
        or symbol.is_parameter()
    )


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_KEYWORDS = re.compile(r"\b(?:return|yield|await|async|global|nonlocal|class)\b")
Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def scope_of(node: Scope, parent: symtable.SymbolTable) -> symtable.SymbolTable:
    """The scope of a function or class that stands directly in the scope ``parent``."""
    for table in parent.get_children():
        if not isinstance(table, symtable.Function | symtable.Class):
            # The scope of type parameters, between the two.
            for inner in table.get_children():
                if (inner.get_name(), inner.get_lineno()) == (node.name, node.lineno):
                    return inner
        elif (table.get_name(), table.get_lineno()) == (node.name, node.lineno):
            return table
    raise KeyError(node.name)


def own_nodes(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes and all below them that run in the same function or module."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, SCOPES):
            waiting += node.decorator_list
        elif not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def own_statements(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The statements and all below them that run in the same function or module."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, SCOPES):
            for part in ("body", "orelse", "finalbody", "handlers", "cases"):
                waiting += getattr(node, part, ())


def nonlocals(
    node: ast.AST, path: tuple[symtable.SymbolTable, ...]
) -> Iterator[tuple[ast.Nonlocal, tuple[bool, ...]]]:
    """Every ``nonlocal`` below a function; for each of its names whether that function has it.

    Args:
        node: the function.
        path: its scope, in a tuple.
    """
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Nonlocal):
            between = [table for table in path[1:-1] if isinstance(table, symtable.Function)]
            yield (
                child,
                tuple(
                    not any(name in table.get_locals() for table in between) for name in child.names
                ),
            )
        elif isinstance(child, SCOPES):
            yield from nonlocals(child, (*path, scope_of(child, path[-1])))
        else:
            yield from nonlocals(child, path)
