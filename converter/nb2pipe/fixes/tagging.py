"""Fixes of tags (NB101 to NB111, NB116)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from nb2pipe import stage_names, tag_vocabulary, tags
from nb2pipe.fixes.edits import applied, removed, renamed
from nb2pipe.model import Cell, Diagnostic, Fix, Notebook, SetTags
from nb2pipe.tag_vocabulary import FOREIGN_STAGES, is_ours, shown, stage_name

Key = tuple[str, str | None, str]


class Tried:
    """Fixes of tags, tried on the notebook before they are offered.

    Args:
        notebook: the notebook.
        most: how many cells may be read again, for all findings together.
    """

    def __init__(self, notebook: Notebook, most: int) -> None:
        self._notebook = notebook
        self._left = most
        self._before: frozenset[tuple[str, str | None]] | None = None
        self._known: dict[Fix, frozenset[Key] | None] = {}

    def first(self, finding: Diagnostic, fixes: Iterable[Fix]) -> Fix | None:
        """The first fix after which the finding is gone and no error is new."""
        key = (finding.code, finding.cell, finding.message)
        for fix in fixes:
            after = self._after(fix)
            if after is not None and key not in after:
                return fix
        return None

    def _after(self, fix: Fix) -> frozenset[Key] | None:
        """The findings after the fix; None when there would be new errors, or for lack of time."""
        if fix not in self._known:
            self._left -= len(self._notebook.cells)
            if self._left < 0:
                return None
            if self._before is None:
                self._before = _errors(tags.assign(self._notebook).diagnostics)
            found = tags.assign(applied(self._notebook, fix)).diagnostics
            self._known[fix] = (
                frozenset((d.code, d.cell, d.message) for d in found)
                if _errors(found) <= self._before
                else None
            )
        return self._known[fix]


def _errors(found: Iterable[Diagnostic]) -> frozenset[tuple[str, str | None]]:
    # That there is no stage at all is said only when nothing else is wrong.
    return frozenset((d.code, d.cell) for d in found if d.severity == "error" and d.code != "NB103")


def _unknown(notebook: Notebook, finding: Diagnostic) -> Iterator[Fix]:
    cell = notebook.cell(finding.cell or "")
    wanted = {
        tag: tag_vocabulary.meant(tag)
        for tag in cell.tags
        if f"`{shown(tag)}`" in finding.message and not is_ours(tag)
    }
    for tag, meant in wanted.items():
        if meant and not meant.endswith(">"):
            yield Fix(f"Write `{meant}`", (renamed(cell, {tag: meant}),))


def _stage_name(notebook: Notebook, finding: Diagnostic) -> Iterator[Fix]:
    """Every tag that has the name, and every ``after:`` that means it."""
    for tag in notebook.cell(finding.cell or "").tags:
        name = stage_name(tag) if tag.startswith("stage:") else ""
        if not tag.startswith("stage:") or f"`{shown(name)}`" not in finding.message:
            continue
        taken = {
            other
            for cell in notebook.cells
            for t in cell.tags
            if (other := stage_name(t)) and not stage_names.problem(other)
        }
        proposal = stage_names.proposal(name)
        new = stage_names.unique(proposal, taken)
        yield _renaming(notebook, {tag: f"stage:{new}", f"after:{name}": f"after:{new}"}, new)


def _foreign_name(notebook: Notebook, finding: Diagnostic) -> Iterator[Fix]:
    read = tag_vocabulary.read(notebook.cells)
    for cell, meaning in zip(notebook.cells, read, strict=True):
        if cell.id != finding.cell:
            continue
        for new, tag in meaning.stages.items():
            if not tag.startswith(FOREIGN_STAGES) or f"`{shown(tag)}`" not in finding.message:
                continue
            name = tag.partition(":")[2]
            names = {f"{head}{name}": f"{head}{new}" for head in (*FOREIGN_STAGES, "prev:")}
            yield _renaming(notebook, names, new)


def _renaming(notebook: Notebook, names: Mapping[str, str], new: str) -> Fix:
    edits = tuple(
        renamed(cell, names) for cell in notebook.cells if any(tag in names for tag in cell.tags)
    )
    return Fix(f"Call the stage `{new}`", edits)


def _similar(notebook: Notebook, finding: Diagnostic) -> Iterator[Fix]:
    cell = notebook.cell(finding.cell or "")
    stages = tags.assign(notebook).stages
    for tag in cell.tags:
        name = stage_name(tag)
        for other in stages if name else ():
            # The rule's own words say which of the alike names it means.
            if f"stage `{name}`" in finding.message and f"stage `{other}`" in finding.message:
                names = {tag: f"stage:{other}", f"after:{name}": f"after:{other}"}
                if other != name:
                    yield Fix(f"Write `stage:{other}`", _renaming(notebook, names, "").edits)


def _on_text(notebook: Notebook, finding: Diagnostic) -> Iterator[Fix]:
    """To the code below when it has no tags of ours and the tag makes it a stage; else away."""
    cell = notebook.cell(finding.cell or "")
    ours = [tag for tag in cell.tags if is_ours(tag) and tag != "skip"]
    below = _code_below(notebook, cell)
    if below is not None and not any(map(is_ours, below.tags)) and any(map(stage_name, ours)):
        yield Fix(
            f"Move {_listed(ours)} to the code cell below",
            (removed(cell, ours), _with(below, ours)),
        )
    yield Fix(f"Remove {_listed(ours)} from this cell", (removed(cell, ours),))


def _code_below(notebook: Notebook, cell: Cell) -> Cell | None:
    """The next code cell, unless other text with tags of ours stands between."""
    for other in notebook.cells:
        if other.number > cell.number:
            if other.kind == "code":
                return other
            if any(map(is_ours, other.tags)):
                return None
    return None


def _with(cell: Cell, more: Iterable[str]) -> SetTags:
    return SetTags(cell.id, tuple(dict.fromkeys((*more, *cell.tags))))


def _second_parameters(notebook: Notebook, finding: Diagnostic) -> Iterator[Fix]:
    cell = notebook.cell(finding.cell or "")
    gone = [tag for tag in cell.tags if tag_vocabulary.ROLES.get(tag) == "parameters"]
    yield Fix(f"Remove {_listed(gone)} from this cell", (removed(cell, gone),))


def _conflicting(notebook: Notebook, finding: Diagnostic) -> Iterator[Fix]:
    """Keep what the cell counts as: its first stage, else its first role."""
    cell = notebook.cell(finding.cell or "")
    named = [tag for tag in cell.tags if stage_name(tag)]
    roles = [tag for tag in cell.tags if tag in tag_vocabulary.ROLES]
    kept = (named or roles)[:1]
    others = [tag for tag in (*named, *roles) if tag not in kept]
    if not named:
        others += [
            tag
            for tag in cell.tags
            if tag in tag_vocabulary.METRICS or tag.startswith(("after:", "prev:"))
        ]
    if kept and others:
        yield Fix(f"Keep {_listed(kept)}, remove {_listed(others)}", (removed(cell, others),))


def _after(notebook: Notebook, finding: Diagnostic) -> Iterator[Fix]:
    cell = notebook.cell(finding.cell or "")
    names = tags.assign(notebook).stages
    for tag in cell.tags:
        head, _, name = tag.partition(":")
        if head not in ("after", "prev") or f"`{shown(tag)}`" not in finding.message:
            continue
        near = stage_names.nearest(name, [other for other in names if other != name])
        if near and "does not exist" in finding.message:
            yield Fix(f"Write `{head}:{near}`", (renamed(cell, {tag: f"{head}:{near}"}),))
        yield Fix(f"Remove {_listed([tag])} from this cell", (removed(cell, [tag]),))


def _outside(notebook: Notebook, finding: Diagnostic) -> Iterator[Fix]:
    cell = notebook.cell(finding.cell or "")
    gone = [
        tag
        for tag in cell.tags
        if tag in tag_vocabulary.METRICS or tag.startswith(("after:", "prev:"))
    ]
    yield Fix(f"Remove {_listed(gone)} from this cell", (removed(cell, gone),))


def _listed(names: Iterable[str]) -> str:
    return " and ".join(f"`{shown(name)}`" for name in names)


FIXES: Mapping[str, Callable[[Notebook, Diagnostic], Iterator[Fix]]] = {
    "NB101": _unknown,
    "NB102": _stage_name,
    "NB106": _similar,
    "NB107": _on_text,
    "NB108": _second_parameters,
    "NB109": _conflicting,
    "NB110": _after,
    "NB111": _outside,
    "NB116": _foreign_name,
}
