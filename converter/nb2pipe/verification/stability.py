"""What two runs of the notebook itself do not have in common, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from nb2pipe.verification import outputs, values
from nb2pipe.verification.comparison import Comparison
from nb2pipe.verification.observation import Observation
from nb2pipe.verification.verdict import Difference

# What asks for the time, for the number of the process, or for an address.
_CLOCK = re.compile(
    r"\bid(?=\()|\b(?:time|perf_counter|monotonic|process_time|datetime|now|today|utcnow|timeit|default_timer"
    r"|Timestamp|getpid|clock|ctime|asctime|strftime|timestamp)\b"
)
_TIMES = re.compile(
    r"float|int|str|datetime\..*|time\.struct_time|numpy\.(?:float|datetime)64|.*\.Time\w+"
)
_LONG = 4  # digits that no two times have in common


@dataclass
class Instability:
    """Cells and names that differ between two runs of the notebook.

    ``again`` is the second run; ``values`` and ``outputs`` say for each whether it differs as times
    do; ``states`` are cells and global generators whose state after them differs. ``entry`` is the
    first cell in which something else differs.
    """

    again: Observation | None = None
    values: dict[tuple[str, str], bool] = field(default_factory=dict)
    outputs: dict[str, bool] = field(default_factory=dict)
    states: set[tuple[str, str]] = field(default_factory=set)
    entry: str = ""


def instability(comparison: Comparison, again: Observation) -> Instability:
    """Compare a second run of the notebook with the first.

    Args:
        comparison: has the first run.
        again: the second.
    """
    found = Instability(again)
    first = comparison.notebook
    sources = {cell.id: cell.source for cell in comparison.pipeline.notebook.cells}
    clocks: set[str] = set()
    for cell in comparison.order:
        source = sources[cell]
        left, right = first.snapshots.get(cell), again.snapshots.get(cell)
        looks = _CLOCK.search(source) is not None
        random = False
        if left is not None and right is not None:
            for name in sorted(left.values.keys() & right.values.keys()):
                if left.values[name] == right.values[name]:
                    continue
                one, other = first.form(left.values[name]), again.form(right.values[name])
                if values.compare(one, other).likeness != "different":
                    continue
                time = name in clocks or (looks and _TIMES.fullmatch(one["type"]) is not None)
                clocks |= {name} if time else set()
                found.values[cell, name] = time
                random = random or not time
            moved = {name for name in left.states if left.states[name] != right.states.get(name)}
            found.states |= {(cell, name) for name in moved}
            random = random or bool(moved)
        mentions = looks or any(re.search(rf"\b{name}\b", source) for name in clocks)
        shown = _shown(comparison, first, again, cell, mentions)
        if shown is not None:
            found.outputs[cell] = shown
            random = random or not shown
        if random and not found.entry:
            found.entry = cell
    return found


def _shown(
    comparison: Comparison, first: Observation, again: Observation, cell: str, looks: bool
) -> bool | None:
    """Whether the outputs of a cell differ: None they do not, True as times do, else False."""
    one, other = comparison.shown(first, cell), comparison.shown(again, cell)

    def same(left: str, right: str) -> bool:
        return values.compare(first.form(left), again.form(right)).likeness != "different"

    if not outputs.difference(one, other, same):
        return None
    return alike_but_for_times(one, other, looks)


def alike_but_for_times(
    one: list[outputs.Shown], other: list[outputs.Shown], numbers: bool
) -> bool:
    """Whether outputs agree once times are masked.

    Args:
        one: what a cell showed.
        other: what it showed in another run.
        numbers: the cell looks at the clock: numbers may be times.
    """
    return not outputs.difference(_masked(one, numbers), _masked(other, numbers))


def _masked(shown: list[outputs.Shown], numbers: bool) -> list[outputs.Shown]:
    found = []
    for one in shown:
        data = {}
        for mime, text in one.data.items():
            if mime.startswith("image/") or not isinstance(text, str):
                data[mime] = text
                continue
            text = outputs.masked_clock(text)
            data[mime] = outputs.masked_numbers(text) if numbers else text
        found.append(outputs.Shown(one.kind, data))
    return found


def cause(difference: Difference, found: Instability, comparison: Comparison) -> bool | None:
    """Whether the notebook itself does not repeat what differs.

    Args:
        difference: what differs in another run.
        found: what differs between two runs of the notebook.
        comparison: has the runs.

    Returns:
        None: it does repeat it; True: it differs as times do; False: it is random.
    """
    if difference.kind == "output":
        return _cause_of_output(difference, found, comparison)
    if difference.kind == "state":
        return False if (difference.cell, difference.name) in found.states else None
    if difference.kind not in ("value", "metric"):
        return None
    name = difference.name.removesuffix(" predictions")
    if (difference.cell, name) in found.values:
        return found.values[difference.cell, name]
    elsewhere = [time for (_, other), time in found.values.items() if other == name]
    return all(elsewhere) if elsewhere else None


def _cause_of_output(
    difference: Difference, found: Instability, comparison: Comparison
) -> bool | None:
    if difference.run == "functions":
        cells = [cell.id for cell in comparison.pipeline.stage(difference.stage).cells]
    else:
        cells = [difference.cell]
    known = [found.outputs[cell] for cell in cells if cell in found.outputs]
    if not known:
        return None
    if not all(known):
        return False
    # Apart from the times, the outputs must still be the same.
    one = comparison.side(difference, comparison.notebook)
    run = comparison.called if difference.run == "functions" else comparison.staged
    other = comparison.side(difference, run)
    if not alike_but_for_times(one, other, numbers=True):
        return None
    again = one if found.again is None else comparison.side(difference, found.again)
    return True if agree_on_numbers(one, again, other) else None


def agree_on_numbers(
    one: list[outputs.Shown], again: list[outputs.Shown], other: list[outputs.Shown]
) -> bool:
    """Whether long numbers that the notebook shows each time are shown by the other run, too.

    Short ones may be times that happen to be rounded alike.

    Args:
        one: what the notebook showed.
        again: what it showed the second time.
        other: what the other run showed.
    """
    for three in zip(one, again, other, strict=False):
        for mime in three[0].data:
            texts = [str(side.data.get(mime, "")) for side in three]
            if mime.startswith("image/"):
                continue
            found = [outputs.numbers(text) for text in texts]
            if any(
                first == second != third and len(first.replace(".", "").lstrip("0")) >= _LONG
                for first, second, third in zip(*found, strict=False)
            ):
                return False
    return True
