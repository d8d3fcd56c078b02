"""What ``from module import *`` binds, for modules whose names are known.

Nothing is imported to find that out: the names stand in ``star_names.toml``, so that a notebook is
the same pipeline on every machine.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_GATHERED = ("pylab", "matplotlib.pylab")


def names(module: str) -> Mapping[str, str] | None:
    """The names that a star import of the module binds, each with what it stands for.

    Args:
        module: the module's dotted name.

    Returns:
        Dotted names by name; None when the module's names are not known.
    """
    return _every_name().get(module)


def origin(module: str, name: str) -> str:
    """What an attribute of a module stands for: pylab gathers those of others.

    Args:
        module: the module's dotted name.
        name: the attribute.

    Returns:
        A dotted name.
    """
    dotted = f"{module}.{name}"
    return (names("pylab") or {}).get(name, dotted) if module in _GATHERED else dotted


def is_known(node: ast.stmt) -> bool:
    """Whether a statement is a star import of a module whose names are known."""
    return (
        isinstance(node, ast.ImportFrom)
        and not node.level
        and node.names[0].name == "*"
        and names(node.module or "") is not None
    )


@cache
def _every_name() -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name("star_names.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    found: dict[str, dict[str, str]] = {}
    for module, text in data["names"].items():
        found[module] = {name: f"{module}.{name}" for name in text.split()}
        for origin, members in data["origins"].get(module, {}).items():
            if origin.endswith(".*"):
                found[module] |= {n: origin.removesuffix("*") + n for n in members.split()}
            else:
                found[module][origin] = members
    return found
