"""Objects that stand for others: what hands attributes on to one, and the views of dictionaries.

To load an object, pickle asks it for ``__setstate__`` before it has any attribute. A
``__getattr__`` that uses one then calls itself without end::

    class Logged:
        def __getattr__(self, name):
            return getattr(self.inner, name)
"""

from __future__ import annotations

import collections
import gc
from typing import Any

_MAKERS = ("keys", "values", "items")
# The views of dictionaries, each with what makes it.
VIEWS = {
    type(getattr(kind(), name)()): (kind, name)
    for kind in (dict, collections.OrderedDict)
    for name in _MAKERS
}
# What a class may say about its pickles, and what it then has to itself.
_OWN = ("__reduce_ex__", "__reduce__", "__getstate__", "__new__")
_ADDED = ("__setstate__", "__getnewargs__", "__getnewargs_ex__")


def answers_for_all(kind: type) -> bool:
    """Whether a class has a ``__getattr__``, and says nothing about its pickles."""
    return (
        hasattr(kind, "__getattr__")
        and all(getattr(kind, name) is getattr(object, name) for name in _OWN)
        and not any(hasattr(kind, name) for name in _ADDED)
    )


def reduced(value: object) -> tuple[Any, ...]:
    """What such an object is made from again, as ``__reduce_ex__`` gives it."""
    return object.__new__, (type(value),), object.__getstate__(value), None, None, _set_state


def _set_state(made: object, state: Any) -> None:
    """As pickle does for an object without ``__setstate__``."""
    plain, slots = state if isinstance(state, tuple) else (state, None)
    for name, value in (*(plain or {}).items(), *(slots or {}).items()):
        object.__setattr__(made, name, value)


def view(value: Any) -> tuple[Any, ...]:
    """A view of a dictionary is made from the dictionary: whatever changes that shows in it."""
    kind, name = VIEWS[type(value)]
    (viewed,) = gc.get_referents(value)
    return getattr(kind, name), (viewed,)
