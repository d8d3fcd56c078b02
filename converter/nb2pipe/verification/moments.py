"""What the comparisons of all runs have in common: moments of a run, and what differs in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from nb2pipe.model import Pipeline, Stage
from nb2pipe.verification import outputs as shown_outputs
from nb2pipe.verification import values
from nb2pipe.verification.kernels import Subject
from nb2pipe.verification.observation import Observation, Snapshot
from nb2pipe.verification.outputs import Shown
from nb2pipe.verification.verdict import Difference, Kind, Run, Uncomparable


@dataclass
class Findings:
    """What was found so far."""

    differences: list[Difference] = field(default_factory=list)
    close: list[Difference] = field(default_factory=list)
    uncomparable: dict[tuple[str, str], Uncomparable] = field(default_factory=dict)
    values: int = 0
    boundary: int = 0
    outputs: int = 0
    figures: int = 0
    metrics: int = 0
    compared: dict[str, str] = field(default_factory=dict)
    unobserved: list[str] = field(default_factory=list)
    apart: set[tuple[str, str]] = field(default_factory=set)


class Moments:
    """The notebook's run, and what differs from it at moments of other runs.

    Args:
        subject: what is compared.
        notebook: the notebook's run.
    """

    def __init__(self, subject: Subject, notebook: Observation) -> None:
        self.subject = subject
        self.pipeline: Pipeline = subject.pipeline
        self.notebook = notebook
        self.staged = self.called = notebook
        self.found = Findings()
        self.numbers = {cell.id: cell.number for cell in self.pipeline.notebook.cells}
        self.folders = (str(subject.place.folder), str(subject.place.original))
        self.order = [one.cell.id for one in subject.cells if one.cell.source.strip()]
        self.stage_of = {cell.id: s.name for s in self.pipeline.stages for cell in s.cells}
        self._seen_warnings: set[str] = set()

    def shown(self, run: Observation, cell: str) -> list[Shown]:
        """What a cell showed in a run."""
        snapshot = run.snapshots.get(cell)
        figures = snapshot.figures if snapshot is not None else ()
        return shown_outputs.shown(run.outputs.get(cell, ()), self.folders, figures)

    def _same_figure(self, run: Observation) -> Any:
        def same(one: str, other: str) -> bool:
            if one == other:
                return True
            compared = values.compare(self.notebook.form(one), run.form(other))
            return compared.likeness != "different"

        return same

    def _moment(
        self,
        run: Observation,
        label: Run,
        stage: Stage,
        left: Snapshot,
        right: Snapshot,
        cell: str,
        names: Sequence[str],
    ) -> None:
        """Compare the values of some names, and what they share, at one moment."""
        crossing = {variable.name for variable in (*stage.inputs, *stage.outputs)}
        for name in names:
            if name not in left.values or name not in right.values:
                continue
            self.found.values += 1
            self.found.boundary += name in crossing
            self.found.compared[name] = left.values[name]
            form = self.notebook.form(left.values[name])
            if form["uncomparable_count"]:
                self._cannot(form, name, cell, name in crossing)
            if left.values[name] == right.values[name]:
                continue
            compared = values.compare(form, run.form(right.values[name]))
            if compared.likeness == "different":
                self._differs(
                    label, "value", cell, stage.name, name, compared.path, compared.detail
                )
            elif compared.likeness == "close":
                self.found.close.append(
                    self._difference(
                        label, "value", cell, stage.name, name, compared.path, compared.detail
                    )
                )
        self._sharing(label, stage, left, right, cell, set(names))

    def _sharing(
        self,
        label: Run,
        stage: Stage,
        left: Snapshot,
        right: Snapshot,
        cell: str,
        names: Set[str],
    ) -> None:
        shared = left.shares()
        pairs = {pair for pair in shared ^ right.shares() if names >= set(pair)}
        if not pairs:
            return
        kept_apart = self._kept_apart(stage, shared, pairs)
        self.found.apart.update(kept_apart)
        for one, other in sorted(pairs - kept_apart):
            only = "the notebook" if (one, other) in shared else f"the {label}"
            detail = f"they share an object or memory in {only} only"
            self._differs(label, "sharing", cell, stage.name, f"{one}, {other}", "", detail)

    def _kept_apart(
        self, stage: Stage, shared: Set[tuple[str, str]], pairs: Set[tuple[str, str]]
    ) -> set[tuple[str, str]]:
        """Pairs that part because two inputs come from different stages.

        Stages hand on together what may be changed or told apart by identity. Whatever else shares
        memory need not: it is the same whether there is one of it or two, and what a wrong
        assumption about that would lead to differs in the values.
        """
        sources = {e.variable: e.source for e in self.pipeline.edges if e.target == stage.name}
        parted = {
            pair
            for pair in shared
            if pair in self.found.apart
            or (set(pair) <= sources.keys() and sources[pair[0]] != sources[pair[1]])
        }

        def near(name: str, known: str) -> bool:
            return name == known or tuple(sorted((name, known))) in shared

        return {
            (one, other)
            for one, other in pairs & shared
            if any(
                (near(one, p) and near(other, q)) or (near(one, q) and near(other, p))
                for p, q in parted
            )
        }

    @property
    def names_compared(self) -> set[str]:
        """The names whose values were compared at some moment."""
        return set(self.found.compared)

    def changed_later(self) -> Iterator[str]:
        """Names that were compared, and hold something else when the notebook ends."""
        if not self.order or self.order[-1] not in self.notebook.snapshots:
            return
        final = self.notebook.snapshots[self.order[-1]].values
        for name, known in self.found.compared.items():
            if name in final and final[name] != known:
                one, other = self.notebook.form(known), self.notebook.form(final[name])
                if values.compare(one, other).likeness == "different":
                    yield name

    def _before(self, stage: Stage) -> Snapshot | None:
        """The notebook before a stage's first cell."""
        cells = [cell.id for cell in stage.cells if cell.id in self.order]
        if not cells:
            return None
        first = min(self.order.index(cell) for cell in cells)
        return self.notebook.snapshots.get(self.order[first - 1]) if first else None

    @cached_property
    def _contiguous(self) -> Mapping[str, bool]:
        found = {}
        position = {cell: number for number, cell in enumerate(self.order)}
        for stage in self.pipeline.stages:
            own = [position[cell.id] for cell in stage.cells if cell.id in position]
            between = self.order[min(own) : max(own) + 1] if own else []
            found[stage.name] = all(
                self.stage_of.get(cell, stage.name) == stage.name for cell in between
            )
        return found

    def _is_contiguous(self, stage: Stage) -> bool:
        """Whether no cell of another stage stands between a stage's."""
        return self._contiguous[stage.name]

    def _difference(
        self,
        run: Run,
        kind: Kind,
        cell: str,
        stage: str = "",
        name: str = "",
        path: str = "",
        detail: str = "",
    ) -> Difference:
        number = self.numbers.get(cell, 0)
        return Difference(run, kind, cell, number, stage, name, path, detail)

    def _differs(self, *arguments: Any, **more: Any) -> None:
        self.found.differences.append(self._difference(*arguments, **more))

    def _cannot(self, form: Mapping[str, Any], name: str, cell: str, crosses: bool) -> None:
        path, kind, reason = form["uncomparable"][0]
        known = self.found.uncomparable.get((name, kind))
        if known is None or (crosses and not known.crosses):
            self.found.uncomparable[name, kind] = Uncomparable(
                name,
                cell,
                self.numbers.get(cell, 0),
                kind,
                f"{path}: {reason}".lstrip(": "),
                crosses,
            )
