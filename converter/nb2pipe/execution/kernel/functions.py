"""Functions in pickles: those that have no name of a module by which they are found again."""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Mapping
from typing import Any

# The variables of the stage.
NAMESPACE: dict[str, Any] = {}


def importable(definition: Any) -> bool:
    """Whether a class or function is found again by its module and qualified name."""
    name = getattr(definition, "__module__", None) or "__main__"
    if name == "__main__":
        return False
    try:
        found: Any = importlib.import_module(name)
    except ImportError:
        return False
    for name in definition.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is definition


def empty_cell() -> types.CellType:
    """A variable of a function around, that is bound later."""
    return types.CellType()


def home(function: types.FunctionType) -> str:
    """The module whose variables a function reads, "" for the notebook's main namespace.

    ``functools.wraps`` gives a function the ``__module__`` of another.
    """
    name = function.__globals__.get("__name__", "__main__")
    module = sys.modules.get(name)
    known = module is not None and module.__dict__ is function.__globals__
    return name if known and name != "__main__" else ""


def _function(
    code: types.CodeType,
    name: str,
    cells: Any,
    imported: str | Mapping[str, tuple[str, str]],
) -> types.FunctionType:
    """A function that another one made, its globals bound to those of its module.

    A function of the notebook's main namespace is bound to this namespace. What it named and was
    imported there is there again unless the name has a meaning already.
    """
    if isinstance(imported, str):
        return types.FunctionType(
            code, importlib.import_module(imported).__dict__, name, None, cells
        )
    for global_name, (module_name, qualname) in imported.items():
        if global_name not in NAMESPACE:
            found: Any = importlib.import_module(module_name)
            for attribute in filter(None, qualname.split(".")):
                found = getattr(found, attribute)
            NAMESPACE[global_name] = found
    return types.FunctionType(code, NAMESPACE, name, None, cells)


def _fill(function: types.FunctionType, state: Any) -> None:
    attributes, cells = state
    for attribute, value in attributes.items():
        setattr(function, attribute, value)
    for cell, contents in cells:
        cell.cell_contents = contents


def _imported_globals(function: types.FunctionType) -> dict[str, tuple[str, str]]:
    """Where the modules, and the definitions of modules, that a function names come from."""
    names: set[str] = set()
    codes = [function.__code__]
    while codes:
        code = codes.pop()
        names.update(code.co_names)
        codes += [const for const in code.co_consts if isinstance(const, types.CodeType)]
    found = {}
    for name in sorted(names & function.__globals__.keys()):
        value = function.__globals__[name]
        if isinstance(value, types.ModuleType) and value.__name__ in sys.modules:
            found[name] = (value.__name__, "")
        elif isinstance(value, (type, types.FunctionType)) and importable(value):
            found[name] = (value.__module__, value.__qualname__)
    return found


def reduced(function: types.FunctionType, home: str) -> Any:
    """What a function is made from again, with cells that other functions may share.

    Args:
        function: a function that no module has by name.
        home: see ``home``.
    """
    attributes = {
        "__qualname__": function.__qualname__,
        "__defaults__": function.__defaults__,
        "__kwdefaults__": function.__kwdefaults__,
        "__annotations__": function.__annotations__,
        "__doc__": function.__doc__,
        "__module__": function.__module__,
        "__dict__": function.__dict__,
    }
    cells = function.__closure__ or ()
    contents = [(cell, cell.cell_contents) for cell in cells if cell != empty_cell()]
    made = (
        function.__code__,
        function.__name__,
        function.__closure__,
        home or _imported_globals(function),
    )
    return _function, made, (attributes, contents), None, None, _fill
