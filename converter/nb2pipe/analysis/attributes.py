"""Attributes and items of the abstract run: how they are read, and what binds them."""

from __future__ import annotations

import ast
import collections
from abc import abstractmethod

from nb2pipe.analysis import stars
from nb2pipe.analysis.arguments import NOTHING_GIVEN, Arguments
from nb2pipe.analysis.classes import PARENTS, Classes
from nb2pipe.analysis.definition import CODE_KINDS, Definition
from nb2pipe.analysis.effect import Watched
from nb2pipe.analysis.machine import element_or_immutable
from nb2pipe.analysis.regions import ARRAY, IMMUTABLE, UNKNOWN, Value

# The type of what is taken for a column.
COLUMN = "pandas.Series"
# Attributes of frames and arrays that are no columns.
_NO_COLUMNS = frozenset(
    {"T", "at", "flat", "iat", "iloc", "imag", "loc", "real", "style", "values"}
)
# Attributes of frames through which they are changed.
_PLACES = frozenset({"at", "iat", "iloc", "loc"})
# What draws a frame, and what draws a series or what may be either.
FRAME_PLOT, SERIES_PLOT = "pandas.DataFrame.plot", "pandas.Series.plot"
# Attributes of functions and classes that are texts.
_TEXTS = frozenset({"__name__", "__qualname__", "__module__", "__doc__"})
# Kinds of objects whose attributes are methods.
_METHODS_ONLY = frozenset({"container", "iterator", "generator", "rng"})
# Attributes of containers that are methods.
_METHODS = frozenset(
    name
    for type_ in (list, dict, set, collections.deque, collections.Counter)
    for name in vars(type_)
    if not name.startswith("__")
)


class Attributes(Classes):
    """Evaluates attributes and items, and binds targets."""

    @abstractmethod
    def special(
        self, value: Value, *names: str, arguments: Arguments = NOTHING_GIVEN
    ) -> list[Value]:
        """What the methods of these names give, where the value has them."""

    @abstractmethod
    def computed(self, base: Value, name: str) -> Value | None:
        """What a property of that name gives; None where it is none."""

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
        value = self.handed(value)
        if base.kind == "container" and node.attr in _METHODS:  # bound, to be called later
            return Value(own=base.own | value.own)
        return value

    def attribute(self, base: Value, name: str) -> Value:
        """An attribute of a value."""
        if base.kind == "module" and isinstance(base.target, str):
            dotted = stars.origin(base.target, name)
            if dotted == "sys.argv":
                self.effect.observes.setdefault("reads the command line", self.position)
            if importer := self.submodules.get(dotted):
                self.effect.submodules[dotted] = importer
            return Value(kind="module", target=dotted)
        if base.kind == "immutable" or (base.kind in CODE_KINDS and name in _TEXTS):
            return IMMUTABLE
        if base.kind == "data" and name == "flat":
            each = base.but(constant=UNKNOWN, target=None, items=None)
            return each.but(kind="unportable", each=each)
        if base.kind in ("data", "figure"):
            type_ = ""
            if name == "plot" and base.kind == "data":
                type_ = FRAME_PLOT if base.type == "pandas.DataFrame" else SERIES_PLOT
            elif (name == "values" and base.kind == "data") or base.is_array:
                type_ = ARRAY
            elif name in _PLACES:
                type_ = base.type
            return base.but(type=type_, constant=UNKNOWN, target=None)
        if name in ("__class__", "__func__") and (classes := self.class_of(base)):
            return classes
        if name in PARENTS and (classes := self.lineage(base)):
            if name == "__base__":
                return classes
            return self.regions.fresh("container", "tuple", holds=[classes])
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
            if isinstance(target.value, ast.Attribute) and target.value.attr in _PLACES:
                self._watch(base)

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
        if name != "[]":
            self.special(base, "__setattr__", "__delattr__")
            self.special(base, f"{name}.setter", arguments=Arguments((value,), {}, {}, False))
        elif self.regions.instances.isdisjoint(base.own):
            self.use(base)
        else:
            self.special(base, "__setitem__", "__delitem__")
        self.change(base)
        if name == "[]":
            if base.kind != "data":
                self.regions.keep(base, value)
        elif base.kind != "data":
            self.regions.put(base, name, value)
            if isinstance(value.target, Definition):  # a method, which may set others
                self.regions.fields.open(base.own)

    def _watch(self, frame: Value) -> None:
        """A frame's data are overwritten, unless another has them, whatever arrays show of them."""
        holders = self.holders(frame.own)
        alive = {n for n in holders if self.globals[n].own & frame.own}
        arrays = sorted(n for n in alive if self.globals[n].is_array)
        if not arrays:
            return
        displayed = not self.displayed.isdisjoint(frame.own)
        gone = {name for region in frame.own for name in self._named.get(region, ())} - alive
        watched = Watched(arrays[0], displayed, frozenset(gone), self.position)
        self.effect.watched.update(dict.fromkeys(alive.difference(arrays), watched))
        for name in sorted(holders):  # who may be such another
            if not self.globals[name].is_array:
                self._note_read(name)

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


def is_column(node: ast.expr) -> bool:
    """Whether it is a column if its base is a frame: ``rows["age"]``, ``rows.age``."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
    return isinstance(node, ast.Attribute) and node.attr not in _NO_COLUMNS
