"""What objects of the notebook's classes do when they are used without a call of theirs.

Iterating, indexing, comparing, printing or entering an object runs methods of its class, and so
does reading a property. Which of them is not followed: any use of the kind runs them all.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from nb2pipe.analysis.definition import Definition

# These run at other times.
_OTHERWISE = frozenset(
    {"__init__", "__new__", "__post_init__", "__del__", "__enter__", "__exit__", "__call__"}
    | {"__init_subclass__", "__class_getitem__", "__set_name__", "__getattr__", "__getattribute__"}
)
_SHOWN = frozenset({"_repr_html_", "_repr_png_", "_repr_svg_", "_repr_mimebundle_"})
_PROPERTIES = frozenset({"property", "cached_property"})


@lru_cache(maxsize=1024)
def implicit_methods(node: ast.ClassDef) -> tuple[str, ...]:
    """The names of methods that a use of an object runs."""
    return tuple(
        method.name
        for method in _methods(node)
        if method.name in _SHOWN
        or (
            method.name.startswith("__")
            and method.name.endswith("__")
            and method.name not in _OTHERWISE
        )
    )


@lru_cache(maxsize=1024)
def computed_attributes(node: ast.ClassDef) -> frozenset[str]:
    """The names of properties, and of what answers for attributes that are not there."""
    return frozenset(
        method.name
        for method in _methods(node)
        if method.name in ("__getattr__", "__getattribute__")
        or any(_last_name(decorator) in _PROPERTIES for decorator in method.decorator_list)
    )


def is_kept(node: ast.AST) -> bool:
    """Whether a method is a property that the object keeps."""
    return any(_last_name(d) == "cached_property" for d in getattr(node, "decorator_list", ()))


def _methods(node: ast.ClassDef) -> Iterator[ast.FunctionDef]:
    return (part for part in node.body if isinstance(part, ast.FunctionDef))


def _last_name(decorator: ast.expr) -> str:
    if isinstance(decorator, ast.Attribute):
        return decorator.attr
    return decorator.id if isinstance(decorator, ast.Name) else ""


def class_of(definition: Definition) -> ast.ClassDef | None:
    """The class that a definition is."""
    return definition.node if isinstance(definition.node, ast.ClassDef) else None
