"""What each tag means: nb2pipe's own vocabulary, Kale's and SAME's.

Kale's is read as its users have it, today and in older files: ``imports``, ``functions``,
``step:``, ``block:``, ``prev:``, ``pipeline-parameters``, ``pipeline-metrics``, ``skip``, and the
settings of a step, ``image:``, ``limit:``, ``cache:`` and ``report:``. SAME's is
``same_step_<N>``. Tags of other tools are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from nb2pipe import stage_names
from nb2pipe.analysis.rules import (
    Place,
    nb101_unknown_tag,
    nb102_stage_name,
    nb107_tag_on_text,
    nb116_foreign_name,
)
from nb2pipe.model import Cell, Diagnostic

Role = Literal["setup", "parameters", "stage", "skip", "markdown"]

ROLES: Mapping[str, Role] = {
    "setup": "setup",
    "parameters": "parameters",
    "skip": "skip",
    "imports": "setup",
    "functions": "setup",
    "pipeline-parameters": "parameters",
}
METRICS = ("metrics", "pipeline-metrics")
FOREIGN_STAGES = ("step:", "block:")
_STAGES = ("stage:", *FOREIGN_STAGES)
_AFTER = ("after:", "prev:")
_SETTINGS = ("image", "limit", "cache", "report")
_SAME_STEP = re.compile(r"same_step_\d+", re.ASCII)


@dataclass
class CellTags:
    """The tags of one cell, read: each meaning with the tag it was written as.

    ``settings`` are Kale's settings of a step, in their order: (``image``, ``python:3.12``).
    """

    roles: dict[Role, str] = field(default_factory=dict)
    stages: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    metrics: str = ""
    settings: list[tuple[str, str]] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)


def read(cells: Sequence[Cell]) -> list[CellTags]:
    """What the tags of every cell mean, and what is wrong with each of them by itself."""
    names = _foreign_names(cells)
    told: set[str] = set()
    return [_read(cell, names, told) for cell in cells]


def is_ours(tag: str) -> bool:
    """Whether nb2pipe reads the tag; ``skip`` too, which Markdown may have."""
    return tag in ROLES or tag in METRICS or bool(stage_name(tag)) or tag.startswith(_AFTER)


def stage_name(tag: str) -> str:
    """The stage that the tag names, as it is written; "" when it names none."""
    if _SAME_STEP.fullmatch(tag):
        return tag
    return tag.partition(":")[2] if tag.startswith(_STAGES) else ""


def _foreign_names(cells: Sequence[Cell]) -> dict[str, str]:
    """Names of Kale's steps that are no identifiers, each with a stage name of its own."""
    tags = [tag for cell in cells if cell.kind == "code" for tag in cell.tags]
    taken = {name for tag in tags if (name := stage_name(tag)) and not stage_names.problem(name)}
    names: dict[str, str] = {}
    for tag in tags:
        name = tag.partition(":")[2]
        if tag.startswith(FOREIGN_STAGES) and name not in names and stage_names.problem(name):
            names[name] = stage_names.unique(stage_names.proposal(name), taken)
            taken.add(names[name])
    return names


def _read(cell: Cell, names: Mapping[str, str], told: set[str]) -> CellTags:
    tags = CellTags()
    for tag in cell.tags:
        head, _, rest = tag.partition(":")
        ours = True
        if tag in ROLES:
            tags.roles.setdefault(ROLES[tag], tag)
        elif tag in METRICS:
            tags.metrics = tag
        elif tag.startswith(_STAGES) or _SAME_STEP.fullmatch(tag):
            if cell.kind == "code":
                tags.stages.setdefault(_stage(cell, tag, names, told, tags.findings), tag)
        elif tag.startswith(_AFTER):
            tags.after.setdefault(names.get(rest, rest) if head == "prev" else rest, tag)
        else:
            ours = False
            if head in _SETTINGS and rest and rest.isprintable():
                tags.settings.append((head, rest))
            elif wanted := meant(tag):
                tags.findings.append(nb101_unknown_tag.diagnostic(Place(cell), shown(tag), wanted))
        if ours and cell.kind != "code" and tag != "skip":
            tags.findings.append(nb107_tag_on_text.diagnostic(Place(cell), shown(tag), cell.kind))
    return tags


def _stage(
    cell: Cell, tag: str, names: Mapping[str, str], told: set[str], findings: list[Diagnostic]
) -> str:
    """The name of the stage that a tag names; what is to be said about it is said once."""
    name = tag if _SAME_STEP.fullmatch(tag) else tag.partition(":")[2]
    why = stage_names.problem(name)
    if not why:
        return name
    if tag.startswith(FOREIGN_STAGES):
        if name not in told:
            told.add(name)
            findings.append(
                nb116_foreign_name.diagnostic(Place(cell), shown(tag), why, names[name])
            )
        return names[name]
    proposal = stage_names.proposal(name)
    findings.append(nb102_stage_name.diagnostic(Place(cell), shown(name), why, proposal))
    return proposal


def meant(tag: str) -> str:
    """The tag of nb2pipe's that an unknown one was probably to be; "" when it is another tool's."""
    text = tag.strip()
    lower = text.lower()
    for word in ("parameters", "metrics", "setup", "skip", *ROLES, *METRICS):
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


def shown(tag: str) -> str:
    """The tag on one line, cut when it is long."""
    text = tag if tag.isprintable() else repr(tag)[1:-1]
    return text if len(text) <= 60 else text[:59] + "…"
