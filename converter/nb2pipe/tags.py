"""Tags of cells: which cell belongs to which stage, and what the other cells are.

Besides nb2pipe's own tags those of Kale (``imports``, ``functions``, ``step:``, ``block:``,
``prev:``, ``pipeline-parameters``, ``pipeline-metrics``, ``skip``) and SAME (``same_step_<N>``) are
read. Tags of other tools are left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from nb2pipe import stage_names, stage_settings
from nb2pipe.analysis.rules import (
    Place,
    nb101_unknown_tag,
    nb102_stage_name,
    nb103_no_stages,
    nb104_no_code,
    nb105_language,
    nb106_similar_stages,
    nb107_tag_on_text,
    nb108_second_parameters,
    nb109_conflicting_tags,
    nb110_after_stage,
    nb111_outside_stages,
    nb114_execution_order,
)
from nb2pipe.model import Cell, Diagnostic, Notebook, StageSettings

Role = Literal["setup", "parameters", "stage", "skip", "markdown"]

_ROLES: Mapping[str, Role] = {
    "setup": "setup",
    "parameters": "parameters",
    "skip": "skip",
    "imports": "setup",
    "functions": "setup",
    "pipeline-parameters": "parameters",
}
_METRICS = ("metrics", "pipeline-metrics")
_STAGE_PREFIXES = ("stage:", "step:", "block:")
_AFTER_PREFIXES = ("after:", "prev:")
_SAME_STEP = re.compile(r"same_step_\d+", re.ASCII)


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


@dataclass
class _Tags:
    """The tags of one cell, read: each meaning with the tag it was written as."""

    roles: dict[Role, str] = field(default_factory=dict)
    stages: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    metrics: str = ""
    findings: list[Diagnostic] = field(default_factory=list)


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
    read = [_read(cell) for cell in notebook.cells]
    cells = _inherited(notebook.cells, read)
    stages = tuple(
        dict.fromkeys(cell.stage for cell in cells if cell.role == "stage" and cell.stage)
    )
    settings, wrong_settings = stage_settings.checked(notebook.settings, stages)
    findings = [finding for tags in read for finding in tags.findings]
    findings += _conflicts(notebook.cells, read, cells)
    findings += _wrong_after(cells, read, stages)
    findings += _similar(notebook.cells, read)
    findings += _run_in_another_order(cells)
    findings.sort(key=lambda finding: finding.number or 0)
    if not any(tags.stages for tags in read) and not any(f.severity == "error" for f in findings):
        findings.insert(0, nb103_no_stages.diagnostic())
    return Tagging(tuple(_documented(cells)), stages, settings, (*findings, *wrong_settings))


def _read(cell: Cell) -> _Tags:
    tags = _Tags()
    for tag in cell.tags:
        ours = True
        if tag in _ROLES:
            tags.roles.setdefault(_ROLES[tag], tag)
        elif tag in _METRICS:
            tags.metrics = tag
        elif tag.startswith(_STAGE_PREFIXES) or _SAME_STEP.fullmatch(tag):
            name = tag if tag.startswith("same_step_") else tag.partition(":")[2]
            why = stage_names.problem(name)
            if cell.kind == "code":
                if why:
                    tags.findings.append(
                        nb102_stage_name.diagnostic(
                            Place(cell), _shown(name), why, stage_names.proposal(name)
                        )
                    )
                name = stage_names.proposal(name) if why else name
                tags.stages.setdefault(name, tag)
        elif tag.startswith(_AFTER_PREFIXES):
            tags.after.setdefault(tag.partition(":")[2], tag)
        else:
            ours = False
            meant = _meant(tag)
            if meant:
                tags.findings.append(nb101_unknown_tag.diagnostic(Place(cell), _shown(tag), meant))
        if ours and cell.kind != "code" and tag != "skip":
            tags.findings.append(nb107_tag_on_text.diagnostic(Place(cell), _shown(tag), cell.kind))
    return tags


def _inherited(cells: Sequence[Cell], read: Sequence[_Tags]) -> list[TaggedCell]:
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
    cells: Sequence[Cell], read: Sequence[_Tags], tagged: Sequence[TaggedCell]
) -> Iterator[Diagnostic]:
    parameters: Cell | None = None
    for cell, tags, result in zip(cells, read, tagged, strict=True):
        if cell.kind != "code":
            continue
        meanings = [*tags.stages.values(), *tags.roles.values()]
        if len(meanings) > 1:
            yield nb109_conflicting_tags.diagnostic(Place(cell), *map(_shown, meanings[:2]))
        elif result.role != "stage" and (tags.metrics or tags.after):
            tag = tags.metrics or next(iter(tags.after.values()))
            if tags.roles:
                yield nb109_conflicting_tags.diagnostic(
                    Place(cell), _shown(meanings[0]), _shown(tag)
                )
            else:
                yield nb111_outside_stages.diagnostic(Place(cell), _shown(tag))
        if "parameters" in tags.roles:
            if parameters is not None:
                yield nb108_second_parameters.diagnostic(Place(cell), parameters.number)
            parameters = parameters or cell


def _wrong_after(
    cells: Sequence[TaggedCell], read: Sequence[_Tags], stages: Sequence[str]
) -> Iterator[Diagnostic]:
    for tagged, tags in zip(cells, read, strict=True):
        for name, tag in tags.after.items() if tagged.role == "stage" else ():
            if name == tagged.stage:
                why, near = "names the cell's own stage", ""
            elif name not in stages:
                why, near = "names a stage that does not exist", stage_names.nearest(name, stages)
            else:
                continue
            yield nb110_after_stage.diagnostic(Place(tagged.cell), _shown(tag), why, near)


def _similar(cells: Sequence[Cell], read: Sequence[_Tags]) -> Iterator[Diagnostic]:
    """A stage named once that is one typing error from another."""
    counts = Counter(name for tags in read for name in tags.stages)
    for cell, tags in zip(cells, read, strict=True):
        for name in tags.stages:
            others = [
                other
                for other in counts
                if counts[name] == 1
                and stage_names.one_typo_apart(name, other)
                and (counts[other] > 1 or list(counts).index(other) < list(counts).index(name))
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


def _meant(tag: str) -> str:
    """The tag of nb2pipe's that an unknown one was probably to be; "" when it is another tool's."""
    text = tag.strip()
    lower = text.lower()
    for word in ("parameters", "metrics", "setup", "skip", *_ROLES, *_METRICS):
        # A short word has too many neighbours for a guess by one letter.
        if lower == word or (
            word in ("parameters", "metrics", "setup")
            and stage_names.one_typo_apart(lower.replace("-", ""), word)
        ):
            return word
    if lower in ("params", "param"):
        return "parameters"
    if lower in ("stage", "stages"):
        return "stage:<name>"
    found = re.fullmatch(r"(?P<head>[a-z]+)\s*(?P<mark>[:=/.\s_-]|->)\s*(?P<rest>.*)", lower)
    if not found:
        return ""
    head, rest = found["head"], found["rest"]
    name = stage_names.proposal(rest)
    if head in ("stage", "stages") or (
        found["mark"] not in "_-." and stage_names.one_typo_apart(head, "stage")
    ):
        return f"stage:{name}"
    if found["mark"] in "_-.":
        return ""
    if head in ("step", "steps", "block", "blocks"):
        return f"stage:{name}"
    return f"after:{name}" if head in ("after", "prev") else ""


def _shown(tag: str) -> str:
    """The tag on one line, cut when it is long."""
    text = tag if tag.isprintable() else repr(tag)[1:-1]
    return text if len(text) <= 60 else text[:59] + "…"
