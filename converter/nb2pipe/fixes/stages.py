"""Fixes that a whole analysis tries: stages that interleave (NB302, NB303), names misspelt (NB301).

Of stages that interleave, some of the cells get a stage of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from nb2pipe import stage_names, tags
from nb2pipe.fixes.edits import applied
from nb2pipe.model import Cell, Diagnostic, Fix, Notebook, SetTags
from nb2pipe.tag_vocabulary import stage_name
from nb2pipe.tags import TaggedCell

CODES = ("NB301", "NB302", "NB303")
# Each try analyses the whole notebook again.
_MOST_TRIED = 3


class Asked:
    """Fixes of stages, tried by a whole analysis.

    Args:
        notebook: the notebook.
        diagnostics: all its findings.
        found: finds them, in any notebook.
    """

    def __init__(
        self,
        notebook: Notebook,
        diagnostics: Sequence[Diagnostic],
        found: Callable[[Notebook], Sequence[Diagnostic]],
    ) -> None:
        self._notebook = notebook
        self._before = _errors(diagnostics)
        self._found = found
        self._left = _MOST_TRIED
        self._known: dict[Fix, Sequence[Diagnostic]] = {}

    def first(self, finding: Diagnostic) -> Fix | None:
        """The first fix after which the finding is gone and no error is new."""
        fixes = [finding.fix] if finding.fix else _proposed(self._notebook, finding)
        for fix in dict.fromkeys(fixes):
            if fix not in self._known:
                if self._left == 0:
                    return None
                self._left -= 1
                self._known[fix] = self._found(applied(self._notebook, fix))
            after = self._known[fix]
            errors = _errors(after)
            same = (finding.code, finding.cell, finding.message)
            if errors < self._before and all((d.code, d.cell, d.message) != same for d in after):
                return fix
        return None


def _errors(found: Sequence[Diagnostic]) -> Counter[tuple[str, str | None]]:
    return Counter((d.code, d.cell) for d in found if d.severity == "error")


def _proposed(notebook: Notebook, finding: Diagnostic) -> Iterator[Fix]:
    if finding.code == "NB301":
        return
    tagging = tags.assign(notebook)
    cells = [tagged for tagged in tagging.cells if tagged.cell.kind == "code"]
    taken = set(tagging.stages)
    if finding.code == "NB303":
        # A ring needs a stage whose cells stand apart.
        apart = [runs[1:] for name in tagging.stages if len(runs := _runs(cells, name)) > 1]
        for groups in sorted(apart, key=lambda groups: sum(map(len, groups))):
            yield _split(cells, groups, taken)
        return
    at = next((t for t in cells if t.cell.id == finding.cell), None)
    if at is None or at.stage is None:
        return
    own = [t for t in cells if t.stage == at.stage]
    rest = [t for t in own if t.cell.number >= at.cell.number]
    if len(rest) < len(own):
        yield _split(cells, [rest], taken)
    runs = _runs(cells, at.stage)
    if len(runs) > 1:
        yield _split(cells, runs[1:], taken)


def _runs(cells: Sequence[TaggedCell], stage: str) -> list[list[TaggedCell]]:
    """The stage's cells, in groups between which other stages have cells."""
    runs: list[list[TaggedCell]] = []
    last = None
    for tagged in cells:
        if tagged.stage is None:
            continue
        if tagged.stage == stage:
            if last != stage:
                runs.append([])
            runs[-1].append(tagged)
        last = tagged.stage
    return runs


def _split(
    cells: Sequence[TaggedCell], groups: Sequence[Sequence[TaggedCell]], taken: set[str]
) -> Fix:
    """Each group of cells a stage of its own; every other cell stays where it is."""
    stage = groups[0][0].stage or ""
    used = set(taken)
    stages: dict[str, str] = {}
    names: list[str] = []
    for group in groups:
        name = stage_names.unique(stage, used)
        used.add(name)
        names.append(name)
        stages.update((tagged.cell.id, name) for tagged in group)
    edits: list[SetTags] = []
    current: str | None = None
    for tagged in cells:
        wanted = stages.get(tagged.cell.id, tagged.stage)
        if tagged.role != "stage":
            continue
        named = any(map(stage_name, tagged.cell.tags))
        if wanted != (tagged.stage if named else current):
            edits.append(_staged(tagged.cell, wanted or ""))
        current = wanted
    shown = " and ".join(f"`{name}`" for name in names)
    first = groups[0][0].cell.number
    title = f"Give cell {first} and what follows it in `{stage}` the stage {shown}"
    if sum(map(len, groups)) == 1:
        title = f"Give cell {first} the stage {shown}"
    return Fix(title, tuple(edits))


def _staged(cell: Cell, name: str) -> SetTags:
    others = [tag for tag in cell.tags if not stage_name(tag)]
    return SetTags(cell.id, (f"stage:{name}", *others))
