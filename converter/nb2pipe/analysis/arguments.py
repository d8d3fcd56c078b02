"""The evaluated arguments of a call."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from nb2pipe.analysis.regions import Value


@dataclass(frozen=True)
class Arguments:
    """The evaluated arguments of a call; ``nodes`` are the keyword expressions by name."""

    positional: tuple[Value, ...]
    keywords: dict[str, Value]
    nodes: dict[str, ast.expr]
    starred: bool

    @property
    def all(self) -> list[Value]:
        """Every argument's value."""
        return [*self.positional, *self.keywords.values()]

    def is_constant(self, keyword: str, constant: object) -> bool:
        """Whether that keyword is given as that literal."""
        node = self.nodes.get(keyword)
        return isinstance(node, ast.Constant) and node.value is constant

    def at(self, position: int, *names: str) -> Value | None:
        """The argument at a position, or under one of these keywords."""
        if 0 <= position < len(self.positional):
            return self.positional[position]
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        return None


NOTHING_GIVEN = Arguments((), {}, {}, starred=False)
