"""Whether a notebook is the same as stages: equal, refused beforehand, or wrong."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import forked
from kernels import run_in_kernels, without_pixels
from running import Observed, Shown, run_functions, run_notebook, run_stages
from values import differences

from nb2pipe.analysis import analyse
from nb2pipe.model import Notebook, Pipeline

Outcome = Literal["equal", "refused", "wrong", "unusable"]


@dataclass(frozen=True)
class Verdict:
    """``unusable``: the notebook itself does not run. ``reason``: the code, or the difference."""

    outcome: Outcome
    reason: str = ""


def prove(notebook: Notebook, *, seconds: float = 20, kernels: bool = False) -> Verdict:
    """Run a notebook as cells, as stages and as functions, and compare all that can be seen.

    Args:
        notebook: the notebook.
        seconds: the processor's time that the notebook has.
        kernels: run the stages by papermill as well.
    """
    places = _ends(notebook)
    with _folder() as folder:
        try:
            expected = run_notebook(_in(notebook, folder), folder, places=places, seconds=seconds)
        except forked.TookTooLong:
            return Verdict("unusable", "too slow")
    if expected.failed:
        return Verdict("unusable", expected.failed)
    with _folder() as folder:
        pipeline = analyse(_in(notebook, folder))
        if pipeline.errors:
            finding = pipeline.errors[0]
            said = f"{finding.code} cell {finding.number} line {finding.line}: {finding.message}"
            return Verdict("refused", said)
        staged = run_stages(pipeline, folder, seconds=3 * seconds + 20)
    with _folder() as folder:
        called = run_functions(pipeline, folder, seconds=3 * seconds + 20)
    runs = [(expected, staged, called)]
    if kernels:
        with _folder() as folder:
            real = without_pixels(run_in_kernels(pipeline, folder))
        runs.append((without_pixels(expected), real, replace(called, outputs={}, values={})))
    if not any(compare(pipeline, places, *three) for three in runs):
        return Verdict("equal")
    again: list[Observed] = []
    for seed in (1, 2):  # what a measured time decides may come out alike twice
        with _folder() as folder:
            place = _in(notebook, folder)
            again.append(run_notebook(place, folder, places=places, seconds=3 * seconds, seed=seed))
        wrong = [text for three in runs for text in compare(pipeline, places, *three, again)]
        if not wrong:
            return Verdict("equal", "unstable")
    return Verdict("wrong", "\n".join(wrong))


def compare(
    pipeline: Pipeline,
    places: Mapping[str, str],
    expected: Observed,
    staged: Observed,
    called: Observed,
    again: Sequence[Observed] = (),
) -> list[str]:
    """In what the three runs differ, but for what differs between runs of the notebook."""
    said = [
        f"{form} failed: {run.failed}"
        for form, run in (("stages", staged), ("functions", called))
        if run.failed
    ]
    unstable = {cell for other in again for cell in unstable_cells(expected, other)}
    stable = {cell: cell not in unstable for cell in expected.outputs}
    for stage in pipeline.stages:
        cells = [cell.id for cell in stage.cells]
        for cell in cells:
            if stable[cell] and cell in staged.outputs:
                said += _different(f"cell {cell}", expected.outputs[cell], staged.outputs[cell])
        if stage.name in called.outputs and all(stable[cell] for cell in cells):
            shown = [item for cell in cells for item in expected.outputs[cell]]
            said += _different(
                f"function {stage.name}", _said(shown), _said(called.outputs[stage.name])
            )
        if stage.name not in places or stage.name not in expected.values:
            continue
        known = expected.values[stage.name]
        names: set[str] = set()
        for other in again:
            if stage.name in other.values:
                digests = other.values[stage.name].digests
                names |= {n for n, d in known.digests.items() if digests.get(n) != d}
        for form, run in (("stage", staged), ("function", called)):
            if stage.name in run.values:
                found = differences(known, run.values[stage.name], names)
                said += [f"{form} {stage.name}: {text}" for text in found]
    return said


def unstable_cells(one: Observed, other: Observed) -> set[str]:
    """The cells that do not show the same each time."""
    if not any(text for shown in one.outputs.values() for kind, text in shown if kind == "figure"):
        other = without_pixels(other)
    return {cell for cell, shown in one.outputs.items() if shown != other.outputs.get(cell)}


def _said(shown: Sequence[tuple[str, str]]) -> Shown:
    """What a function shows: all but bare last expressions, figures after the rest."""
    text = "".join(text for kind, text in shown if kind == "print")
    others = [item for item in shown if item[0] == "display"]
    figures = [item for item in shown if item[0] == "figure"]
    return [("print", text), *others, *figures]


def _different(place: str, expected: Shown, found: Shown) -> list[str]:
    if expected == found:
        return []
    for one, other in zip(expected, found, strict=False):
        if one != other:
            return [f"{place}: {one[0]} {_near(one[1], other[1])}"]
    return [f"{place}: {len(expected)} outputs ≠ {len(found)}: {expected[-1:]} ≠ {found[-1:]}"]


def _near(one: str, other: str) -> str:
    """Two texts where they begin to differ."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    start = max(0, at - 30)
    return f"{one[start : at + 120]!r} ≠ {other[start : at + 120]!r}"


def _ends(notebook: Notebook) -> dict[str, str]:
    """The last cell of every stage whose cells stand together; setup's values are its own."""
    current = ""
    order: list[tuple[str, str]] = []
    for cell in notebook.cells:
        if cell.kind != "code":
            continue
        named = [tag.removeprefix("stage:") for tag in cell.tags if tag.startswith("stage:")]
        if named:
            current = named[0]
        elif cell.tags and not named:
            continue
        if current:
            order.append((current, cell.id))
    ends: dict[str, str] = {}
    broken = set()
    last = ""
    for stage, cell in order:
        if stage != last and stage in ends:
            broken.add(stage)
        ends[stage] = cell
        last = stage
    return {stage: cell for stage, cell in ends.items() if stage not in broken}


def _in(notebook: Notebook, folder: Path) -> Notebook:
    return replace(notebook, path=folder / notebook.path.name)


@contextmanager
def _folder() -> Iterator[Path]:
    """An own folder of a name of constant length: nothing of it changes what is printed."""
    with tempfile.TemporaryDirectory(prefix="proof-") as made:
        yield Path(made).resolve()
