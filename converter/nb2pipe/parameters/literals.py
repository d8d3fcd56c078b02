"""Literal values: from an expression in the source, and back to one.

A literal value is None, a bool, int, float or str, or a list, tuple or dict of such.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from typing import Any

_DEEPEST = 50
# An int of more bits has no decimal text within Python's own limit on conversions.
_MOST_BITS = 10_000
_MOST_ITEMS = 100_000

_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Invert: operator.invert,
}
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}


class NotLiteral(ValueError):
    """An expression that has no literal value; its text completes "the value … "."""


def evaluate(node: ast.expr) -> Any:
    """The value of an expression made of literals: ``-1``, ``2**10``, ``[1, "a" "b"]``.

    Args:
        node: the expression.

    Returns:
        Its value, exactly as Python would compute it.

    Raises:
        NotLiteral: the expression reads a name or calls something, has no value, or one of
            another type, or is too large to compute here.
    """
    try:
        return _value(node, 0)
    except (ArithmeticError, TypeError) as error:
        raise NotLiteral(f"cannot be computed: {error}") from None


def literal(value: object) -> str:
    """Python source that evaluates to exactly this value and type.

    Args:
        value: a literal value.

    Returns:
        An expression on one line.

    Raises:
        NotLiteral: the value, or one in it, is of another type.
    """
    if value is None or type(value) in (bool, int, str):
        return repr(value)
    if type(value) is float:
        return repr(value) if math.isfinite(value) else f'float("{value}")'
    if type(value) is list:
        return f"[{', '.join(map(literal, value))}]"
    if type(value) is tuple:
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    if type(value) is dict:
        return f"{{{', '.join(f'{literal(k)}: {literal(v)}' for k, v in value.items())}}}"
    raise NotLiteral(f"has the type {type(value).__name__}")


def _value(node: ast.expr, depth: int) -> Any:
    if depth > _DEEPEST:
        raise NotLiteral("is nested too deeply")
    match node:
        case ast.Constant(value=value) if value is None or type(value) in (bool, int, float, str):
            return value
        case ast.List(elts=items):
            return [_value(item, depth + 1) for item in items]
        case ast.Tuple(elts=items):
            return tuple(_value(item, depth + 1) for item in items)
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return {
                _value(key, depth + 1): _value(value, depth + 1)
                for key, value in zip(keys, values, strict=True)
                if key is not None
            }
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
            return _UNARY[type(op)](_number(_value(operand, depth + 1)))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _computed(op, _value(left, depth + 1), _value(right, depth + 1))
        case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value=str(text))], keywords=[]):
            try:
                return float(text)
            except ValueError as error:
                raise NotLiteral(f"cannot be computed: {error}") from None
    raise NotLiteral("is not a literal")


def _computed(op: ast.operator, left: Any, right: Any) -> Any:
    if isinstance(op, ast.Add) and type(left) is type(right) and type(left) in (str, list, tuple):
        return left + right
    if isinstance(op, ast.Mult) and type(left) in (str, list, tuple) and type(right) is int:
        if len(left) * right > _MOST_ITEMS:
            raise NotLiteral("is too large")
        return left * right
    left, right = _number(left), _number(right)
    if type(right) is int and type(left) is int:
        bits = max(left.bit_length(), 1)
        if isinstance(op, ast.Pow):
            bits *= max(right, 1)
        elif isinstance(op, ast.LShift):
            bits += right
        elif isinstance(op, ast.Mult):
            bits += right.bit_length()
        if bits > _MOST_BITS:
            raise NotLiteral("is too large")
    try:
        value = _BINARY[type(op)](left, right)
    except ValueError as error:  # a negative shift
        raise NotLiteral(f"cannot be computed: {error}") from None
    if type(value) is complex:
        raise NotLiteral("is a complex number")
    return value


def _number(value: Any) -> Any:
    if type(value) in (bool, int, float):
        return value
    raise NotLiteral("is not a literal")
