"""Functions, classes and their scopes, as the abstract run meets them."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from nb2pipe.analysis.regions import Value
from nb2pipe.analysis.scope import Scope, Scoped

# Kinds of values that are code.
CODE_KINDS = frozenset({"function", "class"})


@dataclass(frozen=True, eq=False)
class Definition:
    """A function, lambda or class of the notebook, and the scopes around it."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
    closure: tuple[Local, ...] = ()

    @property
    def decorators(self) -> list[ast.expr]:
        """The decorators' expressions."""
        return getattr(self.node, "decorator_list", [])


@dataclass(frozen=True, eq=False)
class Instance:
    """What an object made by a class of the notebook points back to."""

    definition: Definition


@dataclass(eq=False)
class Local:
    """A running scope below module level.

    ``cells`` stands for the variables of it that functions inside rebind by ``nonlocal``.
    """

    scope: Scope
    node: Scoped
    names: dict[str, Value] = field(default_factory=dict)
    returns: list[Value] = field(default_factory=list)
    cells: Value | None = None

    @property
    def is_class(self) -> bool:
        """Whether the names are hidden from the functions inside."""
        return isinstance(self.node, ast.ClassDef)
