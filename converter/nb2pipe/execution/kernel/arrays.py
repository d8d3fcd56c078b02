"""NumPy's arrays in pickles: which share memory, and what NumPy's own pickles do not keep."""

from __future__ import annotations

import sys
from typing import Any


def plain_array(value: Any, known: dict[int, tuple[Any, Any]]) -> Any:
    """The data of a masked array as an array: one and the same each time, as it has an identity."""
    if id(value) not in known:
        numpy: Any = sys.modules["numpy"]
        known[id(value)] = (value.view(numpy.ndarray), value)
    return known[id(value)][0]


def is_masked(value: Any) -> bool:
    """Whether a value is a masked array, and of no class derived from that."""
    kind = type(value)
    return kind.__name__ == "MaskedArray" and kind.__module__.startswith("numpy.ma")


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
        if is_masked(base):
            base = plain_array(base, known)
        if type(base) is not kind or base is array:
            return array
        array = base


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


def masked(data: Any) -> Any:
    """A masked array of some data, to be completed by ``complete_masked``."""
    import numpy

    return data.view(numpy.ma.MaskedArray)


def complete_masked(value: Any, state: dict[str, Any]) -> None:
    """Give a masked array its mask, and the filling value as it was.

    NumPy's own pickles turn a filling value into one of the array's type, so that a string becomes
    another kind of string, and forget a hard mask.
    """
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
        for arrays in self.arrays.values():
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
