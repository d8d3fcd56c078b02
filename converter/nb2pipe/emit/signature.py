"""The line that opens a stage's function: arguments, annotations, defaults."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Sequence
from functools import lru_cache

from nb2pipe.emit.imports import WIDTH
from nb2pipe.emit.layout import INDENT, normalise
from nb2pipe.model import Parameter, Variable

# Names that annotations of parameters use and that a module may import for them alone.
TYPING = frozenset({"Any", "Literal", "Optional", "Union"})


def signature(
    name: str,
    inputs: Sequence[Variable],
    parameters: Sequence[Parameter],
    outputs: Sequence[Variable],
    known: Collection[str],
) -> str:
    """``def name(…) -> …:``, laid out as Black does.

    Args:
        name: the function's name.
        inputs: its positional arguments.
        parameters: its keyword-only arguments, with their defaults.
        outputs: what it returns.
        known: names that annotations may use beside the builtins.
    """
    arguments = [f"{item.name}{_suffix(item.annotation, known)}" for item in inputs]
    if parameters:
        arguments.append("*")
    for parameter in parameters:
        suffix = _suffix(parameter.annotation, known)
        equals = " = " if suffix else "="
        arguments.append(f"{parameter.name}{suffix}{equals}{default(parameter)}")
    returns = _returns(outputs, known)
    return bracketed(f"def {name}(", arguments, f"){returns}:")


def bracketed(before: str, items: Sequence[str], after: str, indent: str = "") -> str:
    """Items in brackets as Black lays them out: on one line, on one of their own, or on many."""
    joined = ", ".join(items)
    if len(f"{indent}{before}{joined}{after}") <= WIDTH:
        return f"{indent}{before}{joined}{after}"
    inner = indent + INDENT
    lines = [inner + joined] if len(inner + joined) <= WIDTH else [f"{inner}{x}," for x in items]
    return "\n".join([indent + before, *lines, indent + after])


def default(parameter: Parameter) -> str:
    """The default's text: that of the notebook where it stands on one line."""
    source = normalise(parameter.source).strip()
    if "\n" not in source and "#" not in source:
        for text in (source, f"({source})"):
            try:
                call = ast.parse(f"_(_={text})", mode="eval").body
                alone = ast.parse(source, mode="eval").body
            except SyntaxError:
                continue
            # A tuple's commas would end the argument.
            if (
                isinstance(call, ast.Call)
                and len(call.keywords) == 1
                and ast.dump(call.keywords[0].value) == ast.dump(alone)
            ):
                return text
    return repr(parameter.default)


def needed_typing(annotations: Collection[str], taken: Collection[str]) -> list[str]:
    """The names of ``typing`` that the annotations use and nothing else in the module has."""
    return sorted(
        {name for text in annotations for name in _names(text) or () if name in TYPING} - set(taken)
    )


def _suffix(annotation: str, known: Collection[str]) -> str:
    return f": {annotation}" if _is_usable(annotation, known) else ""


def _returns(outputs: Sequence[Variable], known: Collection[str]) -> str:
    if not outputs:
        return " -> None"
    annotations = [item.annotation for item in outputs]
    if not all(_is_usable(annotation, known) for annotation in annotations):
        return ""
    if len(annotations) == 1:
        return f" -> {annotations[0]}"
    return f" -> tuple[{', '.join(annotations)}]"


def _is_usable(annotation: str, known: Collection[str]) -> bool:
    names = _names(annotation)
    return names is not None and all(name in known or hasattr(builtins, name) for name in names)


@lru_cache(maxsize=1024)
def _names(annotation: str) -> frozenset[str] | None:
    """The names that an annotation reads; None when it is not a type on one line."""
    if not annotation or "\n" in annotation or "#" in annotation:
        return None
    try:
        tree = ast.parse(annotation, mode="eval")
    except SyntaxError:
        return None
    allowed = (
        *(ast.Expression, ast.Name, ast.Load, ast.Attribute, ast.Subscript, ast.Tuple, ast.List),
        *(ast.BinOp, ast.BitOr, ast.Constant, ast.UnaryOp, ast.USub),
    )
    if not all(isinstance(node, allowed) for node in ast.walk(tree)):
        return None
    if isinstance(tree.body, ast.Tuple):
        return None
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
