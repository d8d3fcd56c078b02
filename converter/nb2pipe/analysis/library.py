"""Calls of library functions and classes, looked up in ``knowledge``."""

from __future__ import annotations

import ast
import re
from abc import abstractmethod
from dataclasses import replace

from nb2pipe.analysis.arguments import Arguments
from nb2pipe.analysis.caches import CACHES
from nb2pipe.analysis.definition import CODE_KINDS, Definition
from nb2pipe.analysis.formulas import EVALUATING, WORD
from nb2pipe.analysis.iteration import Iteration
from nb2pipe.analysis.knowledge import Effect
from nb2pipe.analysis.machine import (
    IDLE_RANDOM,
    IN_PLACE,
    KEEPS_DATA,
    NUMPY_RANDOM,
    element_or_immutable,
)
from nb2pipe.analysis.regions import IMMUTABLE, UNKNOWN, VIEW, Value, immutable

# Their methods may be called with the object as the first argument: `list.append(rows, 1)`.
_TYPES = frozenset(
    {"builtins.list", "builtins.dict", "builtins.set", "builtins.bytearray"}
    | {"collections.Counter", "collections.OrderedDict", "collections.deque"}
    | {"pandas.DataFrame", "pandas.Series", "numpy.ndarray"}
)
# What they return is a class: with its own name as the first argument, a definition.
_CLASS_MAKERS = frozenset(
    {"collections.namedtuple", "typing.NamedTuple", "typing.TypedDict", "typing.NewType"}
    | {"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"}
    | {"dataclasses.make_dataclass", "builtins.type"}
)
# What they return belongs to the process: changing it is a setting, as with a module.
_SINGLE_OBJECTS = frozenset({"decimal.getcontext", "logging.getLogger"})
# What calls a function that it is given in a way of its own, or only keeps it.
_CALLING_OTHERWISE = ("builtins.map", "builtins.filter", "functools.", "itertools.")
PARTIAL = "functools.partial"
# Made of a function, and called like it.
WRAPPERS = frozenset({PARTIAL, "numpy.vectorize", "numpy.frompyfunc"})
# Methods of lists, and how many arguments they take: functions of these names take another number.
_LISTING = {"append": 1, "extend": 1, "insert": 2}
_IMPORTING = frozenset({"importlib.import_module", "builtins.__import__"})
# What is made of a function to be called later, and what calls it: `Parallel()(delayed(f)(n) …)`.
_JOBS = ("joblib", "joblib.parallel", "sklearn.utils.parallel")
_DELAYED = frozenset(f"{module}.delayed" for module in _JOBS)
PARALLEL = frozenset(f"{module}.Parallel" for module in _JOBS)
_DEFAULTDICT = "collections.defaultdict"
_MAPPINGS = frozenset(
    {"builtins.dict", "collections.OrderedDict", _DEFAULTDICT, "collections.Counter"}
)
# What finds its items by their hashes: a pickle of an iterator over one is of a list's iterator.
_HASHED = frozenset(
    {VIEW, "dict", "set", "frozenset"}
    | {"collections.OrderedDict", _DEFAULTDICT, "collections.Counter"}
)
OVER_HASHED = "iterator over hashed items"
# Estimators that are told not to copy work on the data itself.
_COPYING = ("copy", "copy_X", "copy_x", "copy_X_train")
# Streams in memory, which go from stage to stage.
_STREAMS = frozenset({"io.StringIO", "io.BytesIO"})


class Library(Iteration):
    """Runs calls of what is imported."""

    @abstractmethod
    def _method(self, base: Value, name: str, arguments: Arguments) -> Value:
        """A call of a method."""

    def _library(self, dotted: str, arguments: Arguments) -> Value:
        owner, _, last = dotted.rpartition(".")
        if owner in _TYPES and last in self.knowledge.changing and arguments.positional:
            base, *rest = arguments.positional
            return self._method(base, last, replace(arguments, positional=tuple(rest)))
        if not dotted.startswith("builtins.") or last in ("vars", "__setattr__"):
            self._hand_over(arguments)
        if dotted in CACHES:
            return self.cache(dotted, arguments)
        if dotted in _IMPORTING and arguments.positional:
            return Value(kind="module", type="module", target=arguments.positional[0].constant)
        if dotted == "builtins.type" and len(arguments.all) == 1:
            return self.class_of(arguments.all[0]) or immutable("type")
        effect = self.knowledge.function(dotted)
        if effect is None:
            if self.knowledge.is_estimator(dotted):
                return self._estimator(dotted, arguments)
            if "." in owner and _LISTING.get(last) == len(arguments.all):
                # Done again in another function of the same process, it would come twice.
                self.effect.refused.setdefault(f"changes {owner}", self.position)
            return self._unknown([], arguments)
        for position in effect.changes:
            changed = arguments.at(position)
            if changed is not None:
                self.change(changed)
                if dotted.startswith("heapq.") or dotted == "builtins.setattr":
                    for other in arguments.all:
                        if other is not changed:
                            self.regions.keep(changed, other)
        if dotted in ("builtins.setattr", "builtins.delattr"):
            self._attribute_set(arguments)
        if not dotted.startswith(_CALLING_OTHERWISE):
            self._called_back(arguments)
        self._in_place(dotted, arguments)
        self._world(dotted, effect, arguments)
        if dotted.startswith(EVALUATING):
            self._names_in_text(arguments, WORD)
        if self.knowledge.is_estimator(dotted):
            return self._estimator(dotted, arguments)
        last = dotted.rpartition(".")[2]
        if last in self.knowledge.random and dotted.startswith("sklearn."):
            self._draw_unless_given(arguments)
        if effect.fits:
            for value in arguments.all:
                self._draw_in_fit(self.regions.code_of(value))
        if effect.generator:
            return self._generator(dotted, arguments)
        if dotted.endswith(".check_random_state"):
            return self._checked_generator(arguments)
        return self._result(dotted, effect, arguments)

    def _in_place(self, dotted: str, arguments: Arguments) -> None:
        """What a library function changes since a keyword says so."""
        for name in ("out", "output", "ax"):
            if name in arguments.keywords:
                self.change(arguments.keywords[name])
        self._stream(arguments)
        first = arguments.at(0)
        if first is None:
            return
        uncopied = arguments.is_constant("copy", False) and dotted.startswith("sklearn.")
        if dotted == "numpy.nan_to_num":
            uncopied = "copy" in arguments.keywords or len(arguments.positional) > 1
        if uncopied or arguments.is_constant("inplace", True):
            self.change(first)
        if any(name.startswith("overwrite_") for name in arguments.keywords):
            for value in arguments.all:
                self.change(value)

    def _stream(self, arguments: Arguments) -> None:
        """Streams in memory that a call is given are read from or written to."""
        for name, value in arguments.keywords.items():
            if name in ("file", "stream", "fp", "buf"):
                self.change(value, deep=True)
        for value in arguments.all:
            if value.type in _STREAMS:
                self.change(value)

    def _hand_over(self, arguments: Arguments) -> None:
        """Objects are given to code that may call their methods, or set what they hold."""
        if self.regions.instances:
            own = [region for value in arguments.all for region in value.own]
            self.regions.fields.open(self.regions.reach(own) & self.regions.instances)

    def _attribute_set(self, arguments: Arguments) -> None:
        base, name = arguments.at(0), arguments.at(1)
        if base is not None and base.kind == "module":
            known = name.constant if name is not None else None
            self.set_inside(base, known if isinstance(known, str) else "*", IMMUTABLE)

    def _attribute_got(self, base: Value, name: Value = IMMUTABLE, *default: Value) -> Value | None:
        """``getattr`` of what is known to have the attribute, or nothing of that name."""
        if not isinstance(name.constant, str) or name.constant.startswith("__"):
            return None
        if base.kind == "module" and not default:
            return self.handed(self.attribute(base, name.constant))
        found = self.fields_of(base, name.constant)
        if found is None or not (found or base.kind == "function"):
            return None
        return element_or_immutable([*found, *default])

    def _names_in_text(self, arguments: Arguments, pattern: re.Pattern[str]) -> None:
        """Expressions in strings, such as formulas, read the caller's variables."""
        for value in arguments.all:
            if isinstance(value.constant, str):
                for name in pattern.findall(value.constant):
                    if name in self.globals:
                        self.load(name)

    def _estimator(self, dotted: str, arguments: Arguments) -> Value:
        last = dotted.rpartition(".")[2]
        known = self.knowledge
        draws = (
            last in known.random
            or last in known.random_unless
            or (
                last in known.random_with
                and (
                    not known.random_with[last]
                    or arguments.is_constant(known.random_with[last], True)
                )
            )
        )
        given = "random_state" in arguments.keywords and not arguments.is_constant(
            "random_state", None
        )
        code = set[str]()
        if draws and not given and not arguments.starred:
            code.add(self._randomness(last, arguments))
        if last in known.keeping:
            code.add(KEEPS_DATA)
        if any(
            name in arguments.keywords and not arguments.is_constant(name, True)
            for name in _COPYING
        ):
            code.add(IN_PLACE)
        return self.regions.fresh("estimator", dotted, holds=arguments.all, code=code)

    def _randomness(self, name: str, arguments: Arguments) -> str:
        keyword = self.knowledge.random_unless.get(name)
        if keyword is None or keyword in arguments.keywords:
            return NUMPY_RANDOM
        return IDLE_RANDOM + keyword

    def _draw_in_fit(self, marks: set[str]) -> None:
        """Estimators with these marks are fitted."""
        if NUMPY_RANDOM in marks:
            self.draw("numpy.random")
            return
        keywords = {m.removeprefix(IDLE_RANDOM) for m in marks if m.startswith(IDLE_RANDOM)}
        if keywords:
            self.draw("numpy.random", idle=self.tuned.isdisjoint(keywords))

    def _generator(self, dotted: str, arguments: Arguments) -> Value:
        """A random generator object: it changes with every draw, and is random without a seed."""
        if not arguments.all or (
            all(
                isinstance(node, ast.Constant) and node.value is None
                for node in arguments.nodes.values()
            )
            and not arguments.positional
        ):
            last = dotted.rpartition(".")[2]
            self.effect.unseeded.setdefault(f"{last}()", self.position)
        return self.regions.fresh("rng", dotted, holds=arguments.all)

    def _checked_generator(self, arguments: Arguments) -> Value:
        """What scikit-learn makes of a seed: the global generator of None, a given one itself."""
        made = self.regions.fresh("rng", "numpy.random.RandomState")
        overall = self.handed(Value(kind="module", target="numpy.random.rand"))
        given = (value.own for value in arguments.all)
        return made.but(own=made.own.union(overall.own, *given))

    def _result(self, dotted: str, effect: Effect, arguments: Arguments) -> Value:
        regions = self.regions
        values = [value for value in arguments.all if value.own]
        kind = effect.kind
        iterated = self._iterated(dotted, arguments)
        if iterated is not None:
            return iterated
        if kind == "iterator" and values:
            made = self._iterator([regions.element(value) for value in values], values)
            return made if values[0].type not in _HASHED else replace(made, type=OVER_HASHED)
        if dotted in _SINGLE_OBJECTS:
            return Value(kind="module", target=f"{dotted}()")
        if dotted in _CLASS_MAKERS and arguments.positional:
            made = regions.fresh("class", holds=arguments.all)
            return replace(made, constant=arguments.positional[0].constant)
        first = arguments.at(0)
        if dotted in _DELAYED and first is not None:
            return first  # as if it were called at once
        if dotted in WRAPPERS and first is not None and isinstance(first.target, Definition):
            return regions.fresh("unknown", dotted, holds=arguments.all)
        if dotted == "builtins.getattr" and arguments.positional:
            found = self._attribute_got(*arguments.positional[:3])
            if found is not None:
                return found
        if effect.result in ("copies", "element") and _only_orders(arguments):
            values = [value for value in arguments.positional if value.own]
        last = dotted.rpartition(".")[2]
        type_ = effect.type or (dotted if last[:1].isupper() else "")
        uncopied = effect.result in ("data", "fresh") or dotted.startswith("pandas.")
        if arguments.is_constant("copy", False) and uncopied:
            own = frozenset(r for value in values for r in value.own)
            return Value(own=own, kind=kind if kind != "unknown" else "data", type=type_)
        if arguments.is_constant("return_X_y", True):
            return Value(own=regions.fresh("data").own, kind="container", type="split")
        match effect.result:
            case "immutable":
                constant = UNKNOWN
                if (
                    effect.type.startswith("pathlib.")
                    and first is not None
                    and len(arguments.all) == 1
                ):
                    constant = first.constant
                if dotted == "os.path.join" and all(
                    isinstance(value.constant, str) for value in arguments.positional
                ):
                    constant = "/".join(value.constant for value in arguments.positional)
                if dotted == "builtins.str" and first is not None:
                    constant = first.constant
                return immutable(effect.type, constant)
            case "data":
                cells = [self._objects(dotted, value, arguments) for value in values]
                return regions.fresh("data", type_, holds=cells)
            case "split":
                return Value(own=regions.fresh("data").own, kind="container", type="split")
            case "independent":
                types = {value.type for value in values}
                only = values[0].kind if len(values) == 1 and kind == "unknown" else kind
                reached = regions.reach(r for value in values for r in value.own)
                code = frozenset(r for r in reached if regions.kinds[r] in CODE_KINDS)
                inside = regions.fresh("unknown", holds=[Value(own=code)])
                return regions.fresh(
                    only, type_ or (types.pop() if len(types) == 1 else ""), holds=[inside]
                )
            case "copies":
                elements = [regions.element(value) for value in values]
                if dotted in _MAPPINGS:  # made from a mapping, or from pairs
                    elements += [regions.element(element) for element in elements if element.own]
                    elements += arguments.keywords.values()  # `dict(rows=rows)`
                if dotted == _DEFAULTDICT and arguments.positional:
                    elements.append(self._called(arguments.positional[0], ()))
                return regions.fresh(kind, type_, holds=elements)
            case "shares" | "shares_first":
                shared = values[:1] if effect.result == "shares_first" else values
                own = frozenset(r for value in shared for r in value.own)
                fresh = regions.fresh(kind, type_, holds=values)
                return replace(fresh, own=fresh.own | own) if kind != "figure" else fresh
            case "element":
                return element_or_immutable([regions.element(value) for value in values])
            case "holds":
                elements = [self._kept(dotted, v) for v in values if v.kind not in CODE_KINDS]
                return regions.fresh(
                    kind if kind != "unknown" else "container",
                    type_,
                    holds=[*elements, *(v for v in values if v.kind in CODE_KINDS)],
                )
        return regions.fresh(kind, type_, holds=values)

    def _kept(self, dotted: str, value: Value) -> Value:
        """What a new container or frame keeps of what it is made from."""
        element = self.regions.element(value)
        if dotted != "pandas.DataFrame" or element.kind == "data":
            return element
        # It copies its rows or columns, and keeps the objects in them.
        rows = [r for r in element.own if self.regions.kinds[r] == "container"]
        cells = {held for row in rows for held in self.regions.holds[row]}
        return Value(own=(element.own - frozenset(rows)) | cells, kind="unknown")

    def _objects(self, dotted: str, value: Value, arguments: Arguments) -> Value:
        """The objects that a new array keeps: numbers in lists are copied."""
        if dotted != "numpy.array" or value.kind == "data":
            return IMMUTABLE
        copied = {"data", *CODE_KINDS}
        if "dtype" not in arguments.keywords:
            copied.add("container")
        held = self.regions.reach(value.own) - value.own
        own = frozenset(r for r in held if self.regions.kinds[r] not in copied)
        return Value(own=own, kind="unknown")


def _only_orders(arguments: Arguments) -> bool:
    """Whether a ``key=`` function only orders what is given: it is not in the result."""
    return "key" in arguments.keywords
