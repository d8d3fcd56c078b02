"""The text of cells: what stays of it in a stage, and what goes elsewhere with its comments."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from nb2pipe.analysis.syntax import ParsedCell
from nb2pipe.analysis.translation import RESERVED
from nb2pipe.analysis.units import Unit


def remaining(parsed: ParsedCell, own: Sequence[Unit], moved: Sequence[Unit]) -> str:
    """The text of a cell in its stage.

    Args:
        parsed: the cell.
        own: the units that stay, in order.
        moved: those that move elsewhere, in order.
    """
    return _without(_shown_no_more(parsed, own, moved), moved)


def _shown_no_more(parsed: ParsedCell, own: Sequence[Unit], moved: Sequence[Unit]) -> str:
    """The cell's text, where what only now stands last in it is not shown: ``rows.head();``.

    A kernel shows the value of an expression that is a cell's last statement. Nothing is shown of
    ``rows.head()`` above an import, and nothing must be when the import has moved away.
    """
    if not own or not moved or own[-1].index > moved[-1].index:
        return parsed.source
    node = own[-1].nodes[-1]
    if not isinstance(node, ast.Expr) or _gives_none(node.value, own[-1]):
        return parsed.source
    lines = parsed.source.split("\n")
    number, column = (node.end_lineno or node.lineno) - 1, node.end_col_offset or 0
    line = lines[number].encode()
    if not line[column:].lstrip().startswith(b";"):
        lines[number] = (line[:column] + b";" + line[column:]).decode()
    return "\n".join(lines)


def _gives_none(node: ast.expr, unit: Unit) -> bool:
    """Whether it is a call of ``print`` or ``display`` itself."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("print", "display")
        and node.func.id in unit.effect.builtins
    )


def _without(source: str, moved: Sequence[Unit]) -> str:
    """The text without the units that moved elsewhere, and the blank lines around them."""
    if not moved:
        return source.strip("\n")
    lines: list[str | None] = list(source.split("\n"))
    for unit in moved:
        first = unit.first - 1
        if unit.role in ("definition", "guard", "constant"):
            while first > 0 and (above := lines[first - 1]) is not None and above.startswith("#"):
                if RESERVED in above:
                    break
                first -= 1
        for number in range(first, unit.last):
            lines[number] = None
        after = unit.last
        above_line = next((lines[n] for n in range(first - 1, -1, -1) if lines[n] is not None), "")
        while after < len(lines) and lines[after] == "" and not above_line:
            lines[after] = None
            after += 1
    return "\n".join(line for line in lines if line is not None).strip("\n")


def with_comments(unit: Unit) -> str:
    """The unit's text with the comment lines directly above it."""
    lines = unit.parsed.source.split("\n")
    first = unit.first - 1
    while first > 0 and lines[first - 1].startswith("#") and RESERVED not in lines[first - 1]:
        first -= 1
    return "\n".join(lines[first : unit.last])


def plain_text(markdown: Iterable[str]) -> str:
    """Markdown cells as a docstring: headings without their marks."""
    paragraphs = []
    for text in markdown:
        lines = [
            line.lstrip("#").strip() if line.startswith("#") else line for line in text.split("\n")
        ]
        paragraphs.append("\n".join(line.rstrip() for line in lines).strip())
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
