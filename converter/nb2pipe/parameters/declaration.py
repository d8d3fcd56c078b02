"""The ``parameters`` cell: what the notebook declares."""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING

from nb2pipe.analysis.rules import (
    Place,
    nb121_parameter_value,
    nb122_parameter_statement,
    nb123_parameter_type,
    nb124_parameter_repeated,
)
from nb2pipe.model import Diagnostic, Parameter
from nb2pipe.parameters import types
from nb2pipe.parameters.literals import NotLiteral, evaluate, literal
from nb2pipe.parameters.types import Alternative, Unfit

if TYPE_CHECKING:
    from nb2pipe.analysis.syntax import ParsedCell

_NO_HELP = ("noqa", "type:", "pylint:", "fmt:", "nb2pipe>", "%", "!")


def declared(parsed: ParsedCell) -> tuple[tuple[Parameter, ...], tuple[Diagnostic, ...]]:
    """The parameters that the ``parameters`` cell declares.

    Args:
        parsed: that cell.

    Returns:
        The parameters in order, and what is wrong with the cell.
    """
    parameters: dict[str, Parameter] = {}
    findings: list[Diagnostic] = []
    helps = _Helps(parsed.source)
    for statement in parsed.tree.body:
        if _says_nothing(statement):
            continue
        assigned = list(_assigned(statement))
        place = _place(parsed, statement)
        if not assigned:
            findings.append(nb122_parameter_statement.diagnostic(place))
        for name, value, annotation in assigned:
            if name in parameters:
                first = parameters[name].line
                findings.append(nb124_parameter_repeated.diagnostic(place, name, first))
                continue
            try:
                parameters[name] = _parameter(
                    parsed, statement, name, value, annotation, helps.of(statement)
                )
            except NotLiteral as error:
                at = _place(parsed, value or statement)
                findings.append(nb121_parameter_value.diagnostic(at, name, str(error)))
            except ValueError as error:
                findings.append(nb123_parameter_type.diagnostic(place, name, str(error)))
    return tuple(parameters.values()), tuple(findings)


def _place(parsed: ParsedCell, node: ast.stmt | ast.expr) -> Place:
    """The node's place; the tree counts columns in bytes."""
    line = parsed.source.split("\n")[node.lineno - 1]
    return Place(parsed.cell, node.lineno, len(line.encode()[: node.col_offset].decode()) + 1)


def _parameter(
    parsed: ParsedCell,
    statement: ast.stmt,
    name: str,
    value: ast.expr | None,
    annotation: ast.expr | None,
    comment: str,
) -> Parameter:
    if value is None:
        raise NotLiteral("is missing")
    default = evaluate(value)
    literal(default)  # a dict's key may be computed, but must be a literal value as well
    if annotation is not None:
        type_ = types.annotated(annotation)
        try:
            types.fitted(type_, default)
        except Unfit:
            said = types.described(type_)
            raise ValueError(f"the default {literal(default)} is not {said}") from None
    elif default is None:
        type_ = ()
    else:
        type_ = (Alternative(types.kind_of(default)),)
    return Parameter(
        name=name,
        default=default,
        source=ast.get_source_segment(parsed.source, value) or literal(default),
        annotation=types.text(type_) if type_ else "",
        kinds=types.kinds(type_),
        choices=types.choices(type_),
        help=comment,
        cell=parsed.cell.id,
        line=statement.lineno,
    )


def _assigned(
    statement: ast.stmt,
) -> Iterator[tuple[str, ast.expr | None, ast.expr | None]]:
    """Names with their values and annotations; nothing for any other statement."""
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
            yield name, value, annotation
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if len(
            names
        ) == len(values):
            pairs = list(zip(names, values, strict=True))
            if all(isinstance(target, ast.Name) for target, _ in pairs):
                for target, item in pairs:
                    yield getattr(target, "id", ""), item, None
        case ast.Assign(targets=targets, value=value):
            if all(isinstance(target, ast.Name) for target in targets):
                for target in targets:
                    yield getattr(target, "id", ""), value, None


def _says_nothing(statement: ast.stmt) -> bool:
    """A docstring, ``pass``, or an import that annotations need."""
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.ImportFrom(module="typing" | "__future__"):
            return True
        case ast.Import(names=[ast.alias(name="typing")]):
            return True
    return False


class _Helps:
    """Comments beside statements, or on the lines right above them."""

    def __init__(self, source: str) -> None:
        self._beside: dict[int, str] = {}
        self._alone: dict[int, str] = {}
        try:
            for token in tokenize.generate_tokens(StringIO(source).readline):
                if token.type == tokenize.COMMENT:
                    text = token.string.lstrip("#:").strip()
                    alone = not token.line[: token.start[1]].strip()
                    where = self._alone if alone else self._beside
                    where[token.start[0]] = "" if text.startswith(_NO_HELP) else text
        except (tokenize.TokenError, SyntaxError):
            pass  # the cell has a finding of its own

    def of(self, statement: ast.stmt) -> str:
        last = statement.end_lineno or statement.lineno
        beside = self._beside.get(last) or self._beside.get(statement.lineno)
        if beside:
            return beside
        above: list[str] = []
        line = statement.lineno - 1
        while line in self._alone:
            above.insert(0, self._alone[line])
            line -= 1
        return " ".join(text for text in above if text)
