"""When a pipeline runs by itself: a line of cron, as GitHub reads it."""

from __future__ import annotations

import re
from typing import NoReturn

from nb2pipe.errors import SettingInvalid

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_FIELDS: tuple[tuple[str, int, int, list[str]], ...] = (
    ("minute", 0, 59, []),
    ("hour", 0, 23, []),
    ("day of the month", 1, 31, []),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 6, _DAYS),
)
_ITEM = re.compile(r"(\*|\w+(?:-\w+)?)(?:/([0-9]+))?", re.ASCII)


def checked(schedule: object, place: str) -> str:
    """A schedule in one spelling: five fields with one blank between.

    Args:
        schedule: the setting as found.
        place: where it was found, for messages.

    Raises:
        SettingInvalid: it is no text of five fields, or a field holds what it may not.
    """
    fields = schedule.split() if isinstance(schedule, str) else []
    if len(fields) != len(_FIELDS):
        _refuse("the schedule is not five fields with blanks between", place)
    for text, (name, low, high, names) in zip(fields, _FIELDS, strict=True):
        for item in text.split(","):
            match = _ITEM.fullmatch(item)
            bounds = [] if match is None or match[1] == "*" else match[1].split("-")
            numbers = [_number(bound, low, names) for bound in bounds]
            if (
                match is None
                or not all(low <= number <= high for number in numbers)
                or numbers != sorted(numbers)
                or (match[2] is not None and not 0 < int(match[2]) <= high)
            ):
                _refuse(f"`{item}` is no {name} of a schedule", place)
    return " ".join(fields)


def _number(text: str, low: int, names: list[str]) -> int:
    if text.lower() in names:
        return low + names.index(text.lower())
    return int(text) if text.isascii() and text.isdigit() else -1


def _refuse(message: str, place: str) -> NoReturn:
    raise SettingInvalid(
        message,
        place=place,
        advice="Write minute, hour, day, month, weekday (UTC): `30 4 * * 1` is Mondays at 4:30.",
    )
