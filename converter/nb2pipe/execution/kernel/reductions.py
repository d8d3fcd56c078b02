"""What objects are made again from, where pickle cannot say it, or leaves something out.

===========================  ======================================================================
views of a dictionary        are made from the dictionary: whatever changes that shows in them;
                             so is a ``MappingProxyType``
matches                      are found again, by the pattern in the text
exceptions                   keep what they were raised from; ``__init__`` is not called again
``__getattr__``              pickle asks an object for ``__setstate__`` before it has any attribute,
                             and a ``__getattr__`` that uses one then calls itself without end
attributes                   that a frame, or an object of the notebook's classes, was given, and
                             that its class does not pickle
===========================  ======================================================================
"""

from __future__ import annotations

import collections
import enum
import functools
import gc
import os
import re
import sys
import sysconfig
import types
from typing import Any

Reduced = tuple[Any, ...]

_MAKERS = ("keys", "values", "items")
# The views of dictionaries, each with what makes it.
_VIEWS = {
    type(getattr(kind(), name)()): (kind, name)
    for kind in (dict, collections.OrderedDict)
    for name in _MAKERS
}
# What a class may say about its pickles, and what it then has to itself.
_OWN = ("__reduce_ex__", "__reduce__", "__getstate__", "__new__")
_ADDED = ("__setstate__", "__getnewargs__", "__getnewargs_ex__")


def reduced(value: Any) -> Reduced | None:
    """What a value is made from again, as ``__reduce_ex__`` gives it; None: pickle knows."""
    kind: Any = type(value)
    if kind in _VIEWS:
        return _view(value)
    if kind is types.MappingProxyType:
        return types.MappingProxyType, tuple(gc.get_referents(value))
    if kind is re.Match:
        return _match(value)
    if isinstance(value, BaseException):
        return _exception(value)
    if _answers_for_all(kind):
        state = object.__getstate__(value)
        return object.__new__, (kind,), state, None, None, _set_state
    return _with_attributes(value) if _may_leave_out(kind) else None


def _view(value: Any) -> Reduced:
    kind, name = _VIEWS[type(value)]
    (viewed,) = gc.get_referents(value)
    return getattr(kind, name), (viewed,)


def _match(value: re.Match[Any]) -> Reduced | None:
    """The search that finds the same: ``finditer`` and ``sub`` begin later than they say."""
    for way in ("search", "match", "fullmatch"):
        for start in (value.pos, value.start()):
            made = (value.re, way, value.string, start, value.endpos)
            found = _search(*made)
            if found is not None and found.regs == value.regs:
                return _search, made
    return None


def _search(pattern: Any, way: str, text: Any, start: int, end: int) -> Any:
    return getattr(pattern, way)(text, start, end)


def _exception(value: BaseException) -> Reduced | None:
    """An exception that leaves its pickles to Python's own classes; of its traceback, nothing."""
    kind: Any = type(value)
    base: Any = _builtin_base(kind)
    if kind.__reduce__ is not base.__reduce__ or kind.__reduce_ex__ is not object.__reduce_ex__:
        return None
    reduction: Any = value.__reduce__()
    _, arguments, *rest = reduction
    linked = (value.__cause__, value.__context__, value.__suppress_context__)
    state = (rest[0] if rest else None, *linked)
    return _make_exception, (kind, base, arguments), state, None, None, _complete_exception


def _builtin_base(kind: type) -> type:
    return next(base for base in kind.__mro__ if base.__module__ == "builtins")


def _make_exception(kind: Any, base: Any, arguments: tuple[Any, ...]) -> Any:
    made = kind.__new__(kind, *arguments)
    base.__init__(made, *arguments)
    return made


def _complete_exception(made: Any, state: Any) -> None:
    attributes, made.__cause__, made.__context__, made.__suppress_context__ = state
    if attributes:
        made.__setstate__(attributes)


@functools.cache
def _answers_for_all(kind: type) -> bool:
    """Whether a class has a ``__getattr__``, and says nothing about its pickles."""
    return (
        hasattr(kind, "__getattr__")
        and all(getattr(kind, name) is getattr(object, name) for name in _OWN)
        and not any(hasattr(kind, name) for name in _ADDED)
    )


def _set_state(made: object, state: Any) -> None:
    """As pickle does for an object without ``__setstate__``."""
    plain, slots = state if isinstance(state, tuple) else (state, None)
    for name, value in (*(plain or {}).items(), *(slots or {}).items()):
        object.__setattr__(made, name, value)


@functools.cache
def _may_leave_out(kind: type) -> bool:
    """Whether what a class says about its pickles may be less than its objects have."""
    if _is_of_pandas(kind):
        return True
    if issubclass(kind, enum.Enum):
        return False  # found again by its value
    speaks = any(getattr(kind, name) is not getattr(object, name, None) for name in _OWN[:3])
    return speaks and not hasattr(kind, "__setstate__") and _is_of_the_notebook(kind)


def _is_of_pandas(kind: type) -> bool:
    pandas = sys.modules.get("pandas")
    named = ("DataFrame", "Series", "Index")
    bases = tuple(filter(None, (getattr(pandas, name, None) for name in named)))
    return issubclass(kind, bases)


def _is_of_the_notebook(kind: type) -> bool:
    """Whether a class is neither Python's nor an installed package's."""
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    if file is None:
        return kind.__module__ == "__main__"
    installed = {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
    inside = any(os.path.abspath(file).startswith(os.path.join(p, "")) for p in installed)
    return not (inside or "site-packages" in file or "dist-packages" in file)


def _with_attributes(value: Any) -> Reduced | None:
    """The value's own reduction, and the attributes that it leaves out."""
    own = value.__reduce_ex__(5)
    if not isinstance(own, tuple):
        return None  # the name of one of its module's
    make, arguments, state, *items = (*own, None, None, None)[:5]
    setter = own[5] if len(own) > 5 else None
    attributes = _attributes(value)
    if isinstance(state, dict):
        attributes = {
            name: held
            for name, held in attributes.items()
            if name not in state or state[name] is not held
        }
    if not attributes:
        return None
    return make, arguments, (state, setter, attributes), *items, _set_attributes


def _attributes(value: Any) -> dict[str, Any]:
    """The attributes that an object was given, without those that pandas keeps for itself."""
    attributes = dict(getattr(value, "__dict__", ()))
    if not _is_of_pandas(type(value)):
        return attributes
    return {
        name: held
        for name, held in attributes.items()
        if not (name.startswith("_") or hasattr(type(value), name)) and _has_pickles(held)
    }


def _has_pickles(value: Any) -> bool:
    """Whether its class does not say that it has none, as those of patsy do.

    They are left out of frames then: patsy and statsmodels expect it, and give a frame another
    when they need one.
    """
    try:
        value.__reduce_ex__(5)
    except NotImplementedError:
        return False
    except Exception:
        return True  # what is wrong is said where it is pickled
    return True


def _set_attributes(made: Any, given: tuple[Any, Any, dict[str, Any]]) -> None:
    state, setter, attributes = given
    if setter is not None:
        setter(made, state)
    elif state is not None:
        if hasattr(made, "__setstate__"):
            made.__setstate__(state)
        else:
            _set_state(made, state)
    made.__dict__.update(attributes)
