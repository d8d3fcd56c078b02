"""Tags of cells: which cell belongs to which stage, and what the other cells are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nb2pipe import stage_names, stage_settings, tag_vocabulary
from nb2pipe.analysis.rules import (
    Place,
    nb103_no_stages,
    nb104_no_code,
    nb105_language,
    nb106_similar_stages,
    nb108_second_parameters,
    nb109_conflicting_tags,
    nb110_after_stage,
    nb111_outside_stages,
    nb114_execution_order,
)
from nb2pipe.model import Cell, Diagnostic, Notebook, StageSettings
from nb2pipe.tag_vocabulary import CellTags, Role, shown


@dataclass(frozen=True)
class TaggedCell:
    """A cell and what its tags, and the cells above it, make of it.

    ``stage`` is the stage that the cell belongs to; for a Markdown cell the one it documents.
    ``after`` are stages that must have ended before the cell's stage begins.
    """

    cell: Cell
    role: Role
    stage: str | None = None
    metrics: bool = False
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tagging:
    """All cells with their roles, in order; ``stages`` in the order of their first cells.

    A notebook that is not Python, or has no code, has no cells here, only the finding.
    """

    cells: tuple[TaggedCell, ...] = ()
    stages: tuple[str, ...] = ()
    settings: Mapping[str, StageSettings] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def assign(notebook: Notebook) -> Tagging:
    """Assign every cell of a notebook its role.

    Args:
        notebook: the notebook as read.

    Returns:
        The cells with their roles and stages, the stages' settings, and what is wrong with tags
        and settings.
    """
    if notebook.language != "python":
        finding = nb105_language.diagnostic(notebook.language, notebook.kernel_name)
        return Tagging(diagnostics=(finding,))
    if not any(cell.kind == "code" and cell.source.strip() for cell in notebook.cells):
        return Tagging(diagnostics=(nb104_no_code.diagnostic(),))
    read = tag_vocabulary.read(notebook.cells)
    cells = _inherited(notebook.cells, read)
    stages = tuple(
        dict.fromkeys(cell.stage for cell in cells if cell.role == "stage" and cell.stage)
    )
    settings, wrong_settings = stage_settings.checked(notebook.settings, stages)
    settings = stage_settings.with_tags(settings, _tagged_settings(cells, read))
    findings = [finding for tags in read for finding in tags.findings]
    findings += _conflicts(notebook.cells, read, cells)
    findings += _wrong_after(cells, read, stages)
    findings += _similar(notebook.cells, read)
    findings += _run_in_another_order(cells)
    findings.sort(key=lambda finding: finding.number or 0)
    if not any(tags.stages for tags in read) and not any(f.severity == "error" for f in findings):
        findings.insert(0, nb103_no_stages.diagnostic())
    return Tagging(tuple(_documented(cells)), stages, settings, (*findings, *wrong_settings))


def _tagged_settings(
    cells: Sequence[TaggedCell], read: Sequence[CellTags]
) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for tagged, tags in zip(cells, read, strict=True):
        if tagged.role == "stage" and tagged.stage is not None and tags.settings:
            found.setdefault(tagged.stage, []).extend(tags.settings)
    return found


def _inherited(cells: Sequence[Cell], read: Sequence[CellTags]) -> list[TaggedCell]:
    """Every code cell's role: its own tags', else the stage above, else setup."""
    result = []
    current: str | None = None
    for cell, tags in zip(cells, read, strict=True):
        if cell.kind != "code":
            result.append(TaggedCell(cell, "markdown" if cell.kind == "markdown" else "skip"))
            continue
        role: Role = "stage" if current is not None else "setup"
        stage = current
        if tags.stages:
            role = "stage"
            stage = current = next(iter(tags.stages))
        elif tags.roles:
            role, stage = next(iter(tags.roles)), None
        result.append(TaggedCell(cell, role, stage, bool(tags.metrics), tuple(tags.after)))
    return result


def _documented(cells: Sequence[TaggedCell]) -> Iterator[TaggedCell]:
    """Markdown documents the stage whose code follows it; at the end, the stage above."""
    last = next((cell.stage for cell in reversed(cells) if cell.stage), None)
    for at, tagged in enumerate(cells):
        if tagged.role != "markdown":
            yield tagged
            continue
        following = (cell for cell in cells[at:] if cell.cell.kind == "code")
        code = next(following, None)
        yield TaggedCell(tagged.cell, "markdown", code.stage if code else last)


def _conflicts(
    cells: Sequence[Cell], read: Sequence[CellTags], tagged: Sequence[TaggedCell]
) -> Iterator[Diagnostic]:
    parameters: Cell | None = None
    for cell, tags, result in zip(cells, read, tagged, strict=True):
        if cell.kind != "code":
            continue
        meanings = [*tags.stages.values(), *tags.roles.values()]
        if len(meanings) > 1:
            yield nb109_conflicting_tags.diagnostic(Place(cell), *map(shown, meanings[:2]))
        elif result.role != "stage" and (tags.metrics or tags.after):
            tag = tags.metrics or next(iter(tags.after.values()))
            if tags.roles:
                yield nb109_conflicting_tags.diagnostic(Place(cell), shown(meanings[0]), shown(tag))
            else:
                yield nb111_outside_stages.diagnostic(Place(cell), shown(tag))
        if "parameters" in tags.roles:
            if parameters is not None:
                yield nb108_second_parameters.diagnostic(Place(cell), parameters.number)
            parameters = parameters or cell


def _wrong_after(
    cells: Sequence[TaggedCell], read: Sequence[CellTags], stages: Sequence[str]
) -> Iterator[Diagnostic]:
    for tagged, tags in zip(cells, read, strict=True):
        for name, tag in tags.after.items() if tagged.role == "stage" else ():
            if name == tagged.stage:
                why, near = "names the cell's own stage", ""
            elif name not in stages:
                why, near = "names a stage that does not exist", stage_names.nearest(name, stages)
            else:
                continue
            yield nb110_after_stage.diagnostic(Place(tagged.cell), shown(tag), why, near)


def _similar(cells: Sequence[Cell], read: Sequence[CellTags]) -> Iterator[Diagnostic]:
    """A stage named once that is one typing error from another."""
    counts = Counter(name for tags in read for name in tags.stages)
    order = {name: position for position, name in enumerate(counts)}
    near: dict[str, list[str]] = {}
    for name in counts:
        for shorter in stage_names.one_letter_less(name):
            near.setdefault(shorter, []).append(name)
    for cell, tags in zip(cells, read, strict=True):
        for name in tags.stages:
            if counts[name] > 1:
                continue
            candidates = {n for less in stage_names.one_letter_less(name) for n in near[less]}
            others = [
                other
                for other in sorted(candidates, key=order.__getitem__)
                if stage_names.one_typo_apart(name, other)
                and (counts[other] > 1 or order[other] < order[name])
            ]
            if others:
                yield nb106_similar_stages.diagnostic(Place(cell), name, others[0])


def _run_in_another_order(cells: Sequence[TaggedCell]) -> Iterator[Diagnostic]:
    """The first cell whose saved execution count is lower than one above it."""
    above: Cell | None = None
    for tagged in cells:
        cell = tagged.cell
        count = cell.execution_count
        if tagged.role in ("markdown", "skip") or not count:
            continue
        if above is not None and above.execution_count and count <= above.execution_count:
            yield nb114_execution_order.diagnostic(
                Place(cell), count, above.number, above.execution_count
            )
            return
        above = cell
