"""Expressions of the abstract run."""

from __future__ import annotations

import ast
import itertools
from abc import abstractmethod
from dataclasses import replace

from nb2pipe.analysis.caches import Caches
from nb2pipe.analysis.definition import Definition, Local
from nb2pipe.analysis.fields import is_plain
from nb2pipe.analysis.machine import METHODS, element_or_immutable
from nb2pipe.analysis.regions import IMMUTABLE, UNKNOWN, Value, immutable, join
from nb2pipe.analysis.scope import (
    Scoped,
    evaluated_at_definition,
    free_names,
    rebinds_outside,
    scope_of,
)

# Kinds of values that no call changes.
_UNCHANGED = frozenset({"immutable", "module", "function", "class", "sentinel"})


class Expressions(Caches):
    """Evaluates every kind of ``ast.expr``."""

    @abstractmethod
    def call(self, node: ast.Call) -> Value:
        """A call."""

    def evaluate(self, node: ast.expr) -> Value:
        """The abstract value of an expression; its effects are recorded."""
        if not self.depth:
            self.position = (node.lineno, node.col_offset)
        method = getattr(self, METHODS[type(node)], None)
        if method is not None:
            value: Value = method(node)
            return value
        return element_or_immutable(
            [
                self.evaluate(part)
                for part in ast.iter_child_nodes(node)
                if isinstance(part, ast.expr)
            ]
        )

    # ── Atoms ────────────────────────────────────────────────────────────────────────────────

    def _Constant(self, node: ast.Constant) -> Value:
        known = node.value if isinstance(node.value, str) else UNKNOWN
        if isinstance(node.value, str):
            self.note_tuning(node.value)
        return immutable("" if node.value is None else type(node.value).__name__, known)

    def _Name(self, node: ast.Name) -> Value:
        return self.load(node.id)

    def _JoinedStr(self, node: ast.JoinedStr) -> Value:
        text: str | None = ""
        for part in node.values:
            value = self.evaluate(part)
            known = isinstance(value.constant, str)
            text = text + value.constant if text is not None and known else None
        return immutable("str", UNKNOWN if text is None else text)

    def _FormattedValue(self, node: ast.FormattedValue) -> Value:
        value = self.evaluate(node.value)
        self.use(value)
        if node.format_spec is not None:
            self.evaluate(node.format_spec)
            return immutable("str")
        plain = node.conversion == -1 and isinstance(value.constant, str)
        return immutable("str", value.constant if plain else UNKNOWN)

    # ── Operators ────────────────────────────────────────────────────────────────────────────

    def _UnaryOp(self, node: ast.UnaryOp) -> Value:
        return self._computed([self.evaluate(node.operand)])

    def _BinOp(self, node: ast.BinOp) -> Value:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        path = _joined_path(node.op, left, right)
        if path is not None:
            return path
        value = self._computed([left, right])
        exact = isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.FloorDiv | ast.Mod)
        return value if exact or value.kind == "data" else value.but(type="")

    def _Compare(self, node: ast.Compare) -> Value:
        operands = [self.evaluate(node.left), *(self.evaluate(c) for c in node.comparators)]
        membership = all(isinstance(op, ast.Is | ast.IsNot | ast.In | ast.NotIn) for op in node.ops)
        if any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
            self.consume(*operands[1:])
        for op, pair in zip(node.ops, itertools.pairwise(operands), strict=True):
            if isinstance(op, ast.Is | ast.IsNot):
                self.effect.identified |= {region for value in pair for region in value.own}
        return immutable("bool") if membership else self._computed(operands, type_="bool")

    def _computed(self, operands: list[Value], type_: str = "") -> Value:
        """A new value computed from others: ``a + b`` of two lists holds what they hold."""
        for operand in operands:
            self.use(operand)
        if all(operand.kind == "immutable" for operand in operands):
            types = {operand.type for operand in operands}
            return immutable(type_ or (types.pop() if len(types) == 1 else ""))
        data = [operand for operand in operands if operand.kind == "data"]
        if data:
            types = {operand.type for operand in data}
            return self.regions.fresh("data", types.pop() if len(types) == 1 else "")
        kinds = {operand.kind for operand in operands if operand.own}
        kind = "container" if kinds == {"container"} else "unknown"
        holds = [self.regions.element(operand) for operand in operands if operand.own]
        if kind == "unknown":
            holds = [operand for operand in operands if operand.own]
        return self.regions.fresh(kind, holds=holds)

    def _BoolOp(self, node: ast.BoolOp) -> Value:
        value = self.evaluate(node.values[0])
        self.use(value)
        for part in node.values[1:]:
            with self.branching() as before:
                value = join(value, self.evaluate(part))
                self.use(value)
                self.merge([before, self.snapshot()])
        return value

    def _IfExp(self, node: ast.IfExp) -> Value:
        self.use(self.evaluate(node.test))
        with self.branching() as before:
            first = self.evaluate(node.body)
            after_first = self.snapshot()
            self.restore(before)
            second = self.evaluate(node.orelse)
            self.merge([after_first, self.snapshot()])
        return join(first, second)

    def _NamedExpr(self, node: ast.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        scopes = self.scopes
        # A walrus in a comprehension binds in the scope around it.
        while self.scopes and isinstance(
            self.scopes[-1].node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
        ):
            self.scopes = self.scopes[:-1]
        maybe = self.scopes is not scopes
        self.store(node.target.id, value)
        if maybe and not self.scopes:
            self.unbound.add(node.target.id)
        self.scopes = scopes
        return value

    def _Await(self, node: ast.Await) -> Value:
        return self.evaluate(node.value)

    def _Yield(self, node: ast.Yield) -> Value:
        value = self.evaluate(node.value) if node.value else IMMUTABLE
        if self.scopes:
            self.scopes[-1].returns.append(value)
        return self.regions.fresh("unknown")

    def _YieldFrom(self, node: ast.YieldFrom) -> Value:
        value = self.evaluate(node.value)
        self.consume(value)
        if self.scopes:
            self.scopes[-1].returns.append(self.regions.element(value))
        return self.regions.fresh("unknown")

    def _Starred(self, node: ast.Starred) -> Value:
        value = self.evaluate(node.value)
        self.consume(value)
        return self.regions.element(value)

    # ── Displays and comprehensions ──────────────────────────────────────────────────────────

    def _display(self, parts: list[ast.expr], type_: str) -> Value:
        items = [self.evaluate(part) for part in parts]
        starred = any(isinstance(part, ast.Starred) for part in parts)
        if type_ == "tuple" and not starred and all(item.kind == "immutable" for item in items):
            return immutable("tuple").but(items=tuple(items))
        value = self.regions.fresh("container", type_, holds=items)
        # A list may grow: what it holds is followed, which item is which is not.
        return value if starred or type_ != "tuple" else value.but(items=tuple(items))

    def _Tuple(self, node: ast.Tuple) -> Value:
        return self._display(node.elts, "tuple")

    def _List(self, node: ast.List) -> Value:
        return self._display(node.elts, "list")

    def _Set(self, node: ast.Set) -> Value:
        return self._display(node.elts, "set")

    def _Dict(self, node: ast.Dict) -> Value:
        values = [self.evaluate(key) for key in node.keys if key is not None]
        for key, part in zip(node.keys, node.values, strict=True):
            value = self.evaluate(part)
            values.append(self.regions.element(value) if key is None else value)
        return self.regions.fresh("container", "dict", holds=values)

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, type_: str
    ) -> Value:
        first = self.evaluate(node.generators[0].iter)
        local = Local(scope_of(node), node)
        outer = self.scopes
        self.scopes = (*outer, local)
        for index, generator in enumerate(node.generators):
            source = first if index == 0 else self.evaluate(generator.iter)
            if type_ != "generator":
                self.consume(source)
            self.assign(generator.target, self.regions.element(source))
            for condition in generator.ifs:
                self.evaluate(condition)
        if isinstance(node, ast.DictComp):
            items = [self.evaluate(node.key), self.evaluate(node.value)]
        else:
            items = [self.evaluate(node.elt)]
        self.scopes = outer
        kind = "generator" if type_ == "generator" else "container"
        code = self._free_globals(node) if type_ == "generator" else ()
        sources = [first] if type_ == "generator" else []
        return self.regions.fresh(kind, type_, holds=[*items, *sources], code=code)

    def _ListComp(self, node: ast.ListComp) -> Value:
        return self._comprehension(node, "list")

    def _SetComp(self, node: ast.SetComp) -> Value:
        return self._comprehension(node, "set")

    def _DictComp(self, node: ast.DictComp) -> Value:
        return self._comprehension(node, "dict")

    def _GeneratorExp(self, node: ast.GeneratorExp) -> Value:
        return self._comprehension(node, "generator")

    def _Lambda(self, node: ast.Lambda) -> Value:
        self.evaluate_defaults(node)
        value = self.define(node)
        self.refer(value)
        return value

    def evaluate_defaults(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        """Evaluate what is evaluated with the definition, but for decorators; keep defaults."""
        signature = node.args
        defaults = {*signature.defaults, *(d for d in signature.kw_defaults if d is not None)}
        for part in evaluated_at_definition(node):
            if part in getattr(node, "decorator_list", ()):
                continue
            value = self.evaluate(part)
            if part in defaults:
                self.defaults[id(part)] = value

    def kept_defaults(self, node: ast.AST) -> list[Value]:
        """The defaults of a function: one object each, for all of its calls."""
        signature = getattr(node, "args", None)
        if not isinstance(signature, ast.arguments):
            return []
        known = (self.defaults.get(id(d)) for d in (*signature.defaults, *signature.kw_defaults))
        return [value for value in known if value is not None and value.kind not in _UNCHANGED]

    def define(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
    ) -> Value:
        """The value of a definition, holding the locals that its closure captures."""
        free = free_names(node)
        captured: list[Value] = []
        for local in self.scopes:
            taken = [local.names[name] for name in free if name in local.names]
            captured += taken
            if taken and rebinds_outside(local.node):
                local.cells = local.cells or self.regions.fresh("container")
                captured.append(local.cells)
        kind = "class" if isinstance(node, ast.ClassDef) else "function"
        made = self.regions.fresh(
            kind,
            holds=[*captured, *self.kept_defaults(node), *self._bases(node)],
            code=self._free_globals(node),
            target=Definition(node, self.scopes),
        )
        if isinstance(node, ast.ClassDef):
            self.classes.setdefault(id(node), set()).update(made.own)
            if self._is_plain(node):
                self.regions.fields.close(made.own)
        elif not getattr(node, "decorator_list", ()):
            self.regions.fields.close(made.own)
        elif any(map(self.is_cache, made.target.decorators)):
            self.cached[id(node)] = made.own
        return made

    def _bases(self, node: ast.AST) -> list[Value]:
        """The classes of the notebook that a class inherits from: it sees what they become."""
        if not isinstance(node, ast.ClassDef):
            return []
        return [self.class_value(parent) for parent in self.parents(node)]

    def _is_plain(self, node: ast.ClassDef) -> bool:
        """Whether all that sets attributes of a class and of its objects is in the notebook."""
        if not is_plain(node):
            return False
        for base in node.bases:
            parent = self.globals.get(base.id) if isinstance(base, ast.Name) else None
            known = (
                self.classes.get(id(parent.target.node))
                if (parent is not None and isinstance(parent.target, Definition))
                else None
            )
            if not known or not all(map(self.regions.fields.is_closed, known)):
                return False
        return True

    def _free_globals(self, node: Scoped) -> set[str]:
        local = {name for scope in self.scopes if not scope.is_class for name in scope.scope.bound}
        return set(free_names(node)) - local


def _joined_path(operator: ast.operator, left: Value, right: Value) -> Value | None:
    """``Path("data") / "file.csv"`` and ``"data/" + "file.csv"`` of known texts."""
    if isinstance(left.constant, str) and isinstance(right.constant, str):
        if isinstance(operator, ast.Div):
            return replace(left, constant=f"{left.constant.rstrip('/')}/{right.constant}")
        if isinstance(operator, ast.Add):
            return immutable("str", left.constant + right.constant)
    if left.type.startswith("pathlib.") and isinstance(operator, ast.Div):
        return replace(left, constant=UNKNOWN)
    return None
