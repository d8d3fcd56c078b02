"""Stages of a notebook without tags: its sections, as its Markdown headings make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nb2pipe import stage_names
from nb2pipe.model import Cell, Notebook, SetTags, SuggestedStage, Suggestion
from nb2pipe.suggestion import headings, survey
from nb2pipe.tag_vocabulary import METRICS, is_ours, stage_name

HEADINGS = "headings"


@dataclass(frozen=True)
class Section:
    """A section with code in it: the stage's name, its heading, its cells without tags."""

    name: str
    heading: headings.Heading
    cells: tuple[Cell, ...]


def split(notebook: Notebook) -> tuple[Notebook, tuple[str, ...]]:
    """A notebook without stages, each of its sections made one.

    Sections are those of the topmost heading level at which there are several. What stands above
    the first of them is setup, and so are first sections that hold nothing but imports,
    definitions, settings and constants. Nothing is written; tags that are there stay.

    Args:
        notebook: the notebook as read.

    Returns:
        The notebook with the tags, and what is to be said about it. One that has stages already,
        or no heading with code below it, comes back as it is.
    """
    if any(stage_name(tag) for cell in notebook.cells for tag in cell.tags):
        note = "the notebook has tags of stages: its headings make none"
        return notebook, (note,)
    found = sections(notebook)
    if not found:
        return notebook, ("no heading has code below it that could be a stage",)
    tags = {section.cells[0].id: f"stage:{section.name}" for section in found}
    cells = tuple(
        replace(cell, tags=(tags[cell.id], *cell.tags)) if cell.id in tags else cell
        for cell in notebook.cells
    )
    said = ", ".join(f"“{section.heading.text}” is {section.name}" for section in found)
    return replace(notebook, cells=cells, split=HEADINGS), (f"stages by their headings: {said}",)


def proposed(notebook: Notebook) -> Suggestion:
    """The stages that ``split`` makes, as a suggestion."""
    result, notes = split(notebook)
    if result is notebook:
        return Suggestion(notes=notes)
    before = {cell.id: cell.tags for cell in notebook.cells}
    return Suggestion(
        stages=tuple(
            SuggestedStage(
                section.name,
                tuple(cell.id for cell in section.cells),
                f"begins at the heading “{section.heading.text}”",
            )
            for section in sections(notebook)
        ),
        changes=tuple(
            SetTags(cell.id, cell.tags) for cell in result.cells if cell.tags != before[cell.id]
        ),
    )


def sections(notebook: Notebook) -> list[Section]:
    """The sections that can be stages, with names that are theirs alone."""
    above = headings.above_code(notebook.cells)
    level = headings.main_level(above)
    parts: list[tuple[headings.Heading, list[Cell]]] = []
    for cell in notebook.cells:
        begun = [heading for heading in above.get(cell.id, ()) if heading.level <= level]
        if begun:
            parts.append((begun[-1], []))
        if parts and cell.id in above and not any(map(_places, cell.tags)):
            parts[-1][1].append(cell)
    free = {cell.id for _, cells in parts for cell in cells}
    quiet = survey.kinds(notebook, free).quiet
    while parts and all(cell.id in quiet for cell in parts[0][1]):
        parts.pop(0)
    return _named([(heading, cells) for heading, cells in parts if cells])


def _places(tag: str) -> bool:
    """Whether the tag says what the cell is; ``metrics`` and ``after:`` go with a stage."""
    return is_ours(tag) and not tag.startswith(("after:", "prev:")) and tag not in METRICS


def _named(parts: Sequence[tuple[headings.Heading, Sequence[Cell]]]) -> list[Section]:
    taken: set[str] = set()
    result = []
    for heading, cells in parts:
        name = stage_names.unique(headings.name(heading) or "section", taken)
        taken.add(name)
        result.append(Section(name, heading, tuple(cells)))
    return result
