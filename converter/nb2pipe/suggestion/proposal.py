"""``suggest``: a tagging for a notebook without stages, with a reason for every cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nb2pipe import stage_names
from nb2pipe.analysis.passes import analysed
from nb2pipe.evidence import facts
from nb2pipe.fixes.edits import applied
from nb2pipe.model import (
    Cell,
    Diagnostic,
    Fix,
    Notebook,
    Pipeline,
    SetTags,
    SuggestedStage,
    Suggestion,
)
from nb2pipe.suggestion import headings, names, survey
from nb2pipe.suggestion.cuts import Piece, cheapest, crossing, kept_together
from nb2pipe.tag_vocabulary import METRICS, is_ours, stage_name

# Each merge of stages that `check` refuses is an analysis of the whole notebook.
_MOST_MERGES = 12
# A notebook that takes less is cut by its cells alone: times so short say nothing.
_LEAST_SECONDS = 1.0


def suggest(notebook: Notebook) -> Suggestion:
    """Propose stages for the cells of a notebook that have no tags.

    Cells with tags of nb2pipe keep them; below the first ``stage:`` tag nothing is proposed.

    Args:
        notebook: the notebook as read.

    Returns:
        The stages with a reason for each, the tags that make them, and notes. The same notebook
        always gets the same proposal. When no proposal passes ``check``, the notes say why.
    """
    begun = survey.roles(notebook)
    if not begun:
        found = analysed(notebook, "notebook").diagnostics
        return Suggestion(notes=tuple(f"{d.message}. {d.advice}" for d in found))
    free = list(_free(notebook))
    if not free:
        return Suggestion(notes=("Every cell that holds code has tags or a stage already.",))
    notes = []
    if any(stage_name(tag) for cell in notebook.cells for tag in cell.tags):
        notes.append("Cells below the first `stage:` tag belong to a stage and keep it.")
    best: _Draft | None = None
    for draft in _drafts(notebook, free):
        if best is None or len(draft.errors) < len(best.errors):
            best = draft
        if not best.errors:
            break
    if best is None:
        return Suggestion(notes=(*notes, "There is no work to make stages of."))
    return best.suggestion(notes)


def document(suggestion: Suggestion) -> dict[str, Any]:
    """The suggestion as ``suggest --json`` writes it."""
    return {
        "stages": [
            {"name": stage.name, "cells": list(stage.cells), "reason": stage.reason}
            for stage in suggestion.stages
        ],
        "changes": [
            {"cell": change.cell, "tags": list(change.tags)} for change in suggestion.changes
        ],
        "notes": list(suggestion.notes),
    }


def _free(notebook: Notebook) -> Iterator[Cell]:
    """The code cells without tags of ours, above the first stage; ``metrics`` may be there."""
    for cell in notebook.cells:
        if cell.kind != "code":
            continue
        if any(stage_name(tag) for tag in cell.tags):
            return
        ours = [tag for tag in cell.tags if is_ours(tag) and tag not in METRICS]
        if cell.source.strip() and not ours:
            yield cell


@dataclass(frozen=True)
class _Draft:
    """A tagging to be looked at. ``starts`` are positions in ``work``."""

    notebook: Notebook
    work: tuple[Cell, ...]
    pieces: tuple[Piece, ...]
    above: dict[str, list[headings.Heading]]
    starts: tuple[int, ...]
    others: tuple[SetTags, ...]
    errors: tuple[Diagnostic, ...] = ()

    def groups(self) -> list[tuple[Cell, ...]]:
        ends = [*self.starts[1:], len(self.work)]
        return [self.work[a:b] for a, b in zip(self.starts, ends, strict=True)]

    def stages(self) -> list[SuggestedStage]:
        taken: set[str] = {
            name for cell in self.notebook.cells for t in cell.tags if (name := stage_name(t))
        }
        crossed = crossing(self.pieces, self.starts)
        result: list[SuggestedStage] = []
        for group, crossing_names in zip(self.groups(), crossed, strict=True):
            heading = self._heading(group)
            name = headings.name(heading) if heading else ""
            name = stage_names.unique(name or names.from_code(c.source for c in group), taken)
            taken.add(name)
            reason = self._reason(group[0], sorted(crossing_names), first=not result)
            result.append(SuggestedStage(name, tuple(cell.id for cell in group), reason))
        return result

    def _heading(self, group: Sequence[Cell]) -> headings.Heading | None:
        """The heading right above the group, else the topmost one within it."""
        own = self.above.get(group[0].id, [])
        if own:
            return own[-1]
        inside = [heading for cell in group[1:] for heading in self.above.get(cell.id, ())]
        return min(inside, key=lambda heading: heading.level, default=None)

    def _reason(self, cell: Cell, crossed: Sequence[str], *, first: bool) -> str:
        own = self.above.get(cell.id, [])
        where = "the first cell of work" if first else "little crosses here"
        if own:
            where = f"begins at the heading “{own[-1].text}”"
        if not crossed:
            return f"{where}; takes nothing from above"
        shown = ", ".join(crossed[:6]) + (" …" if len(crossed) > 6 else "")
        return f"{where}; takes {len(crossed)} from above: {shown}"

    def changes(self) -> tuple[SetTags, ...]:
        stages = zip(self.groups(), self.stages(), strict=True)
        tags = [SetTags(g[0].id, (f"stage:{stage.name}", *g[0].tags)) for g, stage in stages]
        order = {cell.id: cell.number for cell in self.notebook.cells}
        return tuple(sorted([*self.others, *tags], key=lambda change: order[change.cell]))

    def checked(self) -> Pipeline:
        return analysed(applied(self.notebook, Fix("", self.changes())), "notebook")

    def suggestion(self, notes: Sequence[str]) -> Suggestion:
        more = list(notes)
        numbers = {cell.id: cell.number for cell in self.notebook.cells}
        for change in self.others:
            if "parameters" in change.tags:
                more.append(
                    f"Cell {numbers[change.cell]} holds plain values only: proposed as the "
                    "parameters of the pipeline."
                )
        if self.errors:
            first = self.errors[0]
            place = f"cell {first.number}: " if first.number else ""
            more.append(
                f"`check` refuses the notebook however it is cut, {place}{first.message}. "
                f"{first.advice}"
            )
        return Suggestion(tuple(self.stages()), self.changes(), tuple(more))


def _drafts(notebook: Notebook, free: Sequence[Cell]) -> Iterator[_Draft]:
    """Taggings in the order in which they are liked, each looked at by ``check``."""
    kinds = survey.kinds(notebook, {cell.id for cell in free})
    above = headings.above_code(notebook.cells)
    has_parameters = any("parameters" in t or "pipeline-parameters" in t for t in _tags(notebook))
    plain = _setup(free, kinds, has_parameters)
    for others in dict.fromkeys((plain, _without_parameters(plain, free, kinds), ())):
        draft = _cut(notebook, free, others, above)
        if draft is None:
            return
        yield draft
        for _ in range(_MOST_MERGES):
            if not draft.errors or len(draft.starts) < 2:
                break
            draft = _merged(draft)
            yield draft
        if draft.errors and len(draft.starts) > 1:
            yield _looked_at(replace(draft, starts=(0,)))


def _tags(notebook: Notebook) -> Iterator[str]:
    return (tag for cell in notebook.cells for tag in cell.tags)


def _setup(free: Sequence[Cell], kinds: survey.Kinds, has_parameters: bool) -> tuple[SetTags, ...]:
    """Tags of cells that are no work: setup, and one cell of parameters."""
    changes = []
    leading = True
    for cell in free:
        if cell.id in kinds.literals and not has_parameters:
            has_parameters = True
            changes.append(SetTags(cell.id, ("parameters", *cell.tags)))
        elif cell.id in kinds.code or (leading and cell.id in kinds.quiet):
            changes.append(SetTags(cell.id, ("setup", *cell.tags)))
        else:
            leading = False
    return tuple(change for change in changes if not set(METRICS) & set(change.tags))


def _without_parameters(
    changes: Sequence[SetTags], free: Sequence[Cell], kinds: survey.Kinds
) -> tuple[SetTags, ...]:
    """The same without parameters, and with setup cells above the work only."""
    own = {change.cell: change for change in changes}
    result = []
    for cell in free:
        if cell.id not in kinds.quiet or cell.id not in own:
            break
        result.append(SetTags(cell.id, ("setup", *cell.tags)))
    return tuple(result)


def _cut(
    notebook: Notebook,
    free: Sequence[Cell],
    others: tuple[SetTags, ...],
    above: dict[str, list[headings.Heading]],
) -> _Draft | None:
    gone = {change.cell for change in others}
    work = tuple(cell for cell in free if cell.id not in gone)
    if not work:
        return None
    found = survey.crossings(applied(notebook, Fix("", others)), [cell.id for cell in work])
    order = {cell.id: at for at, cell in enumerate(work)}
    spans = [(order[first], order[last]) for first, last in found.together]
    may_begin = kept_together(spans, len(work))
    carried = _carried(free, work, above)
    level = headings.main_level(above)
    sizes = _sizes(notebook, work)
    pieces = tuple(
        Piece(
            frozenset((name, order[maker]) for name, maker in found.takes.get(cell.id, ())),
            min((max(0, h.level - level) for h in carried.get(cell.id, ())), default=None),
            cut,
            size,
        )
        for cell, cut, size in zip(work, may_begin, sizes, strict=True)
    )
    return _looked_at(_Draft(notebook, work, pieces, carried, tuple(cheapest(pieces)), others))


def _carried(
    free: Sequence[Cell], work: Sequence[Cell], above: dict[str, list[headings.Heading]]
) -> dict[str, list[headings.Heading]]:
    """Headings above cells that are no work go to the work that follows."""
    working = {cell.id for cell in work}
    waiting: list[headings.Heading] = []
    result: dict[str, list[headings.Heading]] = {}
    for cell in free:
        waiting = [*waiting, *above.get(cell.id, ())]
        if cell.id in working:
            result[cell.id], waiting = waiting, []
    return result


def _looked_at(draft: _Draft) -> _Draft:
    return replace(draft, errors=draft.checked().errors)


def _merged(draft: _Draft) -> _Draft:
    """The stage of the first error goes together with the one above it, or below the first."""
    position = {cell.id: at for at, cell in enumerate(draft.work)}
    at = next((position[d.cell] for d in draft.errors if d.cell in position), 0)
    inside = max(n for n, start in enumerate(draft.starts) if start <= at)
    gone = draft.starts[inside] if inside else draft.starts[1]
    return _looked_at(
        replace(draft, starts=tuple(start for start in draft.starts if start != gone))
    )


def _sizes(notebook: Notebook, work: Sequence[Cell]) -> list[float]:
    """How long the cells are, 1 on average: half by number, half by their seconds, if recorded."""
    seen = facts.seen(notebook.facts, [cell for cell in notebook.cells if cell.kind == "code"])
    if not all(cell.id in seen for cell in work):
        return [1.0] * len(work)
    seconds = [seen[cell.id].facts.seconds for cell in work]
    total = sum(seconds)
    if total < _LEAST_SECONDS:
        return [1.0] * len(work)
    return [0.5 + 0.5 * len(work) * each / total for each in seconds]
