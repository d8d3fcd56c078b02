"""Pickles that keep what a stage's values share, and refuse what has no home elsewhere."""

from __future__ import annotations

import hashlib
import importlib
import io
import math
import pickle
import sys
import types
import warnings
from typing import Any

from . import arrays, arrow, frames, functions, reductions, sets


class CannotCross(Exception):
    """A value that cannot be handed to another stage."""


# Their pickles are of iterators over lists, which do not see a later change.
_EMPTY: dict[str, str] = {}
_OVER_HASHED = frozenset(
    {type(iter(set())), type(iter(_EMPTY)), type(reversed(_EMPTY))}
    | {type(iter(_EMPTY.values())), type(reversed(_EMPTY.values()))}
    | {type(iter(_EMPTY.items())), type(reversed(_EMPTY.items()))}
)


def _global_generator() -> Any:
    """NumPy's global random generator, which objects hold that draw from it."""
    import numpy.random

    return numpy.random.mtrand._rand


def _plain_generator() -> Any:
    """Python's global random generator, which its functions hold: ``random.choice``."""
    import random

    return vars(random)["_inst"]


class Unpickler(pickle.Unpickler):
    """Finds again what is recognised by identity, and builds sets that keep their order."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.sets: dict[int, Any] = {}
        self.nans: dict[str, float] = {}

    def persistent_load(self, name: Any) -> Any:
        """The one object of that name (``nan in values``), or the set of that number."""
        if isinstance(name, tuple):
            number, *made = name
            if made:
                self.sets[number] = sets.build(sets.Recipe(*made))
            return self.sets[number]
        if name not in self.nans:
            own = name in ("math.nan", "numpy.nan")
            module: Any = importlib.import_module(name.partition(".")[0]) if own else None
            self.nans[name] = module.nan if own else float("nan")
        return self.nans[name]


def recipe(value: Any, known: dict[int, Any]) -> Any:
    """How to build a set again, if it takes more than its elements; found once for each set."""
    if id(value) not in known:
        try:
            known[id(value)] = (sets.recipe(value), value)
        except ValueError as error:
            raise CannotCross(f"it holds a set: {error}; hand on sorted(…) of it") from None
    return known[id(value)][0]


def _pickler(
    sharing: arrays.Sharing,
    shared: set[int],
    buffers: list[Any],
    recipes: dict[int, Any],
    plain: dict[int, tuple[Any, Any]],
    memories: dict[int, Any],
) -> Any:
    """A pickler that keeps sharing, refuses homeless classes, and takes lambdas by value."""
    import cloudpickle

    numpy = sys.modules.get("numpy")
    array_type: Any = getattr(numpy, "ndarray", None)
    dtype_type: Any = getattr(numpy, "dtype", None)
    block_type = getattr(sys.modules.get("pandas._libs.internals"), "Block", None)
    # The manager of a series is pickled without its block.
    managers = sys.modules.get("pandas.core.internals.managers")
    manager_type = getattr(managers, "SingleBlockManager", None)
    mtrand = getattr(sys.modules.get("numpy.random"), "mtrand", None)
    generator = getattr(mtrand, "_rand", None)
    plain_generator = getattr(sys.modules.get("random"), "_inst", None)
    nans: dict[int, tuple[str, float]] = {id(math.nan): ("math.nan", math.nan)}
    if numpy is not None:
        nans[id(numpy.nan)] = ("numpy.nan", numpy.nan)
    bytes_of: dict[int, Any] = {}
    own_memory: set[int] = set()
    own_arrays: dict[int, Any] = {}
    own_cells: set[int] = set()
    numbers: dict[int, int] = {}

    class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
        def persistent_id(self, value: Any) -> Any:
            if type(value) in (set, frozenset) and len(value) > 1:
                if id(value) in numbers:
                    return (numbers[id(value)],)
                made = recipe(value, recipes)
                if made is not None:
                    numbers[id(value)] = len(numbers)
                    return (numbers[id(value)], *made)
                return None
            if type(value) is float and value != value:
                return nans.setdefault(id(value), (f"nan {len(nans)}", value))[0]
            return None

        def reducer_override(self, value: Any) -> Any:
            if value is generator and value is not None:
                return _global_generator, ()
            if value is plain_generator and value is not None:
                return _plain_generator, ()
            if array_type is not None and type(value) is array_type:
                return self.array(value)
            if dtype_type is not None and isinstance(value, dtype_type):
                one = arrays.is_one_of_a_kind(value)
                return (arrays.the_dtype, (value.str,)) if one else NotImplemented
            if arrays.is_derived(value):
                made = arrays.plain_array(value, plain), type(value)
                state = dict(getattr(value, "__dict__", ()))
                return arrays.derived, made, state, None, None, arrays.complete
            if block_type is not None and isinstance(value, block_type):
                sharing.see_block(value.values)
                if frames.has_companion(value):
                    return frames.shared_block, value.__reduce__()
            elif manager_type is not None and isinstance(value, manager_type):
                sharing.see_block(value.blocks[0].values)
                if frames.has_companion(value.blocks[0]):
                    return *value.__reduce_ex__(5)[:3], None, None, frames.complete_shared
            elif isinstance(value, io.IOBase) and type(value) not in (io.BytesIO, io.StringIO):
                raise CannotCross("an open file belongs to the process that opened it")
            elif type(value) in _OVER_HASHED:
                raise CannotCross("an iterator over a dictionary or set sees what it becomes")
            elif isinstance(value, memoryview):
                raise CannotCross("a memoryview is a window on memory of this process")
            elif isinstance(value, types.CellType) and id(value) in own_cells:
                return functions.empty_cell, ()
            elif isinstance(value, types.FunctionType) and not functions.importable(value):
                return self.function(value)
            elif isinstance(value, type) and not functions.importable(value):
                if value.__module__ == "__main__":
                    raise CannotCross(
                        f"class {value.__qualname__} is defined in the stage itself; define it in"
                        " a setup cell, so that every stage imports the same one"
                    )
                if value.__module__ not in ("builtins", "typing"):
                    raise CannotCross(
                        f"class {value.__qualname__} cannot be imported from {value.__module__}"
                    )
            own = arrow.reduced(value) or reductions.reduced(value)
            kind: Any = type(value)
            if own is None and arrays.may_hand_out_memory(kind):
                own = value.__reduce_ex__(5)
                own_arrays.update(arrays.of_state(own))
            return super().reducer_override(value) if own is None else own

        def array(self, value: Any) -> Any:
            if (
                id(value) in own_memory
                or id(value) in own_arrays
                or (value.dtype.hasobject and value.dtype.kind != "O")
            ):
                return NotImplemented
            owner = arrays.owner(value, plain)
            made = arrays.of_another(value, owner)
            if made is not None:
                return made
            sharing.see(value, owner)
            owner = memories.get(id(owner), owner)
            if id(value) not in shared:
                return NotImplemented
            if id(owner) not in bytes_of:
                memory = owner.ravel(order="K")
                if not numpy.may_share_memory(memory, owner):  # type: ignore[union-attr]
                    return NotImplemented
                if not memory.dtype.hasobject:
                    memory = memory.view(numpy.uint8)  # type: ignore[union-attr]
                bytes_of[id(owner)] = memory
                own_memory.add(id(memory))
            memory = bytes_of[id(owner)]
            offset = arrays.address(value) - arrays.address(memory)
            return arrays.view, (
                memory, value.dtype, value.shape, value.strides, offset, value.flags.writeable,
            )  # fmt: skip

        def function(self, value: types.FunctionType) -> Any:
            home = functions.home(value)
            of_main = value.__module__ == "__main__" or value.__globals__ is functions.NAMESPACE
            if not (home or of_main):
                return super().reducer_override(value)
            own_cells.update(map(id, value.__closure__ or ()))
            return functions.reduced(value, home)

    stream = io.BytesIO()
    return Pickler(stream, protocol=5, buffer_callback=buffers.append), stream


def dump(value: Any) -> tuple[bytes, list[memoryview]]:
    """Pickle a value, keeping identity and shared memory within it.

    Args:
        value: what to pickle.

    Returns:
        the pickle, and the buffers that stand out of band.

    Raises:
        CannotCross: it holds something that no other process can have.
    """
    shared: set[int] = set()
    recipes: dict[int, Any] = {}
    plain: dict[int, tuple[Any, Any]] = {}
    memories: dict[int, Any] = {}
    passes: list[Any] = []  # kept until the end, so that no id of an array means another one
    while True:
        sharing = arrays.Sharing()
        buffers: list[Any] = []
        pickler, stream = _pickler(sharing, shared, buffers, recipes, plain, memories)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python 3.12 and 3.13 on iterators of itertools
            pickler.dump(value)
        passes.append((pickler, sharing))
        found = sharing.shared()
        # What reduces to new arrays each time would never settle; such arrays share nothing.
        if found <= shared or len(passes) == 3:
            return stream.getvalue(), [buffer.raw() for buffer in buffers]
        shared |= found
        memories.update(sharing.memories)


def digest(value: Any) -> str:
    """The digest of a value's pickle."""
    pickled, buffers = dump(value)
    content = hashlib.sha256(pickled)
    for buffer in buffers:
        content.update(b"%d;" % buffer.nbytes)
        content.update(buffer)
    return content.hexdigest()
