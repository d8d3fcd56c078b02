"""Functions and classes in canonical form: their code, and the values that they refer to.

A function of the notebook is compiled in a cell, in ``shared.py`` or inside a stage's function,
which changes how it reaches outer names but not what it does. So the instructions are compared
without those that only find names, and the names apart.
"""

from __future__ import annotations

import dis
import types
from collections.abc import Iterator
from typing import Any

from .form import Form

# What only makes functions, closures and calls ready, which differs with the scope.
_SCOPE = (
    "LOAD_CLOSURE", "LOAD_LOCALS", "BUILD_TUPLE", "MAKE_FUNCTION", "SET_FUNCTION_ATTRIBUTE",
    "COPY_FREE_VARS", "MAKE_CELL", "RESUME", "PUSH_NULL", "NOP", "PRECALL", "CACHE",
    "EXTENDED_ARG", "NOT_TAKEN",
)  # fmt: skip
_OUTER = ("GLOBAL", "NAME", "DEREF", "CLASSDEREF")
_PLAIN = (int, float, str, bytes, bool, complex, type(None), type(Ellipsis))
_MECHANICS = (
    "__dict__", "__weakref__", "__module__", "__qualname__", "__firstlineno__",
    "__static_attributes__", "__slotnames__", "__abstractmethods__", "_abc_impl", "__annotate__",
    "__annotate_func__", "__annotations_cache__", "__classdictcell__", "__annotations__",
)  # fmt: skip


def write_function(form: Form, path: str, function: types.FunctionType) -> None:
    """Write a function: a library's by its name, the notebook's by its code and its values."""
    label = form.world.label(function)
    if not form.world.owns(function.__module__):
        form.token(path, f"function {label}")
        if "<lambda>" not in label and "<locals>" not in label:
            return
    if form.seen(path, function):
        return
    form.token(path, f"function {label}")
    for line in code_lines(function.__code__):
        form.token(f"{path} code", line)
    form.add(f"{path}.__defaults__", function.__defaults__)
    form.add(f"{path}.__kwdefaults__", function.__kwdefaults__)
    if function.__dict__:
        form.add(f"{path}.__dict__", {k: v for k, v in function.__dict__.items() if k[:2] != "__"})
        wrapped = function.__dict__.get("__wrapped__")
        if wrapped is not None:
            form.add(f"{path}.__wrapped__", wrapped)
    for name, value in _outer(function):
        form.references[f"{path}:{name}"] = form.inner(value)


def _outer(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """The values of the outer names that a function refers to, apart from definitions."""
    found: dict[str, Any] = {}
    for name in sorted(_names(function.__code__)):
        if name in function.__globals__:
            found[name] = function.__globals__[name]
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        try:
            found[name] = cell.cell_contents
        except ValueError:
            continue
    for name, value in found.items():
        if not isinstance(value, (types.ModuleType, type, types.BuiltinFunctionType)):
            yield name, value


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _names(code: types.CodeType) -> set[str]:
    return {name for one in _codes(code) for name in (*one.co_names, *one.co_freevars)}


def code_lines(code: types.CodeType) -> Iterator[str]:
    """What a function does, as text that does not depend on where it was compiled.

    Args:
        code: the code of the function.
    """
    yield f"names {' '.join(sorted(_names(code)))}"
    for one in _codes(code):
        yield (
            f"arguments {one.co_argcount} {one.co_posonlyargcount} {one.co_kwonlyargcount}"
            f" {' '.join(one.co_varnames[: one.co_argcount + one.co_kwonlyargcount])}"
        )
        for instruction in dis.get_instructions(one):
            line = _line(instruction, one)
            if line:
                yield line


def _line(instruction: dis.Instruction, code: types.CodeType) -> str:
    """One instruction as text ("" for one that only makes scopes ready)."""
    name, value = instruction.opname, instruction.argval
    if name.startswith(_SCOPE):
        return ""
    if name.startswith("LOAD_FAST") and value in (*code.co_freevars, *code.co_cellvars):
        return ""
    if name.endswith(_OUTER) and "IMPORT" not in name:
        return f"{name.partition('_')[0]} {value}"
    if name in ("LOAD_METHOD", "LOAD_ATTR"):  # which one depends on how the owner was imported
        return f"LOAD_ATTR {value}"
    if name in ("CALL_METHOD", "CALL_FUNCTION"):
        return f"CALL {value}"
    if instruction.opcode in dis.hasconst:
        return f"{name} {_constant(value)}"
    if "JUMP" in name or "FOR_ITER" in name or "SEND" in name:
        return name
    return f"{name} {instruction.argrepr}"


def _constant(value: Any) -> str:
    if isinstance(value, types.CodeType):
        return "code"
    if isinstance(value, frozenset):
        return f"frozenset {sorted(map(_constant, value))}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_constant, value))})"
    return repr(value) if isinstance(value, _PLAIN) else type(value).__name__


def write_class(form: Form, path: str, value: type) -> None:
    """Write a class: a library's by its name, the notebook's by its bases and members."""
    form.token(path, f"class {form.world.label(value)}")
    if not form.world.owns(value.__module__) or form.seen(path, value):
        return
    form.quiet += 1
    for base in value.__bases__:
        form.add(f"{path}.__bases__", base)
    for name in sorted(value.__dict__):
        member = value.__dict__[name]
        if name in _MECHANICS or isinstance(
            member, (types.GetSetDescriptorType, types.MemberDescriptorType)
        ):
            continue
        form.token(f"{path} members", name)
        if isinstance(member, (staticmethod, classmethod)):
            form.add(f"{path}.{name}", member.__func__)
        elif isinstance(member, property):
            for part in ("fget", "fset", "fdel"):
                form.add(f"{path}.{name}.{part}", getattr(member, part))
        else:
            form.add(f"{path}.{name}", member)
    form.quiet -= 1
