"""A stage's module, also one edited by hand, cut back into the cells that papermill executes.

What would not run the same as cells and as a function is refused, with the line where it stands.
"""

from __future__ import annotations

import ast
import itertools
import tokenize
from bisect import bisect_right
from dataclasses import dataclass, replace

from nb2pipe.emit import markers, restrictions
from nb2pipe.emit.layout import dedented, parse, same
from nb2pipe.emit.parsed import ParsedModule, nonlocals


@dataclass(frozen=True)
class UnrolledCell:
    """A cell of a module, as text at the level of a module."""

    id: str
    source: str
    metrics: bool = False


@dataclass(frozen=True)
class UnrolledStage:
    """A stage's module as cells.

    ``header`` is the module without the stage's function: imports and definitions. ``preamble``
    is what stands in the body before the first cell.
    """

    name: str
    header: str
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    preamble: str
    cells: tuple[UnrolledCell, ...]
    outputs: tuple[str, ...]


def unroll(source: str, name: str | None = None) -> UnrolledStage:
    """Cut a stage's module into cells, with their magics restored.

    Args:
        source: the module's text.
        name: the stage, whose function has that name. None: the function that has cell markers,
            or the only function.

    Raises:
        ProjectUnreadable: the text is no module of a stage, or holds something that would not run
            the same as cells.
    """
    from nb2pipe.analysis.magics import restore

    plain = unroll_plain(source, name)
    return replace(
        plain,
        preamble=restore(plain.preamble),
        cells=tuple(replace(cell, source=restore(cell.source)) for cell in plain.cells),
    )


def unroll_plain(source: str, name: str | None = None) -> UnrolledStage:
    """Like :func:`unroll`, with magics left as plain Python and reserved comments."""
    return cut(ParsedModule(source, name))


def cut(module: ParsedModule) -> UnrolledStage:
    """The cells of a module that was read already."""
    inputs, parameters = restrictions.arguments(module)
    restrictions.check_scopes(module)
    body = list(module.function.body)
    prefix = module.lines[body[0].lineno - 1][: body[0].col_offset]
    first, last = module.body_lines()
    starts = _markers(module, first, last)
    docstring = body[0]
    if _is_text(docstring) and docstring.lineno < min(starts, default=last + 1):
        first = (docstring.end_lineno or docstring.lineno) + 1
        del body[0]
    outputs: tuple[str, ...] = ()
    if body and isinstance(returned := body[-1], ast.Return):
        del body[-1]
        outputs = restrictions.outputs(module, returned)
        last = returned.lineno - 1
        if body and (body[-1].end_lineno or 0) > last:
            module.refuse(last + 1, "the return shares its line", "Give it a line of its own.")
        if max(starts, default=0) > last:
            module.refuse(max(starts), "a cell begins after the return", "Move it up.")
    if body and body[0].lineno < first:
        module.refuse(first - 1, "the docstring shares its line", "Give it a line of its own.")
    restrictions.check_control(module, body)
    cutter = _Cutter(module, prefix, body)
    bounds = [*sorted(starts), last + 1]
    preamble = cutter.cut(first, bounds[0] - 1)
    cells = tuple(
        UnrolledCell(starts[begin].id, cutter.cut(begin + 1, end - 1), starts[begin].metrics)
        for begin, end in itertools.pairwise(bounds)
    )
    return UnrolledStage(module.name, _header(module), inputs, parameters, preamble, cells, outputs)


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _markers(module: ParsedModule, first: int, last: int) -> dict[int, markers.Marker]:
    """The markers by line; all must stand between the statements of the function's body."""
    found: dict[int, markers.Marker] = {}
    ids: set[str] = set()
    begins = [node.lineno for node in module.function.body]
    for row, comment in module.comment_lines():
        marker = markers.read(comment)
        if marker is None:
            continue
        if not first <= row <= last:
            module.refuse(
                row,
                f"cell {marker.id} begins outside the stage's function",
                "Move its marker into the function.",
            )
        above = bisect_right(begins, row) - 1
        if above >= 0 and row <= (module.function.body[above].end_lineno or 0):
            module.refuse(
                row,
                f"cell {marker.id} begins inside a statement",
                "Put its marker between two statements of the function's body.",
            )
        if marker.id in ids:
            module.refuse(row, f"cell {marker.id} begins twice", "Remove one of its markers.")
        ids.add(marker.id)
        found[row] = marker
    return found


class _Cutter:
    """Cuts cells out of a function's body and puts them at the level of a module."""

    def __init__(self, module: ParsedModule, prefix: str, body: list[ast.stmt]) -> None:
        self.module = module
        self.prefix = prefix
        self.dropped = _function_only_lines(module, body)
        self.body = [node for node in body if node.lineno not in self.dropped]
        self.lines = list(module.lines)
        self._restore_globals()

    def cut(self, first: int, last: int) -> str:
        """The lines from ``first`` to ``last``, checked to be the same statements."""
        kept = [row for row in range(first, last + 1) if row not in self.dropped]
        text = dedented(
            [(row, self.lines[row - 1]) for row in kept], self.module.inside, self.prefix
        )
        statements = [node for node in self.body if first <= node.lineno <= last]
        try:
            unchanged = same(parse(text).body, statements)
        except SyntaxError:
            unchanged = False
        if not unchanged:
            self.module.refuse(
                first,
                "the lines from here to the next cell cannot be cut out of the function",
                "Indent every statement alike, and put each on lines of its own.",
            )
        return text

    def _restore_globals(self) -> None:
        """A helper's ``nonlocal`` of a variable of the stage is ``global`` in a cell."""
        if "nonlocal" not in self.module.words:
            return
        words = [
            token.start
            for token in self.module.tokens
            if token.type == tokenize.NAME and token.string == "nonlocal"
        ]
        found = nonlocals(self.module.function, (self.module.scope,))
        owned = {(node.lineno, node.col_offset): (node, flags) for node, flags in found}
        for row, column in reversed(words):
            line = self.lines[row - 1]
            node, flags = owned.get((row, len(line[:column].encode())), (None, ()))
            if node is None or not any(flags):
                continue
            if not all(flags):
                self.module.refuse(
                    row,
                    "one `nonlocal` names variables of the stage and of a function in it",
                    "Write two `nonlocal` statements.",
                )
            self.lines[row - 1] = f"{line[:column]}global{line[column + len('nonlocal') :]}"
            node.__class__ = ast.Global  # type: ignore[assignment]


def _function_only_lines(module: ParsedModule, body: list[ast.stmt]) -> set[int]:
    dropped: set[int] = set()
    for row, _, comment in module.comments:
        if markers.is_function_only(comment):
            dropped.add(row)
            for node in body:
                if node.end_lineno == row:
                    dropped.update(range(node.lineno, row))
    return dropped


def _header(module: ParsedModule) -> str:
    """The module without its docstring, the stage's function, and what runs as a script only."""
    dropped: set[int] = set()
    for position, node in enumerate(module.tree.body):
        if node is module.function:
            dropped.update(range(node.lineno, module.end_of(node) + 1))
        elif (position == 0 and _is_text(node)) or _is_main(node):
            dropped.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    kept = [line for row, line in enumerate(module.lines, start=1) if row not in dropped]
    return "\n".join(kept).strip("\n")


def _is_main(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in (
        "__name__ == '__main__'",
        "'__main__' == __name__",
    )
