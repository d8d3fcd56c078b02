"""Values as YAML that PyYAML, and Ploomber on top of it, read back exactly.

Ploomber turns every text that Python or YAML could take for another value (``1``, ``true``,
``null``, ``[1]``) into that value, and renders every text with Jinja. Text that it would
change stands in a second pair of quotes: it reads that as a Python literal, and gets the text.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import Any

WORDS = frozenset({"true", "false", "null", "none"})
# What opens a Jinja expression, statement or comment, or one of Ploomber's own placeholders.
_OPENINGS = ("{{", "{%", "{#", "[[")
# A fixed list: what Python calls printable grows from version to version.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def changes(text: str) -> bool:
    """Whether Ploomber would read something else than this text, or YAML would fold it."""
    return (
        text.lower() in WORDS
        or text[:1] in ("'", '"')
        or any(opening in text for opening in _OPENINGS)
        or not is_one_line(text)
        or _is_literal(text)
    )


def literal(value: object) -> str:
    """A value as a Python literal in ASCII that holds nothing that Jinja would render.

    Args:
        value: None, a bool, int, float or str, or a list, tuple or dict of such.
    """
    if isinstance(value, str):
        text = value.encode("unicode_escape").decode("ascii").replace('"', r"\"")
        if any(opening in text for opening in _OPENINGS):
            text = text.replace("{", r"\x7b").replace("[", r"\x5b")
        return f'"{text}"'
    if isinstance(value, list | tuple):
        items = ", ".join(literal(item) for item in value)
        if isinstance(value, list):
            return f"[ {items}]" if items.startswith("[") else f"[{items}]"
        return f"({items},)" if len(value) == 1 else f"({items})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    return repr(value).replace("inf", "1e999")  # Python has no literal for infinity


def plain(value: Any) -> Any:
    """A value in the form in which it is written: itself where that is safe, else its literal."""
    if isinstance(value, str):
        return literal(value) if changes(value) else value
    if isinstance(value, list | tuple | dict):
        return value if _is_plain(value) else literal(value)
    return value


def read_back(value: Any) -> Any:
    """Undo ``plain`` for text: ``'"1"'`` is the text ``1``; other values are themselves."""
    if isinstance(value, str) and value[:1] in ("'", '"'):
        try:
            text = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            return value
        return text if isinstance(text, str) else value
    return value


def entry(name: str, value: Any) -> str:
    """A key and its value as one line of YAML; the value must be ``plain``."""
    return f"{key(name)}: {_flow(value)}"


def scalar(text: str) -> str:
    """A text as it stands in a line of YAML, quoted where that is needed."""
    return _flow(plain(text))


def key(name: str) -> str:
    """A key as it stands in a line of YAML; Ploomber leaves keys as they are."""
    return _flow(name)


def comment(text: str) -> str:
    """Somebody's text in a line's comment: one line, nothing that YAML cannot hold."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def is_one_line(text: str) -> bool:
    """Whether a text holds nothing that breaks a line or that YAML cannot hold as it is."""
    return _CONTROLS.search(text) is None


def _flow(value: Any) -> str:
    import yaml

    text: str = yaml.safe_dump(
        [value],
        allow_unicode=True,
        default_flow_style=True,
        sort_keys=False,
        width=float("inf"),
    )
    return text.removesuffix("\n")[1:-1]


def _is_plain(value: object) -> bool:
    """Whether a list or dict can be written as YAML: no tuples, nothing that Ploomber changes."""
    if isinstance(value, dict):
        return all(
            isinstance(key, str) and key.isidentifier() and "__" not in key and _is_plain(item)
            for key, item in value.items()
        )
    if isinstance(value, list):
        return not any(isinstance(item, list) for item in value[:1]) and all(map(_is_plain, value))
    return not isinstance(value, tuple) and not (isinstance(value, str) and changes(value))


def _is_literal(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
