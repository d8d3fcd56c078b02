"""Values that go from stage to stage: which cannot, and why."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property

from nb2pipe.analysis.definition import Definition, Instance
from nb2pipe.analysis.flow import StageFlow
from nb2pipe.analysis.history import History
from nb2pipe.analysis.knowledge import load
from nb2pipe.analysis.library import OVER_HASHED
from nb2pipe.analysis.placement import Placement, code_names, written_globals
from nb2pipe.analysis.regions import Regions, Value
from nb2pipe.analysis.rules import (
    Place,
    nb305_cannot_cross,
    nb306_code_in_value,
    nb307_changed_definition,
)
from nb2pipe.analysis.units import CODE, Unit
from nb2pipe.model import Diagnostic


class Crossings:
    """NB305, NB306, NB307: values that go from stage to stage."""

    def __init__(
        self,
        history: History,
        placement: Placement,
        regions: Regions,
        flows: Mapping[str, StageFlow],
    ) -> None:
        self.history = history
        self.placement = placement
        self.regions = regions
        self.flows = flows
        known = load()
        self.settings = {*known.setting_targets, *known.early_targets}

    def find(self) -> Iterator[Diagnostic]:
        """Every finding on every input."""
        for flow in self.flows.values():
            for name, unit in sorted(flow.inputs.items()):
                value = unit.values.get(name)
                if value is not None:
                    yield from self._value(flow, name, unit, value)

    def _value(self, flow: StageFlow, name: str, unit: Unit, value: Value) -> Iterator[Diagnostic]:
        place = unit.place()
        what = advice = ""
        if self._is_definition(value):
            changed = [e for e in self.history.of(name) if e.kind == "change"]
            if changed:
                yield nb307_changed_definition.diagnostic(changed[0].unit.place(), name, flow.name)
                return
            if self._is_shared_class(value):
                return
            if not _is_decorated_function(value) or value.own & self.regions.replaced:
                what = "a function or class that is not made by a plain definition"
                advice = "Define it by a `def` or `class` at the top level of a cell."
        elif value.type == "module" or (value.kind == "module" and value.target in self._modules()):
            what = "a module under another name"
            advice = "Import it under that name, in a statement of its own."
        elif value.kind == "module" and value.target in self.settings:
            what = "what the process has one of, under another name,"
            advice = "Use it under its own name."
        elif value.type == OVER_HASHED:
            what = "an iterator over a dictionary or set"
            advice = "Make a list of it, or make it in the stage that uses it."
        elif value.kind == "generator":
            what = "a generator, which goes on only in the process that made it,"
            advice = "Make a list of it, or make it in the stage that uses it."
        elif isinstance(value.target, Instance) and value.target.definition.closure:
            what = "of a class that is defined in a function"
            advice = "Define the class at the top level of a cell."
        elif value.kind == "unportable":
            what = "tied to the process that made it (a file, a lock)"
            advice = "Make it in the stage that uses it."
        if what:
            yield nb305_cannot_cross.diagnostic(place, name, what, flow.name, advice)
            return
        yield from self._code(flow, name, unit, value, place)

    def _is_definition(self, value: Value) -> bool:
        """Whether it is a class or function, other than a function that a function made.

        That one no name of the notebook defines: it goes by value, with what it captured.
        """
        definition = value.target
        if not isinstance(definition, Definition):
            return value.kind == "class"
        return (
            isinstance(definition.node, ast.ClassDef)
            or not definition.closure
            or bool(value.own & (self._named | self.regions.replaced))
        )

    def _is_shared_class(self, value: Value) -> bool:
        """Whether it is a class of ``shared.py`` under another name: it goes by reference."""
        definition = value.target
        if not isinstance(definition, Definition) or value.own & self.regions.replaced:
            return False
        if not isinstance(definition.node, ast.ClassDef) or definition.closure:
            return False
        events = self.history.of(definition.node.name)
        return bool(events) and all(self.placement.is_shared(event.unit) for event in events)

    def _modules(self) -> set[object]:
        return {
            event.unit.values[name].target
            for name, events in self.history.events.items()
            for event in events
            if event.unit.effect.imports.get(name, "").startswith("import ")
            and name in event.unit.values
        }

    def _code(
        self, flow: StageFlow, name: str, unit: Unit, value: Value, place: Place
    ) -> Iterator[Diagnostic]:
        for code in sorted(self.regions.code_of(value)):
            event = self.history.last(code, unit.index + 1)
            if code.startswith("@") or event is None or self.placement.is_shared(event.unit):
                continue
            if event.unit.role == "import" or self._goes_along(value, code):
                continue
            definition = self.history.of(code)[0]
            if event.kind == "change" and definition.unit.role in CODE:
                # A class that counts its objects, a function that keeps results.
                yield nb307_changed_definition.diagnostic(event.unit.place(), code, flow.name)
                return
            reads = ""
            if event.unit.role in CODE:
                reads = next(
                    (n for n in sorted(code_names(event.unit)) if self._is_variable(n)), ""
                )
            yield nb306_code_in_value.diagnostic(place, name, code, reads, flow.name)
            return

    def _goes_along(self, value: Value, variable: str) -> bool:
        """Whether the code that reads the variable finds the same wherever the value goes.

        Functions without a name of their own go by value, and read the variable of the stage
        where they arrive. In the stages' functions they keep that of the stage where they were
        made: one that is bound in another stage too would differ. Nor may they change it, as it
        is not always seen where a library calls them.
        """
        regions = self.regions
        readers = [r for r in regions.reach(value.own) if variable in regions.code[r]]
        if any(regions.kinds[r] != "function" or r in self._named for r in readers):
            return False
        events = self.history.of(variable)
        if len({event.unit.stage for event in events}) > 1 or variable in self._written:
            return False
        bound = [event.unit for event in events if event.kind != "delete"]
        return not any(unit.role in CODE or unit.values[variable].own for unit in bound)

    @cached_property
    def _named(self) -> set[int]:
        """The functions and classes that a name of the notebook defines."""
        return {
            region
            for name, events in self.history.events.items()
            for event in events
            if event.unit.role in CODE and name in event.unit.values
            for region in event.unit.values[name].own
        }

    @cached_property
    def _written(self) -> set[str]:
        """Names that functions bind by ``global``."""
        units = {id(e.unit): e.unit for events in self.history.events.values() for e in events}
        return {
            name
            for unit in units.values()
            if "global" in unit.parsed.source
            for name in written_globals(unit)
        }

    def _is_variable(self, name: str) -> bool:
        events = self.history.of(name)
        return any(e.unit.role not in CODE and not self.placement.is_shared(e.unit) for e in events)


def _is_decorated_function(value: Value) -> bool:
    """Whether a decorator, such as one that registers, makes a plain function more than that."""
    definition = value.target
    return (
        isinstance(definition, Definition)
        and isinstance(definition.node, ast.FunctionDef)
        and bool(definition.decorators)
    )
