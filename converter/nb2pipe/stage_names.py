"""Which names a stage may have, and which one was probably meant."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable

# `shared`, `tasks`, `tests` and `setup` are nb2pipe's own; the others cannot be files on Windows.
RESERVED = {"shared", "tasks", "tests", "setup"}
_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in "0123456789"
}
_LONGEST = 64


def problem(name: str) -> str:
    """Why a stage cannot have this name, to follow "the stage name …"; "" when it can."""
    if not name:
        return "is empty"
    if name in RESERVED:
        return "is reserved: the generated project has a file or folder of that name"
    if name in _DEVICES:
        return "is the name of a device on Windows, where no file can have it"
    if keyword.iskeyword(name):
        return "is a keyword of Python"
    if not name.isidentifier() or unicodedata.normalize("NFKC", name) != name:
        return "is not a Python identifier"
    if name != name.lower():
        return "is not lower-case"
    if name.startswith("__") or not name.strip("_"):
        return "has too many underscores"
    if len(name) > _LONGEST:
        return f"is longer than {_LONGEST} characters"
    return ""


def proposal(text: str) -> str:
    """A valid stage name as close as possible to the text."""
    name = unicodedata.normalize("NFKC", text).lower()
    name = unicodedata.normalize("NFKC", re.sub(r"\W+", "_", name)).strip("_")[:_LONGEST]
    if name and not name.isidentifier():
        name = "stage_" + name[: _LONGEST - 6]
    if problem(name):
        name = f"{name}_stage".strip("_") if name else "load"
    return "load" if problem(name) else name


def unique(name: str, taken: Collection[str]) -> str:
    """The name, with a number when it is taken: ``load_2``."""
    number = 1
    result = name
    while result in taken:
        number += 1
        ending = f"_{number}"
        result = name[: _LONGEST - len(ending)] + ending
    return result


def one_typo_apart(one: str, other: str) -> bool:
    """Whether one letter too many, too few, wrong, or two exchanged, make one of the other.

    Digits and one-letter endings (``model_a``, ``model_b``) tell names apart on purpose.
    """
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1 or one == other or len(other) < 4:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :] and other[at].isalpha()
    if one[at + 1 :] == other[at + 1 :]:
        ending = re.compile(r"(^|_)\w$").search
        letters = one[at].isalpha() and other[at].isalpha()
        return letters and not (at == len(one) - 1 and ending(one) and ending(other))
    exchanged = one[at : at + 2] == other[at : at + 2][::-1] and one[at : at + 2].isalpha()
    return exchanged and one[at + 2 :] == other[at + 2 :]


def one_letter_less(name: str) -> set[str]:
    """The name, and it without any one letter: names one typing error apart share one of these."""
    return {name, *(name[:at] + name[at + 1 :] for at in range(len(name)))}


def nearest(name: str, names: Iterable[str]) -> str:
    """The name most like the given one; "" when none is alike."""
    import difflib

    found = difflib.get_close_matches(name, list(names), n=1)
    return found[0] if found else ""
