"""Hidden state of the process that stages hand on: generators, working directory, settings.

This file stands on the standard library alone, runs on Python 3.9 and later, and is written beside
``tasks.py`` as ``process_states.py`` for pipelines that need it.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

# What the process began with; ``begin`` sets it.
_START: dict[str, Any] = {"cwd": os.getcwd(), "environ": dict(os.environ), "sys.path": [*sys.path]}
# Where other values are looked for: what finds modules and files comes first.
EARLY = ("sys.path", "cwd", "environ")


def begin() -> None:
    """From now on, working directory, environment and ``sys.path`` count as changed."""
    _START.update({"cwd": os.getcwd(), "environ": dict(os.environ), "sys.path": [*sys.path]})


def get_state(name: str) -> Any:
    """A piece of hidden state as a value that another process can take up.

    Args:
        name: ``random``, ``numpy.random``, ``cwd``, ``environ``, ``sys.path``, ``warnings``, or
            the library whose settings are meant.

    Returns:
        The value; None when the library has not been imported, so that nothing can be set.
    """
    return _STATES[name][0]()


def set_state(name: str, value: Any) -> None:
    """Give a piece of hidden state back, as ``get_state`` gave it."""
    if value is not None:
        _STATES[name][1](value)


def _module(name: str) -> Any:
    return importlib.import_module(name)


def _get_cwd() -> str:
    """Relative to where the process began: the folder may lie elsewhere next time."""
    here, start = os.getcwd(), _START["cwd"]
    if here == start or here.startswith(os.path.join(start, "")):
        return os.path.relpath(here, start)
    return here


def _set_cwd(value: str) -> None:
    os.chdir(os.path.join(_START["cwd"], value))


def _get_environ() -> dict[str, Any]:
    before, now = _START["environ"], dict(os.environ)
    changed: dict[str, Any] = {name: text for name, text in now.items() if before.get(name) != text}
    changed.update((name, None) for name in before if name not in now)
    return dict(sorted(changed.items()))


def _set_environ(value: dict[str, Any]) -> None:
    for name, text in value.items():
        if text is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = text


def _get_path() -> list[Any]:
    """Entries that were there at the beginning by their position: they differ between machines."""
    start = _START["sys.path"]
    return [start.index(entry) if entry in start else entry for entry in sys.path]


def _set_path(value: list[Any]) -> None:
    start = _START["sys.path"]
    known = [entry if isinstance(entry, str) else start[entry] for entry in value]
    sys.path[:] = known


def _get_warnings() -> list[Any]:
    return list(_module("warnings").filters)


def _set_warnings(value: list[Any]) -> None:
    warnings = _module("warnings")
    warnings.filters[:] = value
    warnings._filters_mutated()


def _get_matplotlib() -> Any:
    matplotlib: Any = sys.modules.get("matplotlib")
    if matplotlib is None:
        return None
    default = matplotlib.rcParamsDefault
    settings = dict.items(matplotlib.rcParams)
    return {
        name: value
        for name, value in settings
        if not name.startswith("backend") and (name not in default or default[name] != value)
    }


def _set_matplotlib(value: dict[str, Any]) -> None:
    matplotlib = _module("matplotlib")
    for name in [*_get_matplotlib()]:
        if name not in value:
            dict.__setitem__(matplotlib.rcParams, name, matplotlib.rcParamsDefault[name])
    for name, setting in value.items():
        dict.__setitem__(matplotlib.rcParams, name, setting)


def _pandas_options(config: Any, tree: Any, above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            found.update(_pandas_options(config, value, f"{above}{key}."))
        else:
            found[above + key] = value
    return found


def _get_pandas() -> Any:
    if "pandas" not in sys.modules:
        return None
    config = _module("pandas._config.config")
    return _pandas_options(config, config._global_config)


def _set_pandas(value: dict[str, Any]) -> None:
    pandas = _module("pandas")
    now = _get_pandas()
    for name, setting in value.items():
        if now.get(name, setting) is not setting and now[name] != setting:
            pandas.set_option(name, setting)


def _get_numpy() -> Any:
    numpy: Any = sys.modules.get("numpy")
    return None if numpy is None else (numpy.get_printoptions(), numpy.geterr())


def _set_numpy(value: Any) -> None:
    numpy = _module("numpy")
    printing, errors = value
    printing.pop("override_repr", None)
    numpy.set_printoptions(**printing)
    numpy.seterr(**errors)


def _get_sklearn() -> Any:
    sklearn: Any = sys.modules.get("sklearn")
    return None if sklearn is None else sklearn.get_config()


def _set_sklearn(value: dict[str, Any]) -> None:
    _module("sklearn").set_config(**value)


_STATES: dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {
    "random": (
        lambda: _module("random").getstate(),
        lambda value: _module("random").setstate(value),
    ),
    "numpy.random": (
        lambda: _module("numpy.random").get_state(legacy=False),
        lambda value: _module("numpy.random").set_state(value),
    ),
    "decimal": (
        lambda: _module("decimal").getcontext().copy(),
        lambda value: _module("decimal").setcontext(value),
    ),
    "cwd": (_get_cwd, _set_cwd),
    "environ": (_get_environ, _set_environ),
    "sys.path": (_get_path, _set_path),
    "warnings": (_get_warnings, _set_warnings),
    "matplotlib": (_get_matplotlib, _set_matplotlib),
    "pandas": (_get_pandas, _set_pandas),
    "numpy": (_get_numpy, _set_numpy),
    "sklearn": (_get_sklearn, _set_sklearn),
}
