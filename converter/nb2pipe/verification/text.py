"""The verdict as text that fits one screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb2pipe.verification.verdict import Difference, Verdict

MOST = 5
WIDTH = 100
_TITLES = {"equal": "equal", "different": "DIFFERENT", "incomparable": "CANNOT BE COMPARED"}


def lines(verdict: Verdict) -> Iterator[str]:
    """The lines of a verdict.

    Args:
        verdict: what was found.
    """
    yield f"{verdict.notebook}: {_TITLES[verdict.status]}: {verdict.reason}"
    counts = verdict.counts
    yield (
        f"  compared: {_many(counts.values, 'value')} ({counts.boundary_values} that cross stages),"
        f" {_many(counts.outputs, 'output')}, {_many(counts.figures, 'figure')},"
        f" {_many(counts.metrics, 'metric')};"
        f" {_many(verdict.cells, 'cell')} in {_many(verdict.stages, 'stage')}"
    )
    if verdict.differences:
        first = verdict.differences[0]
        yield f"  first: {_where(first)}: {_what(first)}"
        yield from _list(verdict.differences[1:], "then")
    if verdict.unstable or verdict.entry:
        yield (
            f"  not repeated by the notebook itself: {_many(len(verdict.unstable), 'difference')};"
            f" randomness enters in cell {verdict.entry_number} ({verdict.entry})"
            if verdict.entry
            else f"  not repeated by the notebook itself: {len(verdict.unstable)}"
        )
        yield from _list(verdict.unstable, "random")
    if verdict.clock:
        yield f"  times and addresses, which differ by nature: {_cells(verdict.clock)}"
    if verdict.close:
        worst = verdict.close[0]
        yield (
            f"  close: {_many(len(verdict.close), 'value')} with floats that differ by less than"
            f" 1e-9 relative, first {worst.name} in cell {worst.number}: {worst.detail}"
        )
    if verdict.uncomparable:
        yield f"  cannot be looked into: {_many(len(verdict.uncomparable), 'value')}"
        for one in verdict.uncomparable[:MOST]:
            yield _cut(f"    {one.name} ({one.type}), cell {one.number}: {one.reason}")
    if verdict.later:
        yield _cut(
            "  not compared at the end, since only later cells outside their stages changed them:"
            f" {', '.join(verdict.later)}"
        )
    if verdict.apart:
        yield _cut(
            "  memory that they share in the notebook is not compared, since different stages make"
            f" them and none changes it: {', '.join(verdict.apart)}"
        )
    if verdict.saved:
        yield (
            f"  saved outputs: {_many(len(verdict.saved), 'cell')} of the file show something else"
            " than a fresh run (hidden state of the session that saved them)"
        )
        yield from _list(verdict.saved, "saved")
    times = ", ".join(f"{name} {value:.1f} s" for name, value in verdict.seconds.items())
    yield f"  took: {times}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _where(one: Difference) -> str:
    stage = f", stage {one.stage}" if one.stage else ""
    return f"cell {one.number} ({one.cell}){stage}"


def _what(one: Difference) -> str:
    by = "in the functions" if one.run == "functions" else "in the pipeline"
    match one.kind:
        case "output":
            said = f"output {by}" if one.run != "saved" else "output"
        case "failure":
            said = f"fails {by}"
        case "metric":
            said = f"metric {one.path} {by}"
        case "sharing":
            said = f"{one.name} {by}"
        case _:
            said = f"variable {one.name}{one.path if one.path != one.name else ''} {by}"
    return f"{said}: {one.detail}"


def _list(differences: Sequence[Difference], label: str) -> Iterator[str]:
    for one in differences[:MOST]:
        yield _cut(f"    {label}: {_where(one)}: {_what(one)}")
    if len(differences) > MOST:
        yield f"    … and {len(differences) - MOST} more (--json lists all)"


def _cells(differences: Sequence[Difference]) -> str:
    named = dict.fromkeys(f"cell {d.number}{f' {d.name}' if d.name else ''}" for d in differences)
    return _cut(", ".join(named))


def _cut(text: str) -> str:
    line = " ".join(text.split("\n"))
    return line if len(line) <= 2 * WIDTH else f"{line[: 2 * WIDTH - 1]}…"
