"""Functions that go through what they are given, or hand it to functions of the notebook."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from nb2pipe.analysis.arguments import Arguments
from nb2pipe.analysis.definition import CODE_KINDS, Definition
from nb2pipe.analysis.machine import element_or_immutable
from nb2pipe.analysis.regions import IMMUTABLE, Value, immutable
from nb2pipe.analysis.world import World

# Of itertools: what gives tuples of elements, and what gives elements while a function says so.
_TUPLES = frozenset(
    {"product", "combinations", "combinations_with_replacement", "permutations", "pairwise"}
    | {"zip_longest", "batched"}
)
_CHOOSING = frozenset({"filterfalse", "takewhile", "dropwhile"})


class Iteration(World):
    """Runs what iterates over arguments, and calls functions of the notebook back."""

    @abstractmethod
    def _own(self, function: Value, arguments: Arguments) -> Value:
        """A call of a function or class of the notebook."""

    @abstractmethod
    def _unknown(self, others: Sequence[Value], arguments: Arguments) -> Value:
        """A call of code that analysis does not know."""

    @abstractmethod
    def _library(self, dotted: str, arguments: Arguments) -> Value:
        """A call of a library function."""

    def _iterated(self, dotted: str, arguments: Arguments) -> Value | None:
        """What a function gives that iterates in a way of its own; None for any other."""
        if not arguments.positional:
            return None
        match dotted:
            case "builtins.zip" | "builtins.enumerate":
                return self._paired(dotted, arguments)
            case "builtins.map" | "builtins.filter":
                return self._mapped(dotted, arguments)
            case "builtins.max" | "builtins.min" if len(arguments.positional) > 1:
                return element_or_immutable(arguments.positional)  # of its arguments, not items
            case "functools.reduce" if len(arguments.positional) > 1:
                return self._reduced(arguments)
        if dotted.startswith("pandas.read_") and _in_pieces(arguments):
            pieces = self.regions.fresh("generator", holds=arguments.all)
            return replace(pieces, each=self.regions.fresh("data", "pandas.DataFrame"))
        if dotted == "numpy.load" and _is_archive(arguments.positional[0]):
            archive = self.regions.fresh("unportable", "numpy.lib.npyio.NpzFile")
            return replace(archive, each=self.regions.fresh("data", "numpy.ndarray"))
        if dotted.startswith("itertools."):
            return self._itertools(dotted.rpartition(".")[2], arguments)
        return None

    def _itertools(self, name: str, arguments: Arguments) -> Value | None:
        regions = self.regions
        function, *rest = arguments.positional
        sources = [value for value in arguments.all if value.own]
        first = regions.element(function)
        if name in _TUPLES:
            elements = [regions.element(value) for value in arguments.all]
            return self._iterator([regions.fresh("container", "tuple", holds=elements)], sources)
        if name == "repeat":
            return self._iterator([function], sources)
        if name == "from_iterable":
            return self._iterator([regions.element(first)], sources)
        if name == "tee":
            return regions.fresh("container", "tuple", holds=[self._iterator([first], sources)])
        if name == "groupby":
            keys = self._called(rest[0], [first]) if rest else first
            return self._tuples([keys, self._iterator([first], sources)], "iterator", sources)
        if name == "accumulate" and rest:
            return self._iterator(
                [self._reduced(replace(arguments, positional=(rest[0], function)))], sources
            )
        if name == "starmap" and rest:
            item = regions.element(regions.element(rest[0]))
            return self._iterator([self._called(function, [item], starred=True)], sources)
        if name in _CHOOSING and rest:
            element = regions.element(rest[0])
            self._called(function, [element])
            return self._iterator([element], sources)
        return None

    def _iterator(self, elements: Sequence[Value], sources: Sequence[Value]) -> Value:
        each = element_or_immutable(elements)
        return replace(self.regions.fresh("iterator", holds=[each, *sources]), each=each)

    def _called_back(self, arguments: Arguments, *others: Value) -> None:
        """Functions of the notebook that a library is given may get all else that it is given.

        Args:
            arguments: what the library is given.
            *others: what else it may hand on: the object whose method it is.
        """
        functions = [value for value in arguments.all if is_function(value)]
        if functions:
            rest = [value for value in arguments.all if value not in functions]
            self._hand_on(functions, [*others, *rest])

    def _hand_on(self, functions: Sequence[Value], values: Sequence[Value]) -> None:
        """The functions may be called with any of the values, and with what they hold."""
        own = self.regions.reach(region for value in values for region in value.own)
        own = {region for region in own if self.regions.kinds[region] not in CODE_KINDS}
        if not own:
            return  # with nothing that they could change
        kinds = {self.regions.kinds[region] for region in own}
        anything = Value(own=frozenset(own), kind="data" if kinds == {"data"} else "unknown")
        for function in functions:
            self._own(function, Arguments((anything,), {}, {}, True))

    def _definitions_in(self, value: Value) -> list[Value]:
        """The functions and classes of the notebook that a value holds, at any depth."""
        regions = self.regions
        return [
            Value(own=frozenset((r,)), kind=regions.kinds[r], target=regions.targets[r])
            for r in sorted(regions.reach(value.own))
            if isinstance(regions.targets[r], Definition)
        ]

    def _paired(self, dotted: str, arguments: Arguments) -> Value:
        """``zip`` and ``enumerate``: every round gives a tuple whose items are known."""
        sources = [value for value in arguments.positional if value.own]
        items = [self.regions.element(value) for value in arguments.positional]
        if dotted.endswith("enumerate"):
            items = [immutable("int"), *items[:1]]
        return self._tuples(items, "iterator", sources)

    def _mapped(self, dotted: str, arguments: Arguments) -> Value:
        """``map`` and ``filter``: the function is called with every element."""
        function, *sources = arguments.positional
        elements = tuple(self.regions.element(source) for source in sources)
        each = element_or_immutable(elements)
        result = self._called(function, elements)
        if dotted == "builtins.map":
            each = result
        return self._iterator([each], [function, *sources])  # which it calls later

    def _reduced(self, arguments: Arguments) -> Value:
        """``reduce``: the function is called with what it returned and the next element."""
        function, source, *initial = arguments.positional
        element = self.regions.element(source)
        result = element_or_immutable([element, *initial])
        for _ in range(2):  # twice: what a later call sees of an earlier one
            result = element_or_immutable([result, self._called(function, (result, element))])
        return result

    def _called(self, function: Value, given: Sequence[Value], *, starred: bool = False) -> Value:
        """What a function returns that the library calls with these values."""
        arguments = Arguments(tuple(given), {}, {}, starred)
        if isinstance(function.target, Definition):
            return self._own(function, arguments)
        if isinstance(function.target, str):
            return self._library(function.target, arguments)
        return self._unknown([function], arguments) if function.own else IMMUTABLE

    def _tuples(
        self, items: Sequence[Value], kind: str = "container", sources: Sequence[Value] = ()
    ) -> Value:
        one = self.regions.fresh("container", "tuple", holds=items)
        each = replace(one, items=tuple(items))
        return replace(self.regions.fresh(kind, holds=[one, *sources]), each=each)


def is_function(value: Value) -> bool:
    """Whether it is a function of the notebook."""
    return isinstance(value.target, Definition) and not isinstance(value.target.node, ast.ClassDef)


def _in_pieces(arguments: Arguments) -> bool:
    """Whether a reader of pandas gives the table piece by piece."""
    chunks = arguments.keywords.get("chunksize")
    sized = chunks is not None and not arguments.is_constant("chunksize", None)
    return sized or arguments.is_constant("iterator", True)


def _is_archive(path: Value) -> bool:
    """Whether NumPy keeps the file open, and reads its arrays when they are asked for."""
    return isinstance(path.constant, str) and path.constant.endswith(".npz")
