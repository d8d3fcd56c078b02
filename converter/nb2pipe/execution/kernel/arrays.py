"""NumPy's arrays in pickles: which share memory, and what NumPy's own pickles do not keep."""

from __future__ import annotations

import array as packed
import functools
import sys
import types
from typing import Any

# A bit of a class's flags: it was made by a ``class`` statement (CPython, Include/object.h).
_HEAP_TYPE = 1 << 9


def plain_array(value: Any, known: dict[int, tuple[Any, Any]]) -> Any:
    """A derived array's data as an array: one and the same each time, as it has an identity."""
    if id(value) not in known:
        numpy: Any = sys.modules["numpy"]
        known[id(value)] = (value.view(numpy.ndarray), value)
    return known[id(value)][0]


def is_derived(value: Any) -> bool:
    """Whether a value is an array of a class that leaves its pickles to NumPy.

    NumPy's pickles keep no attribute of such an array, and no memory that it shares.
    """
    numpy = sys.modules.get("numpy")
    if numpy is None or not isinstance(value, numpy.ndarray) or type(value) is numpy.ndarray:
        return False
    kind = type(value)
    if kind.__name__ == "MaskedArray":
        return kind.__module__.startswith("numpy.ma")
    return kind.__reduce__ is numpy.ndarray.__reduce__ and not issubclass(kind, numpy.memmap)


def owner(array: Any, known: dict[int, tuple[Any, Any]]) -> Any:
    """The array whose memory ``array`` is a view of (itself when it is none).

    Args:
        array: an array of exactly NumPy's type.
        known: see ``plain_array``.
    """
    kind = type(array)
    while True:
        base = array.base
        if type(base).__name__ == "DummyArray":  # what as_strided leaves between the two
            base = base.base
        if not (type(base) is kind or is_derived(base)):
            return array if type(array) is kind else plain_array(array, known)
        array = base


def bounds(array: Any) -> tuple[int, int]:
    """The addresses of an array's first byte and of the one after its last."""
    low = high = address(array)
    for length, stride in zip(array.shape, array.strides, strict=True):
        if length == 0:
            return low, low
        low += min(0, (length - 1) * stride)
        high += max(0, (length - 1) * stride)
    return low, high + array.itemsize


def of_another(value: Any, owner: Any) -> tuple[Any, ...] | None:
    """What an array is made from that lies in the memory of an object that is no array.

    That object is a ``bytearray`` or ``array.array``, or one of a library that hands its memory
    out as an attribute, as scikit-learn's trees do.

    Args:
        value: an array of exactly NumPy's type.
        owner: see ``owner``.
    """
    base = owner.base
    if base is None or not value.size:
        return None
    buffer = base.obj if isinstance(base, memoryview) else base
    if isinstance(buffer, (bytearray, packed.array)):
        numpy: Any = sys.modules["numpy"]
        offset = address(value) - address(numpy.frombuffer(buffer, numpy.uint8))
        made = (buffer, value.dtype, value.shape, value.strides, offset, value.flags.writeable)
        return view, made
    owned: Any = type(base)
    if not may_hand_out_memory(owned):
        return None
    for kind in owned.__mro__:
        for name, attribute in vars(kind).items():
            if isinstance(attribute, types.GetSetDescriptorType):
                found = getattr(base, name, None)
                if type(found) is type(value) and _same_place(found, value):
                    return getattr, (base, name)
    return None


@functools.cache
def may_hand_out_memory(kind: Any) -> bool:
    """Whether a class is a compiled one that says what its pickles are, as scikit-learn's trees."""
    compiled = not kind.__flags__ & _HEAP_TYPE and kind.__module__ not in sys.stdlib_module_names
    return compiled and kind.__reduce__ is not object.__reduce__


def of_state(reduced: Any) -> dict[int, Any]:
    """The arrays in an object's state, by their ids: views of memory that it then has itself."""
    state = reduced[2] if isinstance(reduced, tuple) and len(reduced) > 2 else None
    held = state.values() if isinstance(state, dict) else state
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or not isinstance(held, (tuple, type({}.values()))):
        return {}
    return {id(value): value for value in held if type(value) is numpy.ndarray}


def _same_place(one: Any, other: Any) -> bool:
    return bool(
        one.__array_interface__ == other.__array_interface__ and one.strides == other.strides
    )


def address(array: Any) -> int:
    """Where an array's first element stands."""
    return int(array.__array_interface__["data"][0])


def view(memory: Any, dtype: Any, shape: Any, strides: Any, offset: int, writeable: bool) -> Any:
    """An array that is a view of memory.

    Args:
        memory: bytes, or objects.
        dtype: the array's type.
        shape: its shape.
        strides: its strides.
        offset: how many bytes after the memory's begin it begins.
        writeable: whether it may be written.
    """
    numpy = sys.modules["numpy"]
    if dtype.hasobject:
        start = memory[offset // memory.itemsize :]
        return numpy.lib.stride_tricks.as_strided(start, shape, strides, writeable=writeable)
    array = numpy.ndarray(shape, dtype, memory, offset, strides)
    array.flags.writeable = writeable
    return array


def is_one_of_a_kind(dtype: Any) -> bool:
    """Whether NumPy has just one object for a type of numbers, as for ``float64``.

    ``asarray(x, float)`` gives ``x`` itself for such a type and a view for one that is only equal
    to it, as that in NumPy's pickles is: whoever keeps both would hold two objects instead of one.
    """
    numpy: Any = sys.modules["numpy"]
    return numpy.dtype(dtype.str) is dtype


def the_dtype(text: str) -> Any:
    """The type of numbers of that name."""
    import numpy

    return numpy.dtype(text)


def derived(data: Any, kind: type) -> Any:
    """An array of a derived class of some data, to be completed by ``complete``."""
    return data.view(kind)


def complete(value: Any, state: dict[str, Any]) -> None:
    """Give an array of a derived class its attributes: a masked one its mask and filling value.

    NumPy's own pickles turn a filling value into one of the array's type, so that a string becomes
    another kind of string, and forget a hard mask.
    """
    if state:
        value.__dict__.update(state)


class Sharing:
    """Which arrays among the values share memory, found while they are pickled once.

    The blocks of pandas objects count apart: with copy-on-write, two of them that share memory are
    still independent values, and must not come out sharing it.
    """

    def __init__(self) -> None:
        self.arrays: dict[int, dict[int, Any]] = {}
        self.owners: dict[int, Any] = {}
        self.blocks: dict[int, Any] = {}

    @functools.cached_property
    def memories(self) -> dict[int, Any]:
        """For arrays in the memory of another, by their ids, that other one; asked for at the end.

        Arrays that came through an interface, as ``from_dlpack``, do not know each other.
        """
        strangers = [owner for owner in self.owners.values() if not owner.flags.owndata]
        if not strangers or len(self.owners) == 1:
            return {}
        found: dict[int, Any] = {}
        placed = [(*bounds(owner), owner) for owner in self.owners.values()]
        placed.sort(key=lambda place: (place[0], -place[1], not place[2].flags.owndata))
        low, high, first = placed[0]
        for begin, end, owner in placed[1:]:
            if low <= begin < end <= high:
                found[id(owner)] = first
            elif begin >= high:
                low, high, first = begin, end, owner
        return found

    def see(self, array: Any, owner: Any) -> None:
        """Note an array and the one that owns its memory."""
        self.owners[id(owner)] = owner
        self.arrays.setdefault(id(owner), {})[id(array)] = array

    def see_block(self, values: Any) -> None:
        """Note the values of a block of pandas."""
        self.blocks[id(values)] = values
        for name in ("_ndarray", "_data", "_mask", "_codes", "_left", "_right"):
            inner = getattr(values, name, None)  # of an extension array
            self.blocks[id(inner)] = inner

    def shared(self) -> set[int]:
        """The ids of the arrays that are to come out as views of one memory."""
        found: set[int] = set()
        together: dict[int, dict[int, Any]] = {}
        for key, arrays in self.arrays.items():
            memory = self.memories.get(key, self.owners[key])
            together.setdefault(id(memory), {}).update(arrays)
        for arrays in together.values():
            blocks = {key for key in arrays if key in self.blocks}
            if len(blocks) > 1 and _copies_on_write():
                arrays = {key: array for key, array in arrays.items() if key not in blocks}
            if len(arrays) > 1:
                found.update(arrays)
        return found


def _copies_on_write() -> bool:
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return True
    if int(pandas.__version__.split(".")[0]) >= 3:
        return True
    try:
        return pandas.get_option("mode.copy_on_write") is True
    except Exception:
        return False
