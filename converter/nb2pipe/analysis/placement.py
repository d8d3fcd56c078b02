"""What lives in ``shared.py``: constants, and definitions that read no pipeline variable."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from nb2pipe.analysis.history import History
from nb2pipe.analysis.machine import BUILTINS
from nb2pipe.analysis.scope import Scope, Scoped, free_names, scope_of
from nb2pipe.analysis.units import SETUP, Unit

_SCOPED = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Lambda,
    ast.ClassDef,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


# Without one of these words a cell has no scope but its own, and its tree need not be searched.
_SCOPING = re.compile(r"\b(?:def|class|lambda|for)\b")


def code_names(unit: Unit) -> frozenset[str]:
    """Every outside name that the unit's text takes, when it runs or when code in it does."""
    names = set(unit.effect.reads) | unit.effect.builtins
    for scoped in _outermost(unit.nodes) if _SCOPING.search(unit.parsed.source) else ():
        names |= free_names(scoped)
    return frozenset(names)


# Trees of cells that stay the same are kept, and nothing changes them.
@lru_cache(maxsize=16384)
def _outermost(nodes: tuple[ast.stmt, ...]) -> tuple[Scoped, ...]:
    return tuple(_outermost_scopes(nodes))


def _outermost_scopes(nodes: Iterable[ast.AST]) -> Iterator[Scoped]:
    for node in nodes:
        if isinstance(node, _SCOPED):
            yield node
        else:
            yield from _outermost_scopes(ast.iter_child_nodes(node))


def written_globals(unit: Unit) -> set[str]:
    """Global names that functions in the unit bind."""
    written: set[str] = set()
    for node in unit.nodes:
        for part in ast.walk(node):
            if isinstance(part, _SCOPED):
                scope: Scope = scope_of(part)
                written |= scope.written
    return written


class Placement:
    """Which units go to ``shared.py``; decided for all units at once.

    Attributes:
        shared: the units that go there, in the notebook's order.
        names: the names they bind.
    """

    def __init__(self, units: Sequence[Unit], history: History) -> None:
        self.history = history
        early = [unit.index for unit in units if unit.effect.early]
        self.first_early = min(early, default=len(units))
        for unit in units:
            if unit.role == "import" and unit.index > self.first_early and not unit.is_for_magic:
                unit.late = True
        self._demote_constants(units)
        candidates = [unit for unit in units if self._may_be_shared(unit)]
        while True:
            names = {name for unit in candidates for name in unit.effect.binds}
            kept = [unit for unit in candidates if self._stands_alone(unit, names)]
            if len(kept) == len(candidates):
                break
            candidates = kept
        self.shared: tuple[Unit, ...] = tuple(candidates)
        self.names = {name for unit in self.shared for name in unit.effect.binds}
        self._indices = {unit.index for unit in self.shared}
        for unit in units:
            # A constant that cannot be shared is work like any other.
            if unit.role == "constant" and unit.index not in self._indices:
                unit.role = "work"

    def is_shared(self, unit: Unit) -> bool:
        """Whether the unit stands in ``shared.py``."""
        return unit.index in self._indices

    def _demote_constants(self, units: Sequence[Unit]) -> None:
        for unit in units:
            if unit.role == "constant" and not all(
                self.history.single(name) for name in unit.effect.binds
            ):
                unit.role = "work"

    def _may_be_shared(self, unit: Unit) -> bool:
        effect = unit.effect
        if unit.role not in ("definition", "guard", "constant") or unit.late:
            return False
        if effect.binds != effect.touched or not effect.binds or written_globals(unit):
            return False
        if effect.file_reads or effect.observes:
            return False
        return all(self.history.single(name) for name in effect.binds)

    def _stands_alone(self, unit: Unit, shared: set[str]) -> bool:
        """Whether all it takes from outside is shared too, imported, or a builtin."""
        for name in code_names(unit):
            if name in shared:
                continue
            if not self.history.of(name) and name in BUILTINS:
                continue
            events = self.history.of(name)
            if self.history.only_imports(name) and not any(e.unit.late for e in events):
                continue
            return False
        return True


def is_setup_work(unit: Unit) -> bool:
    """Whether the unit runs once, in the implicit stage ``setup``."""
    return unit.stage == SETUP and unit.role == "work" and not _says_nothing(unit)


def _says_nothing(unit: Unit) -> bool:
    return all(isinstance(node, ast.Pass) for node in unit.nodes)
