"""Cheap fingerprints of values: whether one has changed, and what two of them share.

A fingerprint stands for a value's content within one process only: it is compared with an earlier
one of the same value and never kept. Flat data is hashed in one piece (``marshal``, memory of
arrays), everything else is walked. What cannot be told apart this way (figures, iterators, files)
is *opaque*: then nothing is said of the whole value. This file stands on the standard library
alone and runs on Python 3.9 and later; libraries are looked up among those already imported.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
import types
from collections.abc import Collection
from typing import Any

from . import arrays

MOST = 200_000
# Of a value that is only looked at in passing: objects, and bytes of memory.
FEW, LITTLE = 20_000, 1 << 26
BLOCK = 1 << 18
DEPTH = 60
_SIMPLE = frozenset({int, float, complex, str, bytes, bool, type(None)})
_SPARED = {
    *(types.ModuleType, types.BuiltinFunctionType, type, property, staticmethod, classmethod),
}
_OPAQUE_MODULES = (
    "matplotlib",
    "torch",
    "tensorflow",
    "IPython",
    "threading",
    "io",
    "_io",
    "_thread",
)
_COPYING = ("__reduce__", "__reduce_ex__")
_PLAIN_MODULES = ("__main__", "builtins", "collections", "numpy", "pandas", "datetime", "decimal")


class Fingerprint:
    """What one value is made of.

    ``content`` stands for everything in it; ``plain`` leaves out the private attributes of
    libraries' objects, which may be caches that reading fills. ``holds`` are its objects and
    memory that another value may share. ``opaque`` says that a part cannot be told apart.
    ``kept`` keeps the objects alive while identities are compared.

    Args:
        value: what is looked at.
        own: modules whose classes are the notebook's. When they are given, only their objects, and
            those of Python, NumPy and pandas, count as told apart: reading those changes nothing.
            Of a large value nothing is said then.
    """

    def __init__(self, value: Any, *, own: Collection[str] | None = None) -> None:
        self._own = frozenset(own or ()) | {"__main__"}
        self._strict = own is not None
        self._most = FEW if self._strict else MOST
        self._left = LITTLE if self._strict else None
        self._content = hashlib.blake2b(digest_size=16)
        self._plain = hashlib.blake2b(digest_size=16)
        self._private = 0
        self._count = 0
        self._depth = 0
        self._places: dict[int, int] = {}
        self.kept: list[Any] = []
        self.holds: set[int] = set()
        self.opaque = False
        try:
            self._walk(value)
        except Exception:  # objects of others may raise whatever they like when they are read
            self.opaque = True
        self.content = self._content.digest()
        self.plain = self._plain.digest()

    def _write(self, data: Any) -> None:
        self._content.update(data)
        if not self._private:
            self._plain.update(data)

    def _text(self, *parts: object) -> None:
        self._write("\0".join([*map(str, parts), ""]).encode("utf-8", "surrogatepass"))

    def _hidden(self, what: str) -> None:
        self.opaque = True
        self._text("opaque", what)

    def _walk(self, value: Any) -> None:
        kind = type(value)
        if kind in _SIMPLE:
            self._write(marshal.dumps(value, 2))
            return
        self._count += 1
        if self._count > self._most or self._depth > DEPTH:
            self._hidden("large")
            return
        if kind in _SPARED or isinstance(value, type):
            self._text(getattr(value, "__module__", ""), getattr(value, "__qualname__", kind))
            return
        known = self._places.get(id(value))
        if known is not None:
            self._text("again", known)
            return
        self._places[id(value)] = len(self._places)
        self.kept.append(value)
        self._depth += 1
        self._kind(kind, value)
        self._depth -= 1

    def _kind(self, kind: type, value: Any) -> None:
        if kind is list or kind is tuple:
            if kind is list:
                self.holds.add(id(value))
            self._sequence(value, kind.__name__)
        elif kind is dict:
            self.holds.add(id(value))
            self._mapping(value)
        elif kind is set or kind is frozenset:
            if kind is set:
                self.holds.add(id(value))
            self._set(value)
        elif kind is types.FunctionType:
            self._function(value)
        elif kind is types.MethodType:
            self._text("method", value.__func__.__qualname__)
            self._walk(value.__self__)
        elif not (self._array(value) or self._pandas(value)):
            self._object(kind, value)

    def _sequence(self, value: Any, label: str) -> None:
        self._text(label, len(value))
        if set(map(type, value)) <= _SIMPLE:
            self._write(marshal.dumps(value, 2))
            return
        for item in value:
            self._walk(item)

    def _mapping(self, value: Any) -> None:
        self._text("dict", len(value))
        if {*map(type, value), *map(type, value.values())} <= _SIMPLE:
            self._write(marshal.dumps(value, 2))
            return
        for key, item in list(value.items()):
            self._walk(key)
            self._walk(item)

    def _set(self, value: Any) -> None:
        self._text("set", len(value), sum(map(hash, value)) & 0xFFFFFFFFFFFFFFFF)
        if not set(map(type, value)) <= _SIMPLE | {tuple, frozenset}:
            self.opaque = True

    def _function(self, value: Any) -> None:
        self._text("function", value.__module__, value.__qualname__, hash(value.__code__))
        for cell in value.__closure__ or ():
            try:
                self._walk(cell.cell_contents)
            except ValueError:
                self._text("empty cell")
        if value.__module__ in self._own:
            self._walk(value.__defaults__)
            self._walk(value.__kwdefaults__)
            self._walk({k: v for k, v in vars(value).items() if k != "__wrapped__"})

    # ── NumPy and pandas ─────────────────────────────────────────────────────────────────────────

    def _array(self, value: Any) -> bool:
        numpy: Any = sys.modules.get("numpy")
        if numpy is None or not hasattr(numpy, "ndarray"):
            return False
        if isinstance(value, (numpy.generic, numpy.dtype, numpy.ufunc)):
            self._text(type(value).__name__, repr(value))
            return True
        if not isinstance(value, numpy.ndarray):
            return False
        owner = value
        while isinstance(owner.base, numpy.ndarray):
            owner = owner.base
        self.kept.append(owner)
        self.holds.add(arrays.address(owner))
        self._memory(value, numpy)
        if isinstance(value, numpy.ma.MaskedArray):
            self._memory(numpy.ma.getmaskarray(value), numpy)
        return True

    def _memory(self, array: Any, numpy: Any) -> None:
        array = numpy.asarray(array)
        self._text("array", array.dtype.str, array.shape)
        if array.dtype.hasobject:
            if array.dtype.kind == "O":
                self._sequence(array.ravel().tolist(), "items")
            else:
                self._hidden("objects in a structured array")
            return
        if array.size and array.dtype.itemsize:
            flat = numpy.ascontiguousarray(array).reshape(-1).view(numpy.uint8)
            self._bytes(memoryview(flat))

    def _bytes(self, content: memoryview) -> None:
        if self._left is not None:
            self._left -= content.nbytes
            if self._left < 0:
                self._hidden("large")
                return
        # Python's own hash of bytes is faster than any digest of the standard library.
        for start in range(0, content.nbytes, BLOCK):
            self._write(
                hash(bytes(content[start : start + BLOCK])).to_bytes(8, "little", signed=True)
            )

    def _pandas(self, value: Any) -> bool:
        pandas: Any = sys.modules.get("pandas")
        if pandas is None or not hasattr(pandas, "DataFrame"):
            return False
        if isinstance(value, pandas.DataFrame):
            self.holds.add(id(value))
            self._text(type(value).__name__, value.shape)
            self._index(value.columns, pandas)
            self._index(value.index, pandas)
            for position in range(value.shape[1]):
                self._extension(value.iloc[:, position].array, pandas)
        elif isinstance(value, pandas.Series):
            self.holds.add(id(value))
            self._text(type(value).__name__, len(value))
            self._walk(value.name)
            self._index(value.index, pandas)
            self._extension(value.array, pandas)
        elif isinstance(value, pandas.Index):
            self._index(value, pandas)
        elif isinstance(value, pandas.api.extensions.ExtensionArray):
            self.holds.add(id(value))
            self._extension(value, pandas)
        else:
            return False
        return True

    def _index(self, index: Any, pandas: Any) -> None:
        self._text(type(index).__name__, len(index))
        self._walk(list(index.names))
        if isinstance(index, pandas.RangeIndex):
            self._text(index.start, index.stop, index.step)
        elif isinstance(index, pandas.MultiIndex):
            for level, code in zip(index.levels, index.codes):
                self._index(level, pandas)
                self._memory(code, sys.modules["numpy"])
        else:
            self._extension(index.array, pandas)

    def _extension(self, array: Any, pandas: Any) -> None:
        numpy: Any = sys.modules["numpy"]
        self._text(array.dtype, len(array))
        if isinstance(array, pandas.Categorical):
            self._index(array.categories, pandas)
            self._memory(array.codes, numpy)
        elif hasattr(array, "asi8"):
            self._memory(array.asi8, numpy)
        elif hasattr(array, "_pa_array"):
            for chunk in array._pa_array.chunks:
                self._text(chunk.offset, len(chunk))
                for buffer in filter(None, chunk.buffers()):
                    self._bytes(memoryview(buffer).cast("B"))
        elif hasattr(array, "_mask") and hasattr(array, "_data"):
            self._memory(array._mask, numpy)
            self._memory(array._data, numpy)
        elif isinstance(getattr(array.dtype, "numpy_dtype", array.dtype), numpy.dtype):
            self._memory(numpy.asarray(array), numpy)
        else:
            self._memory(numpy.asarray(array, dtype=object), numpy)

    # ── Other objects ────────────────────────────────────────────────────────────────────────────

    def _object(self, kind: type, value: Any) -> None:
        module = str(getattr(kind, "__module__", ""))
        top = module.partition(".")[0]
        own = module in self._own
        opaque = top in _OPAQUE_MODULES or hasattr(kind, "__next__")
        if self._strict and not opaque:
            opaque = not (self._is_plain(kind) if own else top in _PLAIN_MODULES)
        if opaque:
            self._hidden(kind.__qualname__)
            return
        self._text(module, kind.__qualname__)
        attributes = getattr(value, "__dict__", None)
        numpy: Any = sys.modules.get("numpy")
        if module.startswith("numpy.random") and hasattr(numpy, "random"):
            self.holds.add(id(value))
            self._generator(value)
            return
        container = isinstance(value, (list, dict, set, tuple, bytearray))
        if isinstance(attributes, dict) and not container:
            if own or hasattr(value, "get_params"):
                self.holds.add(id(value))
            self._attributes(attributes, own=own)
            usual = all(getattr(kind, name) is getattr(object, name) for name in _COPYING)
            if own or (usual and not hasattr(kind, "__slots__")):
                return
        self._reduced(value, top)

    def _is_plain(self, kind: type) -> bool:
        """Whether a class of the notebook is made of its own text alone, and copied as usual."""
        bases = {base.__module__ for base in kind.__mro__} - self._own
        return bases <= {"builtins"} and all(
            getattr(kind, name) is getattr(object, name) for name in _COPYING
        )

    def _attributes(self, attributes: dict[str, Any], *, own: bool) -> None:
        for name, item in sorted(attributes.items()):
            private = name.startswith("_") and not own
            self._private += private
            self._text("attribute", name)
            self._walk(item)
            self._private -= private

    def _generator(self, value: Any) -> None:
        numpy: Any = sys.modules["numpy"]
        if self._strict and value is numpy.random.mtrand._rand:
            return  # the global one goes from stage to stage by itself
        state = getattr(value, "bit_generator", value)
        state = state.get_state(legacy=False) if hasattr(state, "get_state") else state.state
        held = set(self.holds)
        self._walk(state)
        self.holds = held  # what was made to be looked at is nobody's

    def _reduced(self, value: Any, top: str) -> None:
        """What a copy of the value would be made from."""
        parts = value.__reduce_ex__(4)
        library = top not in _PLAIN_MODULES
        held = set(self.holds)
        self._private += library
        if isinstance(parts, str):
            self._text(parts)
        else:
            _, arguments, *rest = parts
            self._walk(arguments)
            state, items, pairs = [*rest, None, None, None][:3]
            self._walk(state)
            for item in items or ():
                self._walk(item)
            for pair in pairs or ():
                self._walk(pair)
            self.holds.discard(id(state))
        if library:
            self.holds = held  # most of that was made to be looked at
        self._private -= library
