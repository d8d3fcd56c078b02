"""The parameters of a stage, read from the signature in its module."""

from __future__ import annotations

import ast

from nb2pipe.errors import ProjectUnreadable
from nb2pipe.model import Parameter
from nb2pipe.parameters import NotLiteral, types
from nb2pipe.parameters.literals import evaluate


def parameters(source: str, stage: str, place: str) -> tuple[Parameter, ...]:
    """The keyword-only arguments of the function that has the stage's name.

    Args:
        source: the module's text, which is Python and has that function.
        stage: the stage.
        place: the module's path, for messages.

    Raises:
        ProjectUnreadable: a parameter has no default, or one that is no literal value.
    """
    functions = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name == stage
    ]
    return tuple(
        _parameter(source, argument, default, place)
        for function in functions[-1:]
        for argument, default in zip(
            function.args.kwonlyargs, function.args.kw_defaults, strict=True
        )
    )


def _parameter(source: str, argument: ast.arg, default: ast.expr | None, place: str) -> Parameter:
    where = f"{place}, line {argument.lineno}"
    if default is None:
        raise ProjectUnreadable(
            f"the parameter {argument.arg} has no default",
            place=where,
            advice="Give it one in the function's signature.",
        )
    try:
        value = evaluate(default)
        type_ = types.annotated(argument.annotation) if argument.annotation else ()
    except NotLiteral as error:
        raise ProjectUnreadable(
            f"the default of {argument.arg} {error}", place=where, advice="Write the value itself."
        ) from error
    except ValueError as error:
        raise ProjectUnreadable(
            f"parameter {argument.arg}: {error}",
            place=where,
            advice="Use int, float, bool, str, None, list, tuple, dict and Literal.",
        ) from error
    return Parameter(
        name=argument.arg,
        default=value,
        source=ast.get_source_segment(source, default) or "",
        annotation=types.text(type_) if type_ else "",
        kinds=types.kinds(type_),
        choices=types.choices(type_),
        line=argument.lineno,
    )
