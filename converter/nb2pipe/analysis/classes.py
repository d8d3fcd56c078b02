"""The notebook's classes in the abstract run: their objects, parents, methods and attributes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from nb2pipe.analysis.arguments import Arguments
from nb2pipe.analysis.definition import Definition, Instance
from nb2pipe.analysis.machine import Machine, element_or_immutable
from nb2pipe.analysis.regions import Value

# Attributes of a class that give its parents.
PARENTS = frozenset({"__mro__", "__bases__", "__base__", "mro"})


class Classes(Machine):
    """Finds classes, and what they say of their objects."""

    def class_of(self, value: Value) -> Value | None:
        """The classes of the objects that a value may be; None where none is the notebook's."""
        instances = sorted(value.own & self.regions.instances)
        found = [self.class_value(self.regions.targets[region].definition) for region in instances]
        return element_or_immutable(found) if found else None

    def lineage(self, value: Value) -> Value | None:
        """The classes that a value may be, and their parents; None for anything else."""
        waiting = [self.regions.targets[region] for region in sorted(value.own)]
        found: dict[int, Value] = {}
        while waiting:
            definition = waiting.pop()
            if isinstance(definition, Definition) and isinstance(definition.node, ast.ClassDef):
                found[id(definition.node)] = self.class_value(definition)
                waiting += self.parents(definition.node)
        return element_or_immutable(list(found.values())) if found else None

    def class_value(self, definition: Definition) -> Value:
        """The class that a definition makes."""
        own = frozenset(self.classes.get(id(definition.node), ()))
        return Value(own=own, kind="class", target=definition)

    def parents(self, node: ast.ClassDef) -> Iterator[Definition]:
        """The classes of the notebook that a class is made from."""
        for base in node.bases:
            parent = self.globals.get(base.id) if isinstance(base, ast.Name) else None
            if parent is not None and isinstance(parent.target, Definition):
                yield parent.target

    def find_method(self, definition: Definition, name: str) -> Definition | None:
        """The method of that name of a class of the notebook, or of its parents.

        What sets the property ``size`` is the method ``size.setter``.
        """
        node = definition.node
        if not isinstance(node, ast.ClassDef):
            return None
        setter = name.endswith(".setter")
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and (
                statement.name == name
                or (setter and name in map(ast.unparse, statement.decorator_list))
            ):
                return Definition(statement, definition.closure)
        found = (self.find_method(parent, name) for parent in self.parents(node))
        return next((method for method in found if method is not None), None)

    def parent_of_method(self, class_: Definition, method: ast.stmt) -> Definition | None:
        """The first parent of the class, or of its ancestor, that defines the method."""
        if not isinstance(class_.node, ast.ClassDef):
            return None
        parents = list(self.parents(class_.node))
        if method in class_.node.body:
            return parents[0] if parents else None
        found = (self.parent_of_method(parent, method) for parent in parents)
        return next((parent for parent in found if parent is not None), None)

    def super_of(self, arguments: Arguments) -> Value:
        """``super()``: the object or class itself, as one of the parent of the method's class."""
        for local in reversed(self.scopes):
            if not isinstance(local.node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            names = [a.arg for a in (*local.node.args.posonlyargs, *local.node.args.args)]
            itself = local.names.get(names[0]) if names else None
            if itself is None or not isinstance(itself.target, Instance | Definition):
                break
            target = itself.target
            class_ = target.definition if isinstance(target, Instance) else target
            return self._as_parent(itself, self.parent_of_method(class_, local.node))
        named, itself = arguments.at(0), arguments.at(1)
        if itself is None or named is None or not isinstance(named.target, Definition):
            return self.regions.fresh("unknown")
        node = named.target.node
        parents = self.parents(node) if isinstance(node, ast.ClassDef) else iter(())
        return self._as_parent(itself, next(parents, None))

    def _as_parent(self, itself: Value, parent: Definition | None) -> Value:
        """An object or class, taken for one of the parent."""
        if parent is None:
            return replace(itself, kind="unknown", target=None)
        return replace(itself, target=parent if itself.kind == "class" else Instance(parent))

    def fields_of(self, base: Value, name: str) -> list[Value] | None:
        """What an attribute of objects or code of the notebook may be; None when not known."""
        fields = self.regions.fields
        if not base.own or not all(map(fields.is_closed, base.own)):
            return None
        own = set(base.own)
        for value in (base, self.class_of(base)):
            classes = self.lineage(value) if value is not None else None
            own |= classes.own if classes is not None else frozenset()
        if not all(map(fields.is_closed, own)):
            return None
        return [held for region in sorted(own) for held in fields.get(region, name)]
