"""Fixes of a cell's text: magics, comments and statements that say nothing."""

from __future__ import annotations

import ast
import re

from nb2pipe.fixes.edits import statement_at, tree_of, without_lines
from nb2pipe.model import Diagnostic, Fix, Notebook, SetSource

_MAGIC = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def install_line(notebook: Notebook, finding: Diagnostic) -> Fix | None:
    """``pip install x`` typed as in a terminal becomes ``%pip install x``."""
    if not re.match(r"\s*pip3?\s+install\s", finding.excerpt):
        return None
    new = re.sub(r"^(\s*)pip3?\s", r"\1%pip ", finding.excerpt)
    return _line(notebook, finding, "Write `%pip`", new)


def reserved_comment(notebook: Notebook, finding: Diagnostic) -> Fix | None:
    """The comment without the word that makes it a magic."""
    column = (finding.column or 1) - 1
    before, comment = finding.excerpt[:column], finding.excerpt[column:]
    new = re.sub(r"^#\s*nb2pipe>\s?", "# ", comment)
    if new == comment:
        return None
    return _line(notebook, finding, "Make it an ordinary comment", before + new)


def magic_call(notebook: Notebook, finding: Diagnostic) -> Fix | None:
    """``get_ipython().run_line_magic("matplotlib", "inline")``, as exported scripts have it."""
    cell = notebook.cell(finding.cell or "")
    tree = tree_of(cell.source)
    statement = statement_at(tree, finding.line or 0) if tree else None
    match statement:
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(
                    value=ast.Call(func=ast.Name(id="get_ipython"), args=[], keywords=[]),
                    attr="run_line_magic" | "magic",
                ),
                args=arguments,
                keywords=[],
            )
        ) if statement.end_lineno == statement.lineno:
            words = [a.value for a in arguments if isinstance(a, ast.Constant)]
        case _:
            return None
    texts = [word for word in words if isinstance(word, str)]
    name, _, rest = " ".join(texts).strip().partition(" ")
    if len(texts) != len(arguments) or not _MAGIC.fullmatch(name) or "\n" in rest:
        return None
    return _line(notebook, finding, f"Write `%{name}`", f"%{name} {rest}".rstrip())


def global_statement(notebook: Notebook, finding: Diagnostic) -> Fix | None:
    """``global`` at the top level has no effect."""
    cell = notebook.cell(finding.cell or "")
    tree = tree_of(cell.source)
    statement = statement_at(tree, finding.line or 0) if tree else None
    if not isinstance(statement, ast.Global):
        return None
    span = (statement.lineno, statement.end_lineno or statement.lineno)
    text = without_lines(cell.source, [span])
    return Fix("Remove the `global` statement", (SetSource(cell.id, text),))


def _line(notebook: Notebook, finding: Diagnostic, title: str, new: str) -> Fix | None:
    """The finding's line replaced."""
    cell = notebook.cell(finding.cell or "")
    lines = cell.source.split("\n")
    number = finding.line or 0
    if not 0 < number <= len(lines) or lines[number - 1] != finding.excerpt:
        return None
    lines[number - 1] = new
    return Fix(title, (SetSource(cell.id, "\n".join(lines)),))
