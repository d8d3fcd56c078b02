"""The runs, one after the other, and the verdict on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nb2pipe.errors import NotComparable
from nb2pipe.execution.secrecy import Mask
from nb2pipe.verification import runs, saved, stability
from nb2pipe.verification.comparison import Comparison
from nb2pipe.verification.kernels import Subject
from nb2pipe.verification.observation import Observation
from nb2pipe.verification.stability import Instability
from nb2pipe.verification.verdict import Counts, Difference, Status, Verdict

# More than this part of the values, and nothing can be said of the whole.
MANY = 0.1


def judge(subject: Subject) -> Verdict:
    """Run everything and compare.

    Args:
        subject: what is compared.

    Raises:
        NotComparable: the notebook fails.
        Nb2pipeError: see ``nb2pipe.verification.verify``.
    """
    seconds: dict[str, float] = {}
    notebook = _notebook(subject, "notebook", "the notebook in one kernel", seconds)
    subject.observed(notebook)
    comparison = Comparison(subject, notebook)
    subject.say("the pipeline, each stage under papermill")
    staged = runs.run_stages(subject)
    seconds["pipeline"] = staged.seconds
    comparison.with_stages(staged)
    subject.say("the stages' functions")
    called = runs.run_functions(subject)
    seconds["functions"] = called.seconds
    comparison.with_functions(called)
    found = Instability()
    if any(d.kind in ("value", "output", "state", "metric") for d in comparison.found.differences):
        text = "something differs: the notebook once more, to see whether it repeats itself"
        again = _notebook(subject, "again", text, seconds)
        found = stability.instability(comparison, again)
    return _verdict(subject, comparison, found, seconds)


def _notebook(subject: Subject, label: str, text: str, seconds: dict[str, float]) -> Observation:
    subject.say(text)
    observation = runs.run_notebook(subject, label)
    seconds[label] = observation.seconds
    if observation.failure is None:
        return observation
    failure = observation.failure
    cell = next((c for c in subject.pipeline.notebook.cells if c.id == failure.cell), None)
    where = str(subject.pipeline.notebook.path)
    if cell is not None:
        line = "" if failure.line is None else f", line {failure.line}"
        where = f"{where}, cell {cell.number} ({cell.id}){line}"
    raise NotComparable(
        f"the notebook itself fails: {failure.error}",
        place=where,
        advice="Repair the notebook until it runs from top to bottom in a fresh kernel.",
    )


def _verdict(
    subject: Subject, comparison: Comparison, found: Instability, seconds: dict[str, float]
) -> Verdict:
    real: list[Difference] = []
    random: list[Difference] = []
    clock: list[Difference] = []
    for difference in sorted(comparison.found.differences, key=lambda d: d.number):
        cause = stability.cause(difference, found, comparison)
        (real if cause is None else clock if cause else random).append(difference)
    uncomparable = sorted(comparison.found.uncomparable.values(), key=lambda u: not u.crosses)
    status, reason = _status(comparison, real, random, uncomparable)
    cells = {cell.id: cell.number for cell in subject.pipeline.notebook.cells}
    differs_in_file = saved.differences(comparison, found)
    mask = Mask({n for s in subject.project.stages for n in s.configuration.secrets})
    counted = comparison.found
    return Verdict(
        status=status,
        notebook=str(subject.pipeline.notebook.path),
        reason=reason,
        stages=len(subject.pipeline.stages),
        cells=len(comparison.order),
        parameters={name: repr(value) for name, value in subject.given.items()},
        counts=Counts(
            counted.values, counted.boundary, counted.outputs, counted.figures, counted.metrics
        ),
        differences=_masked(real, mask),
        close=_masked(counted.close, mask),
        unstable=_masked(random, mask),
        clock=_masked(clock, mask),
        entry=found.entry,
        entry_number=cells.get(found.entry, 0),
        uncomparable=tuple(replace(one, reason=mask.text(one.reason)) for one in uncomparable),
        saved=_masked(differs_in_file or (), mask),
        saved_compared=differs_in_file is not None,
        later=tuple(sorted(comparison.changed_later())),
        apart=tuple(sorted({name for pair in counted.apart for name in pair})),
        seconds={name: round(value, 1) for name, value in seconds.items()},
    )


def _status(
    comparison: Comparison,
    real: Sequence[Difference],
    random: Sequence[Difference],
    uncomparable: Sequence[Any],
) -> tuple[Status, str]:
    if real:
        return "different", "the pipeline does not compute what the notebook computes"
    if comparison.found.unobserved:
        names = ", ".join(dict.fromkeys(comparison.found.unobserved))
        return "incomparable", f"nothing was seen of the values after {names}"
    crossing = [one.name for one in uncomparable if one.crosses]
    if crossing:
        names = ", ".join(dict.fromkeys(crossing))
        return "incomparable", f"values that cross stages cannot be looked into: {names}"
    names_compared = max(1, len(comparison.names_compared))
    if len({one.name for one in uncomparable}) > MANY * names_compared:
        return "incomparable", "too many values cannot be looked into"
    if random:
        return "incomparable", "the notebook does not repeat itself where they differ"
    return "equal", "the pipeline computes what the notebook computes"


def _masked(differences: Sequence[Difference], mask: Mask) -> tuple[Difference, ...]:
    return tuple(replace(one, detail=mask.text(one.detail)) for one in differences)
