"""Expressions of the abstract run."""

from __future__ import annotations

import ast
import collections
import itertools
from abc import abstractmethod
from dataclasses import replace

from nb2pipe.analysis.fields import is_plain
from nb2pipe.analysis.machine import (
    Definition,
    Instance,
    Local,
    Machine,
    element_or_immutable,
)
from nb2pipe.analysis.regions import IMMUTABLE, UNKNOWN, Value, immutable, join
from nb2pipe.analysis.scope import Scoped, evaluated_at_definition, free_names, scope_of

# What draws a frame, and what draws a series or what may be either.
FRAME_PLOT, SERIES_PLOT = "pandas.DataFrame.plot", "pandas.Series.plot"
# Kinds of objects whose attributes are methods.
_METHODS_ONLY = frozenset({"container", "iterator", "generator", "rng"})
_VIEWS = frozenset({"values", "T", "loc", "iloc", "at", "iat", "flat", "array", "str", "dt", "cat"})
# Attributes of containers that are methods.
_METHODS = frozenset(
    name
    for type_ in (list, dict, set, collections.deque, collections.Counter)
    for name in vars(type_)
    if not name.startswith("__")
)


class Expressions(Machine):
    """Evaluates every kind of ``ast.expr``."""

    @abstractmethod
    def call(self, node: ast.Call) -> Value:
        """A call."""

    @abstractmethod
    def special(self, value: Value, *names: str) -> list[Value]:
        """What the methods of these names give, where the value has them."""

    @abstractmethod
    def computed(self, base: Value, name: str) -> Value | None:
        """What a property of that name gives; None where it is none."""

    def evaluate(self, node: ast.expr) -> Value:
        """The abstract value of an expression; its effects are recorded."""
        if not self.depth:
            self.position = (node.lineno, node.col_offset)
        method = self.methods.get(type(node))
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

    def define(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
    ) -> Value:
        """The value of a definition, holding the locals that its closure captures."""
        captured = [
            local.names[name]
            for local in self.scopes
            for name in free_names(node)
            if name in local.names
        ]
        kind = "class" if isinstance(node, ast.ClassDef) else "function"
        made = self.regions.fresh(
            kind,
            holds=captured,
            code=self._free_globals(node),
            target=Definition(node, self.scopes),
        )
        if isinstance(node, ast.ClassDef):
            self.classes.setdefault(id(node), set()).update(made.own)
            if self._is_plain(node):
                self.regions.fields.close(made.own)
        elif not getattr(node, "decorator_list", ()):
            self.regions.fields.close(made.own)
        return made

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

    # ── Attributes and items ─────────────────────────────────────────────────────────────────

    def _Attribute(self, node: ast.Attribute) -> Value:
        base = self.evaluate(node.value)
        if node.attr == "__subclasses__":
            self.effect.refused.setdefault("looks for subclasses of a class", self.position)
        if base.kind in _METHODS_ONLY and base.own:
            self.regions.methods |= base.own
            return Value(own=base.own, kind="method")
        value = self.attribute(base, node.attr)
        if isinstance(value.target, Definition):
            self.refer(value)
        if base.kind == "container" and node.attr in _METHODS:  # bound, to be called later
            return Value(own=base.own | value.own)
        return value

    def attribute(self, base: Value, name: str) -> Value:
        """An attribute of a value."""
        if base.kind == "module" and isinstance(base.target, str):
            dotted = f"{base.target}.{name}"
            if dotted == "sys.argv":
                self.effect.observes.setdefault("reads the command line", self.position)
            return Value(kind="module", target=dotted)
        if base.kind in ("immutable",):
            return IMMUTABLE
        if base.kind in ("data", "figure"):
            type_ = ""
            if name == "plot" and base.kind == "data":
                type_ = FRAME_PLOT if base.type == "pandas.DataFrame" else SERIES_PLOT
            return base.but(type=type_, constant=UNKNOWN, target=None)
        computed = self.computed(base, name)
        if computed is not None:
            own = computed.own | base.own
            return Value(own=own, kind="unknown") if computed.own else computed
        if name == "__dict__":
            self.regions.fields.open(base.own)
        found = self.fields_of(base, name)
        if found:
            return element_or_immutable(found)
        return self.regions.element(base.but(items=None))

    def fields_of(self, base: Value, name: str) -> list[Value] | None:
        """What an attribute of objects or code of the notebook may be; None when not known."""
        fields, found = self.regions.fields, list[Value]()
        if not base.own:
            return None
        for region in base.own:
            if not fields.is_closed(region):
                return None
            found += fields.get(region, name)
            target = self.regions.targets[region]
            definition = target.definition if isinstance(target, Instance) else target
            node = definition.node if isinstance(definition, Definition) else None
            if isinstance(node, ast.ClassDef):
                inherited = self._class_fields(node, name)
                if inherited is None:
                    return None
                found += inherited
        return found

    def _class_fields(self, node: ast.ClassDef, name: str) -> list[Value] | None:
        found: list[Value] = []
        for region in self.classes.get(id(node), ()):
            if not self.regions.fields.is_closed(region):
                return None
            found += self.regions.fields.get(region, name)
        for base in node.bases:
            parent = self.globals.get(base.id) if isinstance(base, ast.Name) else None
            if parent is None or not isinstance(parent.target, Definition):
                continue
            if isinstance(parent.target.node, ast.ClassDef):
                inherited = self._class_fields(parent.target.node, name)
                if inherited is None:
                    return None
                found += inherited
        return found

    def _Subscript(self, node: ast.Subscript) -> Value:
        base = self.evaluate(node.value)
        index = self.evaluate(node.slice)
        self.use(base)
        if base.kind == "module":
            if isinstance(base.target, str) and base.target == "os.environ":
                self.effect.observes.setdefault("reads environment variables", self.position)
            return IMMUTABLE
        if base.type == "collections.defaultdict":
            self.change(base)  # a key that is missing is added
        if base.items is not None and isinstance(node.slice, ast.Constant):
            position = node.slice.value
            if isinstance(position, int) and -len(base.items) <= position < len(base.items):
                return base.items[position]
        if base.kind == "container" and isinstance(node.slice, ast.Slice):
            return self.regions.fresh("container", base.type, holds=[self.regions.element(base)])
        if base.kind == "data" and _copies(node.slice, index):
            return self.regions.fresh("data", base.type if isinstance(node.slice, ast.List) else "")
        return self.regions.element(base)

    def _Slice(self, node: ast.Slice) -> Value:
        for part in (node.lower, node.upper, node.step):
            if part is not None:
                self.evaluate(part)
        return IMMUTABLE

    # ── Targets ──────────────────────────────────────────────────────────────────────────────

    def assign(self, target: ast.expr, value: Value) -> None:
        """Bind a target: a name, items of a tuple, an attribute or an item."""
        if isinstance(target, ast.Name):
            self.store(target.id, value)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, self.regions.fresh("container", "list", holds=[value]))
        elif isinstance(target, ast.Attribute):
            base = self.evaluate(target.value)
            self.set_inside(base, target.attr, value)
        elif isinstance(target, ast.Subscript):
            base = self.evaluate(target.value)
            self.evaluate(target.slice)
            self.set_inside(base, "[]", value)

    def _unpack(self, targets: list[ast.expr], value: Value) -> None:
        starred = any(isinstance(target, ast.Starred) for target in targets)
        if value.items is not None and not starred and len(value.items) == len(targets):
            for target, item in zip(targets, value.items, strict=True):
                self.assign(target, item)
            return
        self.consume(value)
        for target in targets:
            if value.type == "split":  # every item is a new array or frame
                self.assign(target, self.regions.fresh("data"))
            else:
                self.assign(target, self.regions.element(value))

    def set_inside(self, base: Value, name: str, value: Value) -> None:
        """``base.name = value`` or ``base[…] = value``."""
        if base.kind == "module" and isinstance(base.target, str):
            self._set_library(base.target, name)
            return
        self.use(base)
        self.change(base)
        if name == "[]":
            if base.kind != "data":
                self.regions.keep(base, value)
        elif base.kind != "data":
            self.regions.put(base, name, value)
            if isinstance(value.target, Definition):  # a method, which may set others
                self.regions.fields.open(base.own)

    def _set_library(self, dotted: str, name: str) -> None:
        known = self.knowledge
        full = dotted if name == "[]" else f"{dotted}.{name}"
        if any(full == t or full.startswith(f"{t}.") for t in known.early_targets):
            self.effect.settings.add(full)
            self.effect.early = True
        elif any(full == t or full.startswith(f"{t}.") for t in known.setting_targets):
            self.effect.settings.add(full)
        elif full.startswith(("sys.", "builtins.")):
            self.effect.refused.setdefault(f"changes {full}", self.position)
        else:
            self.effect.patches.setdefault(full, self.position)
            self.effect.early = True  # `from math import pi` after it gets the new one


def _copies(slice_: ast.expr, index: Value) -> bool:
    """Whether indexing an array or frame so gives a copy: by a mask, a list or an array."""
    if index.kind == "data":
        return True
    parts = slice_.elts if isinstance(slice_, ast.Tuple) else [slice_]
    return any(
        isinstance(part, ast.List | ast.Compare | ast.UnaryOp)
        and not (isinstance(part, ast.UnaryOp) and isinstance(part.operand, ast.Constant))
        for part in parts
    )


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
