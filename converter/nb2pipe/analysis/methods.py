"""Calls of methods, by the kind of the object and the method's name."""

from __future__ import annotations

import ast
from abc import abstractmethod
from dataclasses import replace

from nb2pipe.analysis.arguments import Arguments
from nb2pipe.analysis.attributes import COLUMN, FRAME_PLOT, SERIES_PLOT
from nb2pipe.analysis.classes import PARENTS
from nb2pipe.analysis.definition import CODE_KINDS, Definition, Instance
from nb2pipe.analysis.formulas import MARKED, QUERIES
from nb2pipe.analysis.iteration import is_function
from nb2pipe.analysis.library import Library
from nb2pipe.analysis.machine import IN_PLACE, KEEPS_DATA, NUMPY_RANDOM, element_or_immutable
from nb2pipe.analysis.regions import ARRAY, IMMUTABLE, UNKNOWN, VIEW, Value, immutable

_DATA_CHANGING = frozenset(
    {"insert", "pop", "update", "sort", "fill", "put", "itemset", "partition", "resize"}
    | {"setflags", "setfield", "byteswap", "__setitem__", "__delitem__"}
    # Of lists and dictionaries that came from a library as data.
    | {"append", "extend", "remove", "clear", "reverse", "setdefault", "popitem"}
    | {"__iadd__", "__isub__", "__imul__", "__itruediv__", "__ior__", "__iand__", "__ixor__"}
)
# The position of `out` among the arguments of an array's methods.
_OUT = {
    "round": 1, "clip": 2, "cumsum": 2, "cumprod": 2, "sum": 2, "prod": 2, "mean": 2, "std": 2,
    "var": 2, "max": 1, "min": 1, "argmax": 1, "argmin": 1, "all": 1, "any": 1, "dot": 1, "take": 2,
    "choose": 1, "compress": 2, "trace": 4, "conj": 0, "conjugate": 0,
}  # fmt: skip
_PLAIN_COPIES = {"tolist": "list", "to_list": "list", "to_dict": "dict"}
_FRAME_TO_FRAME = frozenset(
    {"head", "tail", "copy", "drop", "dropna", "fillna", "assign", "reset_index", "set_index"}
    | {"sort_values", "sort_index", "rename", "merge", "join", "query", "sample", "round"}
    | {"drop_duplicates", "astype", "replace", "select_dtypes", "describe", "nlargest", "clip"}
    | {"nsmallest", "ffill", "bfill", "melt", "pivot_table", "reindex", "corr", "cov"}
)


# Methods of an array of axes that give the same axes in another order.
_ARRANGING = frozenset({"flatten", "ravel", "reshape", "tolist", "copy", "transpose"})
# Methods of a figure that make several parts of it.
_GRIDS = frozenset({"subplots", "subplot_mosaic", "subfigures"})
# A series draws on the current figure; a frame makes one, but for its box plots.
_PLOTS = frozenset({"plot", "hist", "boxplot"})
_OWN = frozenset({"plot", "hist"})
# What an estimator holds and does not set: data, and code that it calls.
_NO_PARTS = CODE_KINDS | {"data"}


class Methods(Library):
    """Runs calls of methods."""

    @abstractmethod
    def _inline(
        self, definition: Definition, arguments: Arguments, receiver: Value | None
    ) -> Value:
        """Run a function of the notebook."""

    @abstractmethod
    def _made(self, class_: Value, arguments: Arguments) -> Value:
        """An object of a class that a call has made."""

    def _method(self, base: Value, name: str, arguments: Arguments) -> Value:
        known = self.knowledge
        if isinstance(base.target, Instance):
            found = self.find_method(base.target.definition, name)
            if found is not None:
                return self._inline(found, arguments, receiver=base)
        if base.kind == "class":
            return self._class_method(base, name, arguments)
        self._method_files(base, name, arguments)
        self._stream(arguments)
        if base.kind == "immutable":
            return self._immutable_method(base, name, arguments)
        if "out" in arguments.keywords:
            self.change(arguments.keywords["out"])
        if "ax" in arguments.keywords:
            self.change(arguments.keywords["ax"])
        elif name == "plot" and base.type.endswith("Display"):
            self.drawn("made")
        elif base.kind == "data" and (name in _PLOTS or base.type in (FRAME_PLOT, SERIES_PLOT)):
            own = base.type == FRAME_PLOT or (base.type == "pandas.DataFrame" and name in _OWN)
            self.drawn("made") if own else self.drawn("draws", perhaps=True)
        if (name == "sample" and base.kind == "data") or name == "rvs":
            self._draw_unless_given(arguments)
        if base.kind == "estimator" and IN_PLACE in self.regions.code_of(base):
            for value in arguments.all:
                self.change(value)
        self._hand_back(base, name, arguments)
        draws = base.kind == "estimator" and name in ("split", "sample")
        if draws and NUMPY_RANDOM in self.regions.code_of(base):
            self.draw("numpy.random")  # a splitter that shuffles, a mixture that is drawn from
        if draws:
            self.consume(base)
        changing = name in known.changing or base.kind == "rng"
        if base.kind == "data":
            changing = name in _DATA_CHANGING
        elif base.kind == "container" and name not in known.changing:
            changing = False
        elif base.kind == "figure":
            changing = True
        elif base.kind == "estimator" and not (name in known.fitting or name.startswith("set_")):
            changing = False
        drawing = name in known.drawing or name.startswith("set_")
        if base.kind == "unknown" and any(self.regions.kinds[r] == "figure" for r in base.own):
            if name in _ARRANGING:  # an array of axes
                return replace(base, constant=UNKNOWN, items=None, each=base)
            drawing = drawing or name in _PLOTS
        if base.kind == "unknown" and drawing:
            self.change(base)
            if _sets_parts(name, arguments):
                self.change(base, deep=True, sparing=_NO_PARTS)
            for value in arguments.all:
                if value.kind in CODE_KINDS:  # what formats labels runs whenever it is drawn
                    self.regions.keep(base, value)
            part = self.regions.fresh("figure", holds=[base])
            self.regions.keep(base, part)  # an artist is in its figure, and knows it
            return replace(part, each=part) if name in _GRIDS else part
        if changing:
            return self._changing_method(base, name, arguments)
        if arguments.is_constant("inplace", True):
            self.change(base)
            return IMMUTABLE
        trusted = base.kind in ("data", "container", "estimator", "figure", "generator", "iterator")
        if not (name in known.reading or trusted):
            if base.kind == "function":  # `show.register(…)`
                self.asked(base, name)
                self.change(base)
            return self._unknown([base], arguments)
        return self._reading_method(base, name, arguments)

    def _hand_back(self, base: Value, name: str, arguments: Arguments) -> None:
        """Functions that a method is given, or that its object holds, are called."""
        regions = self.regions
        if base.kind == "data":
            out = arguments.at(_OUT.get(name, -1), "out")
            if out is not None:
                self.change(out)
            self._called_back(arguments, regions.objects(base) if base.type == COLUMN else base)
        elif base.kind in ("container", "iterator", "generator"):
            self._called_back(arguments, regions.element(base))
        elif base.kind == "estimator":
            held = [value for value in self._definitions_in(base) if is_function(value)]
            if held:
                self._hand_on(held, [value for value in arguments.all if value.kind == "data"])

    def _class_method(self, base: Value, name: str, arguments: Arguments) -> Value:
        """A method called on its class, not on an object."""
        if name in PARENTS:
            return self.attribute(base, name)
        if not isinstance(base.target, Definition):
            return self._made(base, arguments)
        found = self.find_method(base.target, name)
        if found is None:
            return self._unknown([base], arguments)
        decorators = {d.id for d in found.decorators if isinstance(d, ast.Name)}
        return self._inline(found, arguments, base if "classmethod" in decorators else None)

    def _changing_method(self, base: Value, name: str, arguments: Arguments) -> Value:
        regions, known = self.regions, self.knowledge
        if name in known.fitting:
            self.change(base)
            self.change(base, deep=True, sparing=_NO_PARTS)
            marks = regions.code_of(base)
            self._draw_in_fit(marks)
            if KEEPS_DATA in marks:
                for value in arguments.all:
                    regions.keep(base, value)
            for value in (*arguments.positional[2:], *arguments.keywords.values()):
                if value.kind not in ("data", "immutable"):
                    regions.keep(base, value)
        else:
            self.change(self._without_code(base), deep=base.kind == "rng")
            if base.kind == "estimator" and _sets_parts(name, arguments):
                self.change(base, deep=True, sparing=_NO_PARTS)
            if base.kind not in ("data", "figure") and name != "sort":
                taking = name in ("update", "extend", "extendleft")
                for value in arguments.all:
                    if not (taking and value.kind in ("generator", "iterator")):
                        regions.keep(base, value)
                    if taking:
                        regions.keep(base, regions.element(value))
        if name in ("shuffle", "permuted", "readinto"):
            for value in arguments.all:
                self.change(value)
        if name.endswith("fit_transform") and IN_PLACE in regions.code_of(base):
            own = frozenset(region for value in arguments.all for region in value.own)
            return Value(own=own | regions.fresh("data").own, kind="data")
        if name in known.returning_self or base.kind == "figure":
            return replace(base, constant=UNKNOWN, items=None)
        if name in ("pop", "popitem", "popleft", "setdefault"):
            return element_or_immutable([regions.element(base), *arguments.all])
        if base.kind == "container":
            return IMMUTABLE
        return regions.fresh("data" if name in known.fitting or base.kind == "rng" else "unknown")

    def _without_code(self, value: Value) -> Value:
        """The value without the classes and functions it may be: they have no items to change."""
        own = frozenset(r for r in value.own if self.regions.kinds[r] not in CODE_KINDS)
        return replace(value, own=own) if own else value

    def _reading_method(self, base: Value, name: str, arguments: Arguments) -> Value:
        regions, known = self.regions, self.knowledge
        if name in QUERIES:
            self._names_in_text(arguments, MARKED)
        if name == "copy":
            if base.kind == "data":
                return regions.fresh("data", base.type, holds=[regions.objects(base)])
            return regions.fresh(base.kind, base.type, holds=[regions.element(base)])
        if base.kind == "data" and name in _PLAIN_COPIES:
            objects = regions.objects(base)
            inner = regions.fresh("container", "list", holds=[objects])
            return regions.fresh("container", _PLAIN_COPIES[name], holds=[inner, objects])
        if base.kind == "container" and name == "items" and base.type != "tuple":
            return self._tuples([IMMUTABLE, regions.element(base)]).but(type=VIEW)
        in_place = IN_PLACE in regions.code_of(base) or not _transforms_freshly(base)
        if name in ("transform", "inverse_transform") and in_place:
            own = frozenset(r for value in arguments.all for r in value.own)
            return Value(own=own | regions.fresh("data").own, kind="data")
        if name in ("get", "values", "keys") and base.kind == "container":
            element = regions.element(base)
            if name == "get":
                return element_or_immutable([element, *arguments.all[1:]])
            return replace(base, type=VIEW, items=None, each=element)
        if name in known.viewing and base.kind == "unknown":
            return element_or_immutable([regions.element(base), *arguments.all])
        if name in ("iterrows", "itertuples") and base.kind == "data":
            each = replace(base, type="", constant=UNKNOWN, target=None, items=None)
            return replace(regions.fresh("generator", holds=[base]), each=each)
        if name in known.viewing or arguments.is_constant("copy", False):
            type_ = ARRAY if name == "to_numpy" or base.is_array else ""
            return replace(base, type=type_, constant=UNKNOWN, target=None, items=None)
        if base.kind == "container":
            return (
                regions.fresh("unknown", holds=[base])
                if name not in ("index", "count")
                else IMMUTABLE
            )
        if base.kind in ("generator", "iterator"):
            return regions.element(base)
        if base.kind == "estimator" and name == "split":  # the parts are numbers of rows
            parts = regions.fresh("data"), regions.fresh("data")
            return self._tuples(parts, "generator", [base, *arguments.all])
        kind = "data" if base.kind in ("data", "estimator") else "unknown"
        if base.kind == "estimator" and name in ("get_params",):
            return regions.fresh("container", holds=[regions.element(base)])
        frame = base.type == "pandas.DataFrame" and name in _FRAME_TO_FRAME
        kept = [base] if name.startswith("_") else [regions.objects(base)]
        return regions.fresh(kind, base.type if frame else "", holds=kept)

    def _immutable_method(self, base: Value, name: str, arguments: Arguments) -> Value:
        if name in ("joinpath", "with_suffix", "with_name"):
            return replace(base, constant=UNKNOWN)
        if name == "open":
            self._open(base, arguments.at(0, "mode"))
            return self.regions.fresh("unportable", "io.IOBase")
        if name in self.knowledge.listing_files:
            return self.regions.fresh("container")
        if name == "by_key":  # of matplotlib's property cycles
            lists = self.regions.fresh("container", "list")
            return self.regions.fresh("container", "dict", holds=[lists])
        if name in ("split", "splitlines", "rsplit", "partition", "findall"):
            return self.regions.fresh("container", "list")
        held = [value for value in arguments.all if value.own and value.kind == "unknown"]
        return (
            self.regions.fresh("unknown", holds=held)
            if held and not base.type
            else immutable(base.type if base.type in ("str",) else "")
        )


def _sets_parts(name: str, arguments: Arguments) -> bool:
    """Whether it is a setting of the estimators in an estimator: ``pipe.set_params(svc__C=2)``."""
    if name != "set_params":
        return name == "set_output"
    return arguments.starred or any("__" in keyword for keyword in arguments.keywords)


def _transforms_freshly(base: Value) -> bool:
    """Whether a transformer's result is new: these may hand on what they were given."""
    last = base.type.rpartition(".")[2]
    passing = ("FunctionTransformer", "Pipeline", "ColumnTransformer", "FeatureUnion")
    return base.type.startswith("sklearn.") and last not in passing
