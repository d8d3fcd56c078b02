"""Two runs compared with the notebook's: every value, what is shared, and every output."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from nb2pipe.model import Pipeline, Stage
from nb2pipe.verification import outputs as shown_outputs
from nb2pipe.verification import values
from nb2pipe.verification.observation import LOADED, Observation, Snapshot
from nb2pipe.verification.outputs import TIME, Shown
from nb2pipe.verification.runs import Subject
from nb2pipe.verification.verdict import Difference, Kind, Run, Uncomparable

PRINTS = "prints: "


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


class Comparison:
    """The notebook's run against the pipeline's and the functions'.

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

    # ── The pipeline ─────────────────────────────────────────────────────────────────────────────

    def with_stages(self, run: Observation) -> None:
        """Compare the run of the pipeline."""
        self.staged = run
        if run.failure is not None:
            failed = run.failure
            last = self.pipeline.stage(failed.stage).cells
            cell = failed.cell or (last[-1].id if last else "")
            self._differs("pipeline", "failure", cell, stage=failed.stage, detail=failed.error)
        for stage in self.pipeline.stages:
            loaded = run.snapshots.get(f"{LOADED} {stage.name}")
            before = self._before(stage)
            if loaded is not None and before is not None and self._is_contiguous(stage):
                names = [variable.name for variable in stage.inputs]
                first = stage.cells[0].id
                self._moment(run, "pipeline", stage, before, loaded, first, names)
            for one in stage.cells:
                self._cell(run, stage, one.id, one.source)
            self._states(run, stage)
        self._outputs(run)
        self._metrics(run)

    def _cell(self, run: Observation, stage: Stage, cell: str, source: str) -> None:
        left, right = self.notebook.snapshots.get(cell), run.snapshots.get(cell)
        if left is None or right is None:
            if source.strip() and run.failure is None:
                self.found.unobserved.append(cell)
            return
        if self._is_contiguous(stage):
            names = sorted(left.values.keys() & right.values.keys())
        else:
            made = _bound(source) | {e.variable for e in self._edges(stage, cell)}
            names = sorted(left.values.keys() & right.values.keys() & made)
        self._moment(run, "pipeline", stage, left, right, cell, names)
        for edge in self._edges(stage, cell):
            name = edge.variable or ""
            if (name in left.values) != (name in right.values):
                where = "in the notebook" if name in left.values else "in the pipeline"
                self._differs(
                    "pipeline", "missing", cell, stage.name, name, detail=f"is bound only {where}"
                )

    def _edges(self, stage: Stage, cell: str) -> list[Any]:
        return [
            edge
            for edge in self.pipeline.edges
            if edge.variable and edge.source == stage.name and edge.producer_cell == cell
        ]

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
        common = set(names)
        for one, other in sorted(left.shares() ^ right.shares()):
            if one in common and other in common:
                only = "the notebook" if (one, other) in left.shares() else f"the {label}"
                detail = f"they share an object or memory in {only} only"
                self._differs(label, "sharing", cell, stage.name, f"{one}, {other}", "", detail)

    def _states(self, run: Observation, stage: Stage) -> None:
        """Compare the global random generators that a stage hands on."""
        if not stage.cells or not self._is_contiguous(stage):
            return
        last = stage.cells[-1].id
        left, right = self.notebook.snapshots.get(last), run.snapshots.get(last)
        for state in stage.states if left and right else ():
            assert left is not None and right is not None  # noqa: S101 - for the type checker
            if left.states.get(state) != right.states.get(state):
                detail = "the state of the global generator differs"
                self._differs("pipeline", "state", last, stage.name, state, "", detail)

    def _outputs(self, run: Observation) -> None:
        for cell in self.order:
            if run.failure is not None and cell not in run.outputs:
                continue
            left = self.shown(self.notebook, cell)
            right = self.shown(run, cell)
            self.found.outputs += max(len(left), len(right))
            self.found.figures += sum(one.figure != "" for one in left)
            left, right = self._without_repeated_warnings(left, right)
            said = shown_outputs.difference(left, right, self._same_figure(run))
            if said:
                stage = self.stage_of.get(cell, "")
                self._differs("pipeline", "output", cell, stage, detail=said)

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

    def _without_repeated_warnings(
        self, left: list[Shown], right: list[Shown]
    ) -> tuple[list[Shown], list[Shown]]:
        """Without warnings that the notebook has shown before.

        Python shows a warning of a library once in a process, and every stage is one.
        """
        said = {w for one in left if one.kind == "stderr" for w in _warnings(one.text)}
        kept = [_without(one, self._seen_warnings) for one in left]
        others = [_without(one, self._seen_warnings) for one in right]
        self._seen_warnings |= said
        return [one for one in kept if one.data], [one for one in others if one.data]

    def _metrics(self, run: Observation) -> None:
        """Count the metrics; their values are compared as those of the names that hold them."""
        self.found.metrics = len(run.metrics)

    # ── The functions ────────────────────────────────────────────────────────────────────────────

    def with_functions(self, run: Observation) -> None:
        """Compare the run of the stages' functions."""
        self.called = run
        if run.failure is not None:
            cells = self.pipeline.stage(run.failure.stage).cells if run.failure.stage else ()
            first = cells[0].id if cells else (self.order[0] if self.order else "")
            self._differs(
                "functions", "failure", first, run.failure.stage, detail=run.failure.error
            )
        for stage in self.pipeline.stages:
            right = run.snapshots.get(stage.name)
            if right is None:
                if run.failure is None:
                    self.found.unobserved.append(stage.name)
                continue
            for name, cell in self._produced(stage).items():
                left = self.notebook.snapshots.get(cell)
                if left is None or name not in left.values:
                    continue
                if name not in right.values:
                    detail = "is not among what the function returns"
                    self._differs("functions", "missing", cell, stage.name, name, "", detail)
                    continue
                names = [name, f"{name} predictions"]
                self._moment(run, "functions", stage, left, right, cell, names)
            self._function_outputs(run, stage)

    def _produced(self, stage: Stage) -> dict[str, str]:
        """For each value that a stage gives, the cell after which the notebook has it."""
        found: dict[str, str] = {}
        position = {cell: number for number, cell in enumerate(self.order)}
        last = max((c.id for c in stage.cells), key=lambda c: position.get(c, -1), default="")
        for variable in stage.outputs:
            cells = [
                edge.producer_cell
                for edge in self.pipeline.edges
                if edge.variable == variable.name and edge.source == stage.name
            ]
            known = [cell for cell in cells if cell in position]
            latest = max(known, key=lambda cell: position[cell], default=last)
            found[variable.name] = last if self._is_contiguous(stage) else latest
        return found

    def _function_outputs(self, run: Observation, stage: Stage) -> None:
        """Compare what a function prints and draws with what its cells print and draw.

        A function shows no trailing expressions, and its figures when it has ended.
        """
        left = [one for cell in stage.cells for one in self.shown(self.notebook, cell.id)]
        right = self.shown(run, stage.name)
        cell = stage.cells[0].id if stage.cells else ""
        printed = [_text(side) for side in (left, right)]
        if printed[0] != printed[1]:
            said = shown_outputs.first_difference(*printed)
            self._differs("functions", "output", cell, stage.name, detail=f"{PRINTS}{said}")
        drawn = [[one for one in side if one.figure] for side in (left, right)]
        if len(drawn[0]) != len(drawn[1]):
            detail = f"{len(drawn[0])} figures → {len(drawn[1])} figures"
            self._differs("functions", "output", cell, stage.name, detail=detail)
            return
        for one, other in zip(*drawn, strict=True):
            if not self._same_figure(run)(one.figure, other.figure):
                compared = values.compare(self.notebook.form(one.figure), run.form(other.figure))
                detail = f"a figure's data differ: {compared.path} {compared.detail}"
                self._differs("functions", "output", cell, stage.name, detail=detail)

    def sides(self, difference: Difference) -> tuple[list[Shown], list[Shown]]:
        """What the notebook and the other run showed where an output differs."""
        if difference.run != "functions":
            cell = difference.cell
            return self.shown(self.notebook, cell), self.shown(self.staged, cell)
        cells = self.pipeline.stage(difference.stage).cells
        left = [one for cell in cells for one in self.shown(self.notebook, cell.id)]
        right = self.shown(self.called, difference.stage)
        if difference.detail.startswith(PRINTS):
            texts = ({"text/plain": _text(side)} for side in (left, right))
            one, other = (Shown("stdout", text) for text in texts)
            return [one], [other]
        return [one for one in left if one.figure], [one for one in right if one.figure]

    # ── What was left out ────────────────────────────────────────────────────────────────────────

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

    # ── Where things are ─────────────────────────────────────────────────────────────────────────

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


def _text(side: Sequence[Shown]) -> str:
    """What was printed, without what ``%time`` says: a function is not a cell."""
    text = "".join(one.text for one in side if one.kind == "stdout")
    return "\n".join(line for line in text.split("\n") if line != TIME)


def _warnings(text: str) -> Iterator[str]:
    """The warnings in what was written to standard error, each with the line it quotes."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if "Warning: " in line:
            quoted = lines[number + 1] if number + 1 < len(lines) else ""
            yield f"{line}\n{quoted}" if quoted.startswith("  ") else line


def _without(one: Shown, known: set[str]) -> Shown:
    if one.kind != "stderr":
        return one
    text = one.text
    for warning in _warnings(one.text):
        if warning in known:
            text = text.replace(warning, "", 1)
    return Shown("stderr", {"text/plain": text} if text.strip() else {})


def _bound(source: str) -> set[str]:
    """The names that a cell binds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
