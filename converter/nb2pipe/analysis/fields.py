"""What attributes of objects hold, where all that sets them is seen.

The regions of objects, classes and functions of the notebook say what is held, not under which
name. For those that only the notebook's own code fills, names are kept apart: a class's number is
a number, although its methods are code. Once other code may have set an attribute, the region is
*open*, and its attributes are whatever it holds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nb2pipe.analysis.regions import Value

# Methods that decide over attributes themselves.
_DECIDING = frozenset({"__setattr__", "__getattr__", "__getattribute__", "__new__", "__set_name__"})
_COMMON = frozenset({"staticmethod", "classmethod", "property", "abstractmethod"})


class Fields:
    """The attributes of closed regions, by name, whenever they are set."""

    def __init__(self) -> None:
        self._of: dict[int, dict[str, list[Value]]] = {}

    def close(self, own: Iterable[int]) -> None:
        """From now on, every attribute of these new regions is told by ``put``."""
        for region in own:
            self._of[region] = {}

    def open(self, own: Iterable[int]) -> None:
        """Attributes of these regions may be set by code that is not seen."""
        if self._of:
            for region in own:
                self._of.pop(region, None)

    def is_closed(self, region: int) -> bool:
        """Whether the attributes of the region are known."""
        return region in self._of

    def put(self, own: Iterable[int], name: str, value: Value) -> None:
        """An attribute may hold the value from now on."""
        for region in own:
            if region in self._of:
                held = self._of[region].setdefault(name, [])
                if not any(_covers(other, value) for other in held):
                    held.append(value)

    def get(self, region: int, name: str) -> Sequence[Value]:
        """What the attribute may hold; empty when nothing was ever put there."""
        return self._of.get(region, {}).get(name, ())


def _covers(known: Value, value: Value) -> bool:
    return (known.own, known.kind, known.type, known.target) == (
        value.own, value.kind, value.type, value.target,
    ) and known.constant is value.constant  # fmt: skip


def is_plain(node: ast.ClassDef) -> bool:
    """Whether attributes of a class and its objects are only what its own text sets.

    Bases are not looked at.
    """
    if node.decorator_list or node.keywords:
        return False
    return not any(
        isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)
        and (part.name in _DECIDING or not all(map(_is_common, part.decorator_list)))
        for part in node.body
    )


def _is_common(decorator: ast.expr) -> bool:
    """Whether a method under the decorator still does what its text says, and nothing else."""
    if isinstance(decorator, ast.Attribute):
        return decorator.attr == "abstractmethod"
    return isinstance(decorator, ast.Name) and decorator.id in _COMMON
