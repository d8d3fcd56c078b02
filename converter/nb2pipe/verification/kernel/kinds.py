"""How each kind of value is written into a form."""

from __future__ import annotations

import array as arrays_of
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import hashlib
import io
import pathlib
import random
import re
import sys
import time
import types
import uuid
from typing import Any

from . import definitions, figures, frames, models, numbers
from .form import Form, masked

_EXACT: tuple[type, ...] = (bool, int, str, bytes, type(None), type(Ellipsis), type(NotImplemented))
_REPRESENTED: tuple[type, ...] = (
    datetime.date,
    datetime.time,
    datetime.timedelta,
    datetime.tzinfo,
    decimal.Decimal,
    fractions.Fraction,
    uuid.UUID,
    pathlib.PurePath,
    range,
    slice,
    time.struct_time,
)
_LONG = 20
_MADE_BY_A_STATEMENT = 1 << 9  # Py_TPFLAGS_HEAPTYPE
# What was computed from the rest when it was asked for (pandas' ``cache_readonly``, which
# statsmodels uses as well), what statsmodels notes of the last forecast it was asked for, and
# warnings that scikit-learn's Bunch leaves out of its pickles.
_PASSING = re.compile(
    r"_(\w*_)?cache|_nobs_int|predict_(dates|start|end)|_deprecated_key_to_warnings"
)
# What says how long something took, in a model.
_TIME = re.compile(r"(^|_)times?_?$")


def write(form: Form, path: str, value: Any) -> None:
    """Write a value of any kind.

    Args:
        form: what takes it.
        path: where it is in the whole value.
        value: the value.
    """
    kind = type(value)
    if kind in _EXACT:
        form.token(path, f"{kind.__name__} {masked(repr(value))}")
    elif kind is float:
        form.number(path, "float", value)
    elif kind is complex:
        form.number(path, "real", value.real)
        form.number(path, "imaginary", value.imag)
    elif not (
        numbers.write(form, path, value)
        or frames.write(form, path, value)
        or figures.write(form, path, value)
        or _definition(form, path, value)
        or _plain(form, path, value)
        or _container(form, path, value)
    ):
        _object(form, path, value)


def _definition(form: Form, path: str, value: Any) -> bool:
    if isinstance(value, types.ModuleType):
        form.token(path, f"module {value.__name__}")
    elif isinstance(value, type):
        definitions.write_class(form, path, value)
    elif isinstance(value, types.FunctionType):
        definitions.write_function(form, path, value)
    elif isinstance(value, (types.MethodType, types.BuiltinFunctionType)):
        form.token(path, f"method {value.__name__}")
        owner = value.__self__
        if isinstance(owner, types.ModuleType) or owner is None:
            form.token(path, f"of {getattr(owner, '__name__', value.__module__)}")
        else:
            form.add(f"{path}.__self__", owner)
    elif isinstance(value, functools.partial):
        form.token(path, "partial")
        for name in ("func", "args", "keywords"):
            form.add(f"{path}.{name}", getattr(value, name))
    else:
        return False
    return True


def _plain(form: Form, path: str, value: Any) -> bool:
    """Values whose ``repr`` says everything, and others that are known."""
    label = form.world.label(type(value))
    if isinstance(value, enum.Enum):
        form.token(path, f"{label} {value.name}")
    elif isinstance(value, _REPRESENTED):
        form.token(path, f"{label} {value!r}")
    elif isinstance(value, re.Pattern):
        form.token(path, f"pattern {value.pattern!r} {value.flags}")
    elif isinstance(value, random.Random):
        form.hold("object", id(value))
        form.token(path, f"{label} {hashlib.sha256(repr(value.getstate()).encode()).hexdigest()}")
    elif isinstance(value, io.IOBase) and not isinstance(value, (io.BytesIO, io.StringIO)):
        name, mode = getattr(value, "name", ""), getattr(value, "mode", "")
        if value.closed:
            form.token(path, f"closed file {name} {mode}")
        else:
            form.cannot(path, value, f"file {name} is open ({mode})")
    elif type(value) in (io.BytesIO, io.StringIO):  # the shell sets attributes on those it captures
        form.hold("object", id(value))
        form.token(path, f"closed {label}" if value.closed else f"{label} at {value.tell()}")
        if not value.closed:
            form.add(f"{path}.getvalue()", value.getvalue())
    elif isinstance(value, (bytearray, arrays_of.array, memoryview)):
        form.hold("object", id(value))
        form.token(path, f"{label} {hashlib.sha256(bytes(value)).hexdigest()} {len(value)}")
    elif isinstance(value, BaseException):
        form.token(path, f"exception {label}")
        form.add(f"{path}.args", value.args)
    elif isinstance(value, (int, float, str, bytes)):  # of a class derived from them
        base = next(kind for kind in (int, float, str, bytes) if isinstance(value, kind))
        form.token(path, f"{label} {masked(base.__repr__(value))}")
        _attributes(form, path, value)
    elif _is_library_record(form, value):
        form.token(path, f"{label} record")
        for field in dataclasses.fields(value):
            form.add(f"{path}.{field.name}", getattr(value, field.name))
    else:
        return False
    return True


def _is_library_record(form: Form, value: Any) -> bool:
    """Whether a value is a library's record of plain values: equal ones are alike.

    Classes of scikit-learn's losses hold such intervals. Every estimator made in one process has
    the same object, and one that came from a pickle another: nobody can tell.
    """
    if not dataclasses.is_dataclass(value) or form.world.owns(type(value).__module__):
        return False
    names = [field.name for field in dataclasses.fields(value)]
    return getattr(value, "__dict__", {}).keys() == set(names) and all(
        type(getattr(value, name)) in (*_EXACT, float) for name in names
    )


# ── Containers ───────────────────────────────────────────────────────────────────────────────────


def _container(form: Form, path: str, value: Any) -> bool:
    if isinstance(value, (tuple, list, collections.deque)):
        if not isinstance(value, tuple):
            form.hold("object", id(value))
            if form.seen(path, value):
                return True
        write_sequence(form, path, list(value), form.world.label(type(value)))
    elif isinstance(value, (dict, types.MappingProxyType)):
        form.hold("object", id(value))
        if form.seen(path, value):
            return True
        if isinstance(value, collections.defaultdict):
            form.add(f"{path}.default_factory", value.default_factory)
        _mapping(form, path, value)
    elif isinstance(value, (set, frozenset)):
        form.hold("object", id(value))
        if form.seen(path, value):
            return True
        form.token(path, f"{form.world.label(type(value))} of {len(value)}")
        for digest in sorted(form.inner(item) for item in list(value)):
            form.token(path, digest)
    else:
        return False
    if type(value).__module__ not in ("builtins", "collections"):
        _attributes(form, path, value)
    return True


def write_sequence(form: Form, path: str, items: list[Any], label: str) -> None:
    """Write items in their order, long runs of plain ones at once."""
    form.token(path, f"{label} of {len(items)}")
    kinds = set(map(type, items)) if len(items) > _LONG else {object}
    if kinds == {float}:
        data = arrays_of.array("d", [float("nan") if x != x else x for x in items])
        if sys.byteorder == "big":
            data.byteswap()
        form.numbers(path, "floats", data.tobytes())
    elif kinds.issubset(_EXACT):
        for start in range(0, len(items), 100):
            some = masked(repr(items[start : start + 100]))
            digest = hashlib.sha256(some.encode("utf-8", "surrogatepass")).hexdigest()
            form.token(f"{path}[{start}:{start + 100}]", digest, some)
    else:
        for index, item in enumerate(items):
            form.add(f"{path}[{index}]", item)


def _mapping(form: Form, path: str, value: Any) -> None:
    form.token(path, f"{form.world.label(type(value))} of {len(value)}")
    for key, item in list(value.items()):
        if isinstance(key, (str, int, bytes, bool, type(None))):
            shown = masked(repr(key))
            form.token(f"{path} keys", f"{type(key).__name__} {shown}")
        else:
            shown = masked(str(key))[:40]
            form.add(f"{path} key {shown}", key)
        if form.models and isinstance(key, str) and _TIME.search(key):
            form.token(f"{path}[{shown}]", "a time")
        else:
            form.add(f"{path}[{shown}]", item)


# ── Other objects ────────────────────────────────────────────────────────────────────────────────


def _object(form: Form, path: str, value: Any) -> None:
    """An instance by its class and its state."""
    kind = type(value)
    own = form.world.owns(kind.__module__)
    model = models.is_model(value)
    if own or model:
        form.hold("object", id(value))
    if form.seen(path, value):
        return
    form.models += model
    try:
        if own:
            form.add(f"{path}.__class__", kind)
        if isinstance(value, types.GeneratorType) or _opaque(value):
            form.cannot(path, value, "it cannot be looked into without using it up")
        elif _has_plain_state(value):
            form.token(path, f"instance of {form.world.label(kind)}")
            _attributes(form, path, value)
        else:
            _reduced(form, path, value)
    finally:
        form.models -= model


def _opaque(value: Any) -> bool:
    return isinstance(value, (types.CoroutineType, types.AsyncGeneratorType, types.FrameType))


def _has_plain_state(value: Any) -> bool:
    """Whether an object's state is its attributes."""
    kind = type(value)
    if not isinstance(getattr(value, "__dict__", None), dict) and not _slots(kind):
        return False
    for name in ("__reduce__", "__reduce_ex__", "__getstate__"):
        if getattr(kind, name, None) is not getattr(object, name, None):
            return False
    # A class of C may hold what no attribute shows.
    return all(base.__flags__ & _MADE_BY_A_STATEMENT for base in kind.__mro__[:-1])


def _slots(kind: type) -> tuple[str, ...]:
    names: list[str] = []
    for base in kind.__mro__:
        slots = base.__dict__.get("__slots__", ())
        names += [slots] if isinstance(slots, str) else list(slots)
    return tuple(name for name in names if name not in ("__dict__", "__weakref__"))


def _telling(form: Form, value: Any, state: dict[Any, Any]) -> list[Any]:
    """The names in an object's state, without those that say nothing of a library's object."""
    names = sorted(state, key=str)
    if form.world.owns(type(value).__module__):
        return names
    return [name for name in names if not _passes(str(name), state[name])]


def _passes(name: str, value: Any) -> bool:
    """What a library's object has since it was asked for something, or a place left for it."""
    place = name.startswith("_") and (value is None or (type(value) is dict and not value))
    return place or bool(_PASSING.fullmatch(name))


def _attributes(form: Form, path: str, value: Any) -> None:
    found = dict(getattr(value, "__dict__", None) or {})
    for name in _slots(type(value)):
        hidden = name.startswith("__") and not name.endswith("__")
        stored = f"_{type(value).__name__.lstrip('_')}{name}" if hidden else name
        try:
            found[name] = object.__getattribute__(value, stored)
        except AttributeError:
            continue
    for name in _telling(form, value, found):
        if form.models and _TIME.search(str(name)):
            form.token(f"{path}.{name}", "a time")
        else:
            form.token(f"{path} attributes", str(name))
            form.add(f"{path}.{name}", found[name])


def _reduced(form: Form, path: str, value: Any) -> None:
    """An object by what it would be made from again, never the bytes of a pickle."""
    try:
        made = value.__reduce_ex__(4)
    except Exception as error:
        form.cannot(path, value, str(error) or type(error).__name__)
        return
    if isinstance(made, str):
        form.token(path, f"global {made}")
        return
    form.world.kept.append(made)
    function, arguments, state, items, pairs = (*tuple(made)[:5], *[None] * 5)[:5]
    if function is iter and not arguments[0]:
        state = None  # at its end an iterator has lost its list, or stands at the end of another
    form.token(path, f"instance of {form.world.label(type(value))}")
    if getattr(function, "__name__", "") not in ("__newobj__", "__newobj_ex__"):
        form.add(f"{path}.__reduce__", function)
    for index, argument in enumerate(arguments):
        if argument is not type(value):
            form.add(f"{path}.__reduce__[{index}]", argument)
    if state is not None:
        if isinstance(state, dict):
            for name in _telling(form, value, state):
                if form.models and _TIME.search(str(name)):
                    continue
                form.token(f"{path} attributes", str(name))
                form.add(f"{path}.{name}", state[name])
        else:
            form.add(f"{path} state", state)
    for name, more in (("items", items), ("pairs", pairs)):
        if more is not None:
            form.add(f"{path} {name}", list(more))
