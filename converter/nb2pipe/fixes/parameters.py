"""Fixes of the parameters cell (NB121, NB122, NB124, NB304)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2pipe import tags
from nb2pipe.analysis.syntax import parse
from nb2pipe.fixes.edits import statement_at, tree_of, without_lines
from nb2pipe.model import Cell, Diagnostic, Fix, Notebook, SetSource
from nb2pipe.parameters.declaration import declared


def moved(notebook: Notebook, finding: Diagnostic) -> Fix | None:
    """What is no parameter goes to the beginning of the next cell, all of it in its order."""
    cell = notebook.cell(finding.cell or "")
    tree = tree_of(cell.source)
    below = _next_code(notebook, cell)
    if tree is None or below is None or tree_of(below.source) is None:
        return None
    wrong = {d.line for d in declared(parse(cell))[1] if d.code in ("NB121", "NB122") and d.line}
    statements = [statement_at(tree, line) for line in sorted(wrong)]
    spans = list(dict.fromkeys(_span(s) for s in statements if s is not None))
    if None in statements or not spans or _hands_back(tree, spans):
        return None
    lines = cell.source.split("\n")
    text = "\n".join("\n".join(lines[first - 1 : last]) for first, last in spans)
    count = "this line" if len(spans) == 1 else f"{len(spans)} lines"
    return Fix(
        f"Move {count} to the cell below",
        (
            SetSource(cell.id, without_lines(cell.source, spans)),
            SetSource(below.id, f"{text}\n{below.source}" if below.source else text),
        ),
    )


def _hands_back(tree: ast.Module, spans: list[tuple[int, int]]) -> bool:
    """Whether a line that stays reads a name that a line that goes makes."""
    gone = [s for s in tree.body if _span(s) in spans]
    made = {name for s in gone for name in _names(s, ast.Store)}
    return any(made & set(_names(s, ast.Load)) for s in tree.body if s not in gone)


def _names(node: ast.AST, context: type[ast.expr_context]) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, context):
            yield part.id
        elif isinstance(part, ast.alias) and context is ast.Store:
            yield (part.asname or part.name).partition(".")[0]


def _next_code(notebook: Notebook, cell: Cell) -> Cell | None:
    """The next cell that the pipeline runs."""
    for tagged in tags.assign(notebook).cells:
        if tagged.cell.number > cell.number and tagged.role in ("setup", "stage"):
            return tagged.cell
    return None


def overwritten(notebook: Notebook, finding: Diagnostic) -> Fix | None:
    """The first of two assignments has no effect."""
    cell = notebook.cell(finding.cell or "")
    tree = tree_of(cell.source)
    second = statement_at(tree, finding.line or 0) if tree else None
    if tree is None or second is None:
        return None
    for line in range(1, second.lineno):
        first = statement_at(tree, line)
        if (
            first is not None
            and _only_name(first) == _only_name(second) != ""
            and not _read_between(tree, first, second)
        ):
            return Fix(
                f"Remove the first assignment (line {first.lineno})",
                (SetSource(cell.id, without_lines(cell.source, [_span(first)])),),
            )
    return None


def _read_between(tree: ast.Module, first: ast.stmt, second: ast.stmt) -> bool:
    name = _only_name(first)
    between = [s for s in tree.body if first.lineno < s.lineno <= second.lineno]
    return any(name in _names(s, ast.Load) for s in between)


def unused(notebook: Notebook, finding: Diagnostic) -> Fix | None:
    """A parameter that nothing reads, not even a skipped cell, can go."""
    cell = notebook.cell(finding.cell or "")
    tree = tree_of(cell.source)
    statement = statement_at(tree, finding.line or 0) if tree else None
    name = _only_name(statement) if statement else ""
    if statement is None or not name:
        return None
    text = without_lines(cell.source, [_span(statement)])
    others = [c.source for c in notebook.cells if c.kind == "code" and c is not cell]
    if any(name in source for source in [*others, text]):
        return None
    return Fix(f"Remove the parameter `{name}`", (SetSource(cell.id, text),))


def _only_name(statement: ast.stmt) -> str:
    """The one name that the statement assigns; "" when it does anything else."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
        case ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return ""


def _span(statement: ast.stmt) -> tuple[int, int]:
    return statement.lineno, statement.end_lineno or statement.lineno
