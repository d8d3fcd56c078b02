"""Functions that keep what they returned, by ``functools.lru_cache`` or ``functools.cache``."""

from __future__ import annotations

import ast
from dataclasses import replace

from nb2pipe.analysis.arguments import NOTHING_GIVEN, Arguments
from nb2pipe.analysis.attributes import Attributes
from nb2pipe.analysis.definition import CODE_KINDS, Definition
from nb2pipe.analysis.effect import Recall, UnitEffect
from nb2pipe.analysis.regions import IMMUTABLE, NOTHING, Value

CACHES = frozenset({"functools.lru_cache", "functools.cache"})
# Methods of such functions that tell of the cache, or change it.
_ASKING = frozenset({"cache_info", "cache_clear"})


class Caches(Attributes):
    """Notes which functions keep results, and what calling one anew would show."""

    def __init__(self) -> None:
        super().__init__()
        # The regions of functions that keep results, or of their classes, by the functions' nodes.
        self.cached: dict[int, frozenset[int]] = {}

    def library_object(self, node: ast.expr) -> Value | None:
        """What a dotted name of an import stands for: nothing that a call changes."""
        if isinstance(node, ast.Attribute):
            base = self.library_object(node.value)
            return self.attribute(base, node.attr) if base is not None else None
        found = self.globals.get(node.id) if isinstance(node, ast.Name) else None
        return found if found is not None and found.kind == "module" else None

    def is_cache(self, decorator: ast.expr) -> bool:
        """Whether a decorator keeps the results of a function."""
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        value = self.library_object(called)
        return value is not None and value.target in CACHES

    def cache(self, dotted: str, arguments: Arguments) -> Value:
        """``lru_cache(f)``, or ``lru_cache(maxsize=8)``, which is called with the function."""
        function = arguments.at(0)
        if function is None or not isinstance(function.target, Definition):
            return Value(kind="module", target=dotted)
        self.cached[id(function.target.node)] = function.own
        self.regions.replaced |= function.own
        return function

    def recalled(
        self,
        node: ast.AST,
        run: UnitEffect,
        arguments: Arguments,
        receiver: Value | None,
        result: Value,
    ) -> None:
        """A function that keeps results was called.

        Args:
            node: its definition.
            run: what a run of it does.
            arguments: what it was given.
            receiver: the object whose method it is.
            result: what it returned.
        """
        shows = _more(run)
        given = arguments.all if receiver is None else (receiver, *arguments.all)
        if any(value.own & self.regions.instances for value in given):
            shows = shows or "depends on an object"
        cached = self.cached[id(node)]
        seen = arguments is not NOTHING_GIVEN  # else it is only handed to what may call it
        keeps = cached if result.own and seen else NOTHING
        self._note(cached, Recall(self.position, shows, bool(run.file_reads), keeps))

    def asked(self, function: Value, method: str) -> None:
        """A method of a function is called: what it tells depends on the calls so far."""
        if method in _ASKING:
            cached = function.own & {region for own in self.cached.values() for region in own}
            self._note(cached, Recall(self.position, f"is asked by `{method}()`"))

    def _note(self, own: frozenset[int], call: Recall) -> None:
        for name in self.holders(own):
            if self.globals[name].kind in CODE_KINDS:
                self.effect.recall(name, call)


def hashed(arguments: Arguments) -> Arguments:
    """What a function that keeps results is given: of frames and arrays only their items."""

    def item(value: Value) -> Value:
        return IMMUTABLE if value.kind == "data" else value

    return replace(
        arguments,
        positional=tuple(map(item, arguments.positional)),
        keywords={name: item(value) for name, value in arguments.keywords.items()},
    )


def _more(run: UnitEffect) -> str:
    """What a run of a function does besides returning; "" when nothing."""
    if run.draws or run.seeds:
        return "draws random numbers"
    if run.shows or run.draws_figure:
        return "shows something"
    if run.changes or run.touched:
        return f"changes `{min([*run.changes, *run.touched])}`"
    if run.file_writes:
        return "writes a file"
    if run.alters or run.settings or run.patches:
        return "changes the process"
    return next(iter(run.observes), "")
