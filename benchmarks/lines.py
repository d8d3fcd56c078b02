"""How many lines the modules have for each line of the notebook."""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass
from pathlib import Path

import nb2pipe.notebook
from nb2pipe.analysis import analyse
from nb2pipe.emit.project import from_pipeline


@dataclass(frozen=True)
class Count:
    """Lines out per line in.

    ``code`` counts lines that hold code, in the modules and in the cells of the pipeline.
    ``everything`` counts all lines that are not blank: the modules' comments and docstrings, and
    the notebook's comments and Markdown.
    """

    name: str
    code: float
    everything: float


def count(path: Path) -> Count:
    """Count the modules that a notebook becomes, ``shared.py`` included."""
    notebook = nb2pipe.notebook.read(path)
    project = from_pipeline(analyse(notebook), package=path.stem)
    written = [stage.source for stage in project.stages] + [project.shared]
    cells = [cell for cell in notebook.cells if "skip" not in cell.tags]
    code = [_plain(cell.source) for cell in cells if cell.kind == "code"]
    return Count(
        path.stem,
        sum(map(_code_lines, written)) / sum(map(_code_lines, code)),
        sum(map(_lines, written)) / sum(_lines(cell.source) for cell in cells),
    )


def _plain(source: str) -> str:
    """A cell in which each magic is a statement, so that it counts as a line of code."""
    lines = source.split("\n")
    return "\n".join("pass" if line.startswith(("%", "!")) else line for line in lines)


def _lines(text: str) -> int:
    return sum(1 for line in text.split("\n") if line.strip())


def _code_lines(text: str) -> int:
    """Lines with a token that is neither a comment nor a docstring's."""
    documentation: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(
            node
        ):
            first = node.body[0]
            documentation.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    layout = {
        *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
        tokenize.ENDMARKER,
    }
    found: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in layout:
            found.update(range(token.start[0], token.end[0] + 1))
    return len(found - documentation)
