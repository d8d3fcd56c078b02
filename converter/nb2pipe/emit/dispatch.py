"""The form in which a run of the workflow is started by hand: one typed input per parameter.

What is typed there reaches ``nb2pipe run`` as JSON in an environment variable and is parsed there
as on the command line. A pipeline whose parameters do not fit the form (too many, names that
GitHub does not tell apart, a default that would not arrive as it is) gets a single input,
``params``, for a JSON object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from nb2pipe.emit.scalars import comment, is_one_line
from nb2pipe.errors import ParameterInvalid
from nb2pipe.model import Parameter
from nb2pipe.parameters import literal, parse
from nb2pipe.parameters.files import LARGEST_NUMBER

# GitHub allows 25 inputs; one is left for later.
MOST_INPUTS = 24


def lines(parameters: Sequence[Parameter]) -> list[str]:
    """The lines of YAML below ``workflow_dispatch:``, without indentation.

    Args:
        parameters: the parameters that some stage reads.
    """
    if not parameters:
        return []
    if has_form(parameters):
        entries = [line for parameter in parameters for line in _input(parameter)]
    else:
        names = ", ".join(parameter.name for parameter in parameters)
        entries = [
            "params:",
            f"  description: {quoted(_inert(f'Values as a JSON object; names: {names}'))}",
            "  type: string",
            '  default: "{}"',
        ]
    return ["inputs:", *(f"  {line}" for line in entries)]


def has_form(parameters: Sequence[Parameter]) -> bool:
    """Whether each parameter can have an input of its own."""
    names = [parameter.name for parameter in parameters]
    return (
        len(names) <= MOST_INPUTS
        and all(name.isascii() for name in names)
        and len({name.lower() for name in names}) == len(names)
        and all(_typed(parameter) is not None for parameter in parameters)
    )


def quoted(text: str) -> str:
    """A text as a double-quoted scalar of YAML, on one line."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _input(parameter: Parameter) -> Iterator[str]:
    kind, default = _typed(parameter) or ("string", '""')
    about = parameter.help or parameter.name
    if parameter.annotation:
        about = f"{about} ({parameter.annotation})"
    yield f"{parameter.name}:"
    yield f"  description: {quoted(_inert(comment(about)))}"
    yield f"  type: {kind}"
    if kind == "choice":
        yield "  options:"
        for choice in parameter.choices:
            yield f"    - {quoted(_text(parameter, choice) or '')}"
    yield f"  default: {default}"


def _typed(parameter: Parameter) -> tuple[str, str] | None:
    """The input's type and default as YAML; None when the default would not arrive as it is."""
    value = parameter.default
    texts = [_text(parameter, choice) for choice in parameter.choices]
    if texts:
        default = _text(parameter, value)
        if None in texts or default is None or default not in texts or "" in texts:
            return None
        return "choice", quoted(default)
    if parameter.kinds == ("bool",) and isinstance(value, bool):
        return "boolean", str(value).lower()
    if parameter.kinds == ("int",) and type(value) is int and abs(value) <= LARGEST_NUMBER:
        return "number", str(value)
    if parameter.kinds == ("float",) and type(value) is float and _is_ordinary(value):
        mantissa, exponent, power = repr(value).partition("e")
        return "number", f"{mantissa}{'' if '.' in mantissa else '.0'}{exponent}{power}"
    text = _text(parameter, value)
    return None if text is None else ("string", quoted(text))


def _is_ordinary(value: float) -> bool:
    return value - value == 0 and repr(value) != "-0.0"


def _text(parameter: Parameter, value: Any) -> str | None:
    """What to type for a value, or None when nothing would give it."""
    if isinstance(value, bool):
        text = str(value).lower()
    else:
        text = value if isinstance(value, str) else literal(value)
    if not is_one_line(text) or "${{" in text or text != text.strip():
        return None
    try:
        typed = parse(parameter, text)
    except ParameterInvalid:
        return None
    return text if repr(typed) == repr(value) else None


def _inert(text: str) -> str:
    """A text in which GitHub finds no expression, where it allows none."""
    return text.replace("${{", "$ {{")


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if is_one_line(character) else f"\\U{ord(character):08x}"
