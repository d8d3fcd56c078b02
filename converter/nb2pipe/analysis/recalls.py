"""Functions that keep their results, called in several stages.

A stage that calls one starts with an empty cache. Nothing shows that, unless a run of the function
does more than return, its result can be told from an equal one, or depends on what has changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb2pipe.analysis.effect import Recall
from nb2pipe.analysis.history import History
from nb2pipe.analysis.placement import code_names
from nb2pipe.analysis.regions import Regions
from nb2pipe.analysis.rules import nb310_kept_results
from nb2pipe.analysis.units import CODE, Unit
from nb2pipe.model import Diagnostic


def called_anew(units: Sequence[Unit], history: History, regions: Regions) -> Iterator[Diagnostic]:
    """NB310: functions that keep results, and are called in several stages where that shows.

    Args:
        units: all units, in the notebook's order.
        history: what happened to every name.
        regions: what values lie in.
    """
    calls: dict[str, list[tuple[Unit, Recall]]] = {}
    for unit in units:
        for name, recall in unit.effect.recalls.items():
            calls.setdefault(name, []).append((unit, recall))
    for name, found in calls.items():
        first = found[0][0].stage
        later = next(((unit, recall) for unit, recall in found if unit.stage != first), None)
        if later is None:
            continue
        shows = _shows(name, [recall for _, recall in found], units, history, regions)
        if shows:
            unit, recall = later
            bound = history.of(name)[0].unit.values.get(name)
            what = f"a method of `{name}`" if bound and bound.kind == "class" else f"`{name}`"
            place = unit.place(recall.position)
            yield nb310_kept_results.diagnostic(place, what, shows, first, unit.stage)


def _shows(
    name: str,
    calls: Sequence[Recall],
    units: Sequence[Unit],
    history: History,
    regions: Regions,
) -> str:
    """By what a second run of the function can be told from a result that it kept; "": nothing."""
    for call in calls:
        if call.shows:
            return call.shows
    if any(call.reads_files for call in calls) and any(unit.effect.file_writes for unit in units):
        return "reads a file that may change"
    if variable := _changing(name, history, set()):
        return f"reads `{variable}`, which changes"
    keeps = {region for call in calls for region in call.keeps}
    if keeps and _is_told(name, keeps, units, history, regions):
        return "returns the same object again"
    return ""


def _is_told(
    name: str, keeps: set[int], units: Sequence[Unit], history: History, regions: Regions
) -> bool:
    """Whether kept results are changed, compared by identity, or bound to names in two stages."""
    if any(event.kind == "change" for event in history.of(name)):
        return True
    kept = regions.reach(keeps)
    if any(unit.effect.identified & kept for unit in units):
        return True
    holding = regions.reaching(keeps)
    stages = {
        unit.stage
        for unit in units
        for bound, value in unit.values.items()
        if bound != name and not holding.isdisjoint(value.own)
    }
    return len(stages) > 1


def _changing(name: str, history: History, seen: set[str]) -> str:
    """A variable that code reads, and that is not always the same; "" when there is none."""
    seen.add(name)
    for event in history.of(name):
        if event.unit.role not in CODE:
            continue
        for other in sorted(code_names(event.unit) - seen):
            events = history.of(other)
            if any(e.unit.role in CODE for e in events):
                if found := _changing(other, history, seen):
                    return found
            elif len(events) > 1 and not history.only_imports(other):
                return other
    return ""
