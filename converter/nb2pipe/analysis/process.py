"""Hidden state of the process: working directory, environment, ``sys.path``, libraries' settings.

A statement that does nothing but make a setting is *replayed* at the start of later stages. What
cannot be replayed (a setting made by a loop or in the middle of other work, the working directory)
is *carried*: the state as it stood at a stage's end is handed on like a random generator's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb2pipe.analysis.groups import group_of
from nb2pipe.analysis.units import Unit


def carry(units: Sequence[Unit]) -> None:
    """Choose the groups that are carried, and note who alters and who sees them."""
    carried = set(_unreplayable(units))
    while True:
        # A statement that sets two groups is either replayed or work.
        more = {
            group
            for unit in units
            if carried & (groups := _groups(unit))
            for group in groups - carried
            if group
        }
        if not more:
            break
        carried |= more
    if not carried:
        return
    for unit in units:
        altered = carried & (_groups(unit) | unit.effect.alters)
        unit.effect.alters |= altered
        if altered and unit.role == "setting":
            unit.role = "work"
        if unit.role == "work":
            unit.effect.sees |= carried


def _groups(unit: Unit) -> set[str]:
    return {group_of(setting) for setting in unit.effect.settings}


def _unreplayable(units: Sequence[Unit]) -> Iterator[str]:
    """Groups that cannot be set again as they were, and matter to a later stage.

    Something other than a setting changes them, or a setting reads what is another thing later.
    """
    bound: dict[str, int] = {}
    for unit in units:
        bound.update(dict.fromkeys([*unit.effect.touched, *unit.effect.changes], unit.index))
    last = units[-1].stage if units else ""
    others = max((unit.index for unit in units if unit.stage != last), default=-1)
    for unit in units:
        if unit.stage == last and unit.index > others:
            continue
        yield from unit.effect.alters
        later = any(bound.get(name, -1) > unit.index for name in unit.effect.every_read)
        if unit.role != "setting" or later:
            yield from _groups(unit) - {""}
