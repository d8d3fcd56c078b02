"""Values given to parameters: read from text, checked against the declared type."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from nb2pipe.errors import ParameterInvalid
from nb2pipe.model import Parameter
from nb2pipe.parameters import types
from nb2pipe.parameters.literals import evaluate, literal
from nb2pipe.parameters.types import Alternative, Type, Unfit
from nb2pipe.stage_names import nearest


def parse(parameter: Parameter, text: str) -> Any:
    """The value that a text on the command line stands for.

    A parameter that is a str takes the text as it is; others take a Python or JSON literal.

    Args:
        parameter: the parameter.
        text: the text.

    Returns:
        The value, of the parameter's type.

    Raises:
        ParameterInvalid: the text is no value of that type.
    """
    type_ = _type(parameter)
    for choice in types.choices(type_):
        if choice == text:
            return text
    takes_text = "str" in types.kinds(type_)
    for value in _readings(text, type_):
        # Quotes around a text belong to it, except where the type does not say that it is one.
        if isinstance(value, str) and type_:
            continue
        try:
            return types.fitted(type_, value)
        except Unfit:
            continue
    if (takes_text and not parameter.choices) or not type_:
        return text
    raise _invalid(parameter, type_, repr(text))


def check(parameter: Parameter, value: Any) -> Any:
    """A value from a file, checked.

    Args:
        parameter: the parameter.
        value: a literal value.

    Returns:
        The value; an int where only a float is admitted becomes one, a list likewise a tuple.

    Raises:
        ParameterInvalid: the parameter's type does not admit it.
    """
    type_ = _type(parameter)
    try:
        return types.fitted(type_, value)
    except Unfit:
        raise _invalid(parameter, type_, f"{value!r:.80}") from None


def given(
    parameters: Sequence[Parameter],
    pairs: Iterable[tuple[str, str]] = (),
    mapping: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The values that were given, checked; a pair wins over the mapping.

    Args:
        parameters: those that there are.
        pairs: names and texts from the command line.
        mapping: names and values from a file.

    Returns:
        The value of every parameter that was given one.

    Raises:
        ParameterInvalid: an unknown name, or a value of the wrong type.
    """
    known = {parameter.name: parameter for parameter in parameters}
    values = {name: check(_known(known, name), value) for name, value in (mapping or {}).items()}
    values |= {name: parse(_known(known, name), text) for name, text in pairs}
    return values


def _type(parameter: Parameter) -> Type:
    """The parameter's type; its annotation knows more of it than its kinds."""
    if parameter.annotation:
        try:
            return types.annotated(ast.parse(parameter.annotation, mode="eval").body)
        except (ValueError, SyntaxError):
            pass
    if parameter.choices:
        return (Alternative("literal", parameter.choices),)
    return tuple(Alternative(kind) for kind in parameter.kinds)


def _readings(text: str, type_: Type) -> list[Any]:
    """What a text may stand for, the most likely first."""
    kinds = types.kinds(type_)
    word = text.strip().lower()
    readings: list[Any] = []
    with suppress(ValueError, SyntaxError, RecursionError, MemoryError):
        readings.append(evaluate(ast.parse(text.strip(), mode="eval").body))
    if "bool" in kinds and word in ("true", "false"):
        readings.append(word == "true")
    if "none" in kinds and word in ("none", "null") and "str" not in kinds:
        readings.append(None)
    if "float" in kinds:
        with suppress(ValueError):
            readings.append(float(text))
    if {"list", "tuple", "dict"} & set(kinds):
        with suppress(ValueError, RecursionError):
            readings.append(json.loads(text))
    return readings


def _known(known: Mapping[str, Parameter], name: str) -> Parameter:
    if name in known:
        return known[name]
    near = nearest(name, known)
    advice = "The notebook has no parameters."
    if near:
        advice = f"Did you mean `{near}`?"
    elif known:
        advice = f"The parameters are {', '.join(known)}."
    raise ParameterInvalid("there is no such parameter", place=f"parameter {name}", advice=advice)


def _invalid(parameter: Parameter, type_: Type, shown: str) -> ParameterInvalid:
    advice = f"Give {types.described(type_)}; the default is {literal(parameter.default)}."
    if types.kinds(type_) == ("int",):
        advice += f" (`{parameter.name}: float = …` in the notebook admits any number.)"
    return ParameterInvalid(
        f"{shown} is not {types.described(type_)}",
        place=f"parameter {parameter.name}",
        advice=advice,
    )
