"""Two forms compared: equal, close, different, and where."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass
from typing import Any, Literal

from nb2pipe.verification.observation import Form, numbers

CLOSE = 1e-9

Likeness = Literal["equal", "close", "different"]


@dataclass(frozen=True)
class Comparison:
    """How two values compare; ``path`` is the first part that differs, ``detail`` says how."""

    likeness: Likeness
    path: str = ""
    detail: str = ""


EQUAL = Comparison("equal")


def compare(one: Form, other: Form) -> Comparison:
    """Compare the notebook's value with that of another run.

    Args:
        one: the form of the notebook's.
        other: the form of the other.
    """
    if one["exact"] == other["exact"]:
        return _references(one, other)
    if one["skeleton"] != other["skeleton"]:
        return _first_token(one, other)
    return _numbers(one, other)


def _references(one: Form, other: Form) -> Comparison:
    """Functions are alike; is what they refer to, where both find it?"""
    common = one["references"].keys() & other["references"].keys()
    for place in sorted(common):
        if one["references"][place] != other["references"][place]:
            path, _, name = place.rpartition(":")
            return Comparison("different", path, f"it refers to {name}, which has another value")
    return EQUAL


def _first_token(one: Form, other: Form) -> Comparison:
    for left, right in zip(one["entries"], other["entries"], strict=False):
        if list(left) != list(right):
            return Comparison("different", left[0], f"{_said(left)} → {_said(right)}")
    if one["leaves"] != other["leaves"]:
        detail = f"{one['leaves']} parts → {other['leaves']} parts"
    else:
        detail = "it differs in a part further on"
    return Comparison("different", "", detail)


def _said(entry: Any) -> str:
    _, text, preview = entry
    said = str(preview or text)
    return said if len(said) <= 80 else f"{said[:79]}…"


def _numbers(one: Form, other: Form) -> Comparison:
    left, right = numbers(one), numbers(other)
    worst, most, most_at = -1, 0.0, -1
    for position, (a, b) in enumerate(zip(left, right, strict=True)):
        if a == b or (a != a and b != b):
            continue
        apart = _apart(a, b)
        if apart >= CLOSE:
            worst = position
            break
        if apart > most:
            most, most_at = apart, position
    if worst >= 0:
        path = _place(one, worst)
        return Comparison("different", path, f"{left[worst]!r} → {right[worst]!r}")
    detail = f"differs by at most {most:.1e} relative" if most else "differs in the sign of zero"
    return Comparison("close", _place(one, max(most_at, 0)), detail)


def close(one: float, other: float) -> bool:
    """Whether two numbers differ by less than what counts, relative to the larger one."""
    return one == other or _apart(one, other) < CLOSE


def _apart(one: float, other: float) -> float:
    """The difference relative to the larger number; 1 where one is not finite."""
    if not (math.isfinite(one) and math.isfinite(other)):
        return 1.0
    return abs(one - other) / max(abs(one), abs(other))


def _place(form: Form, position: int) -> str:
    """The path of a number."""
    places = form["places"]
    index = bisect.bisect_right([offset for offset, _ in places], position) - 1
    if index < 0:
        return ""
    offset, path = places[index]
    following = places[index + 1][0] if index + 1 < len(places) else form["count"]
    return f"{path}[{position - offset}]" if following - offset > 1 else str(path)
