"""Types that a parameter may have: what its annotation says, and whether a value fits.

A type is a tuple of alternatives; the empty tuple admits every literal value.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nb2pipe.parameters.literals import NotLiteral, evaluate, literal

_KINDS = {"int", "float", "bool", "str", "list", "tuple", "dict"}
_NAMES = {"List": "list", "Tuple": "tuple", "Dict": "dict", "None": "none"}
_ARTICLES = {"int": "an int", "none": "None"}


@dataclass(frozen=True)
class Alternative:
    """One kind of value: ``int float bool str none list tuple dict``, or ``literal`` values.

    ``elements`` are the types of what the value holds: a list's elements, a dict's keys and
    values, a tuple's elements one by one, or one type for all of them when ``repeated``.
    """

    kind: str
    values: tuple[Any, ...] = ()
    elements: tuple[Type, ...] = ()
    repeated: bool = False


Type = tuple[Alternative, ...]


class Unfit(ValueError):
    """A value that a type does not admit."""


def kind_of(value: object) -> str:
    """The kind of a literal value: ``int``, ``none``, …; "" for other values."""
    name = "none" if value is None else type(value).__name__
    return name if name in _KINDS or name == "none" else ""


def annotated(node: ast.expr) -> Type:
    """The type that an annotation says.

    Args:
        node: the annotation.

    Returns:
        The type; ``Any`` is the empty one.

    Raises:
        ValueError: the annotation is made of other names; its text completes "parameter x: ".
    """
    match node:
        case ast.Constant(value=None):
            return (Alternative("none"),)
        case ast.Constant(value=str(text)):
            try:
                return annotated(ast.parse(text, mode="eval").body)
            except SyntaxError:
                pass
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _union([annotated(left), annotated(right)])
        case ast.Name() | ast.Attribute():
            name = _name(node)
            if name == "Any":
                return ()
            if name in _KINDS:
                return (Alternative(name),)
        case ast.Subscript(value=ast.Name() | ast.Attribute() as head, slice=inner):
            items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            found = _subscripted(_name(head), items)
            if found is not None:
                return found
    raise ValueError(f"the annotation `{ast.unparse(node)}` cannot be checked")


def text(type_: Type) -> str:
    """The type as an annotation in today's syntax: ``int | None``, ``Literal['a', 'b']``."""
    return " | ".join(map(_text, type_)) if type_ else "Any"


def kinds(type_: Type) -> tuple[str, ...]:
    """The kinds of values that the type admits, empty for any."""
    named = [
        kind
        for item in type_
        for kind in (map(kind_of, item.values) if item.kind == "literal" else [item.kind])
    ]
    return tuple(dict.fromkeys(named))


def choices(type_: Type) -> tuple[Any, ...]:
    """The values that the type admits when it admits only certain ones."""
    if not any(item.kind == "literal" for item in type_):
        return ()
    values: list[Any] = []
    for item in type_:
        values += item.values if item.kind == "literal" else [None]
    return tuple(values)


def fitted(type_: Type, value: Any) -> Any:
    """The value as the type has it: an int becomes a float, a list a tuple, where only that fits.

    Args:
        type_: the type.
        value: any value.

    Returns:
        The value, or its like.

    Raises:
        Unfit: the type does not admit it.
    """
    if not type_:
        try:
            literal(value)
        except NotLiteral as error:
            raise Unfit(str(error)) from None
        return value
    for converting in (False, True):
        for item in type_:
            try:
                return _fitted(item, value, converting)
            except Unfit:
                continue
    raise Unfit(described(type_))


def described(type_: Type) -> str:
    """What the type admits, in words: "an int or None", "one of 'a', 'b'"."""
    if choices(type_):
        return "one of " + ", ".join(map(literal, choices(type_)))
    words = [_ARTICLES.get(item.kind, f"a {_text(item)}") for item in type_]
    return " or ".join(words) if words else "a literal value"


def _fitted(item: Alternative, value: Any, converting: bool) -> Any:
    if item.kind == "literal":
        for choice in item.values:
            if type(choice) is type(value) and choice == value:
                return choice
        raise Unfit
    kind = kind_of(value)
    if converting and item.kind == "float" and kind == "int":
        try:
            return float(value)
        except OverflowError:
            raise Unfit from None
    if converting and item.kind == "tuple" and kind == "list":
        value, kind = tuple(value), "tuple"
    if kind != item.kind:
        raise Unfit
    if kind == "dict":
        of_key, of_value = item.elements or ((), ())
        return {fitted(of_key, k): fitted(of_value, v) for k, v in value.items()}
    if kind in ("list", "tuple"):
        types = list(item.elements)
        if item.repeated or not types:
            types = (types or [()]) * len(value)
        if len(types) != len(value):
            raise Unfit
        return type(value)(fitted(of, v) for of, v in zip(types, value, strict=True))
    return value


def _subscripted(name: str, items: Sequence[ast.expr]) -> Type | None:
    name = _NAMES.get(name, name)
    if name == "Literal":
        try:
            values = tuple(evaluate(item) for item in items)
        except NotLiteral:
            return None
        scalar = all(kind_of(value) in ("int", "bool", "str", "none") for value in values)
        return (Alternative("literal", values),) if scalar and values else None
    if name == "Optional" and len(items) == 1:
        return _union([annotated(items[0]), (Alternative("none"),)])
    if name == "Union":
        return _union([annotated(item) for item in items])
    if name == "list" and len(items) == 1:
        return (Alternative("list", elements=(annotated(items[0]),), repeated=True),)
    if name == "dict" and len(items) == 2:
        return (Alternative("dict", elements=tuple(map(annotated, items))),)
    if name == "tuple":
        match items:
            case [one, ast.Constant(value=value)] if value is ...:
                return (Alternative("tuple", elements=(annotated(one),), repeated=True),)
        return (Alternative("tuple", elements=tuple(map(annotated, items))),)
    return None


def _union(types: Sequence[Type]) -> Type:
    if any(not type_ for type_ in types):
        return ()  # a union with Any
    union = tuple(dict.fromkeys(item for type_ in types for item in type_))
    if any(item.kind == "literal" for item in union):
        if any(item.kind not in ("literal", "none") for item in union):
            raise ValueError("a union of Literal with other types cannot be checked")
        values = tuple(value for item in union for value in item.values)
        rest = tuple(item for item in union if item.kind == "none")
        return (Alternative("literal", values), *rest)
    return union


def _name(node: ast.Name | ast.Attribute) -> str:
    name = node.id if isinstance(node, ast.Name) else node.attr
    return _NAMES.get(name, name)


def _text(item: Alternative) -> str:
    if item.kind == "literal":
        return f"Literal[{', '.join(map(literal, item.values))}]"
    if item.kind == "none":
        return "None"
    if not item.elements:
        return item.kind
    inner = [text(of) for of in item.elements]
    if item.kind == "tuple" and item.repeated:
        inner.append("...")
    return f"{item.kind}[{', '.join(inner)}]"
