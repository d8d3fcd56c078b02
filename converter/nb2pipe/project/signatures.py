"""The parameters of a stage, read from the signature in its module."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from nb2pipe.errors import ProjectUnreadable
from nb2pipe.model import Parameter

_KINDS = {"int", "float", "bool", "str", "list", "tuple", "dict"}


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
    if default is None:
        raise ProjectUnreadable(
            f"the parameter {argument.arg} has no default",
            place=f"{place}, line {argument.lineno}",
            advice="Give it one: `nb2pipe run` and Ploomber call the function with it.",
        )
    kinds: tuple[str, ...] = ()
    choices: tuple[Any, ...] = ()
    annotation = ""
    if argument.annotation is not None:
        annotation = ast.get_source_segment(source, argument.annotation) or ""
        kinds, choices = admitted(argument.annotation)
    return Parameter(
        name=argument.arg,
        default=_value(default, argument.arg, place),
        source=ast.get_source_segment(source, default) or "",
        annotation=annotation,
        kinds=kinds,
        choices=choices,
        line=argument.lineno,
    )


def admitted(annotation: ast.expr) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """The kinds and the choices that an annotation admits; empty for any.

    Args:
        annotation: ``float``, ``int | None``, ``Literal["a", "b"]``, ``list[str]`` and the like.
    """
    kinds: dict[str, None] = {}
    choices: dict[Any, None] = {}
    for part in _members(annotation):
        if isinstance(part, ast.Constant) and part.value is None:
            kinds["none"] = None
        elif isinstance(part, ast.Subscript) and _name(part.value) == "Literal":
            elements = part.slice.elts if isinstance(part.slice, ast.Tuple) else [part.slice]
            for value in map(ast.literal_eval, elements):
                kinds[type(value).__name__.replace("NoneType", "none")] = None
                choices[value] = None
        else:
            name = _name(part.value if isinstance(part, ast.Subscript) else part)
            if name not in _KINDS:
                return (), ()
            kinds[name] = None
    return tuple(kinds), tuple(choices)


def _members(annotation: ast.expr) -> Iterator[ast.expr]:
    """The members of a union, or the annotation itself."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        yield from _members(annotation.left)
        yield from _members(annotation.right)
    elif isinstance(annotation, ast.Subscript) and _name(annotation.value) == "Optional":
        yield from _members(annotation.slice)
        yield ast.Constant(None)
    elif isinstance(annotation, ast.Subscript) and _name(annotation.value) == "Union":
        parts = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else []
        for part in parts or [annotation.slice]:
            yield from _members(part)
    else:
        yield annotation


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _value(node: ast.expr, name: str, place: str) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError as error:
        raise ProjectUnreadable(
            f"the default of {name} is no literal value",
            place=f"{place}, line {node.lineno}",
            advice="Write the value itself.",
        ) from error
