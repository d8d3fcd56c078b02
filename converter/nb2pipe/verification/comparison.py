"""Two runs compared with the notebook's: every value, what is shared, and every output."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Sequence
from typing import Any

from nb2pipe.execution import metrics
from nb2pipe.model import Stage
from nb2pipe.verification import outputs as shown_outputs
from nb2pipe.verification import values
from nb2pipe.verification.moments import Moments
from nb2pipe.verification.observation import LOADED, Observation
from nb2pipe.verification.outputs import TIME, Shown
from nb2pipe.verification.verdict import Difference
from nb2pipe.verification.warned import warnings_in, without

PRINTS = "prints: "


class Comparison(Moments):
    """The notebook's run against the pipeline's and the functions'."""

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
            if cell not in run.outputs:
                left = self._without_moved_warnings(left, run)
            left, right = self._without_repeated_warnings(left, right)
            said = shown_outputs.difference(left, right, self._same_figure(run))
            if said:
                stage = self.stage_of.get(cell, "")
                self._differs("pipeline", "output", cell, stage, detail=said)

    def _without_repeated_warnings(
        self, left: list[Shown], right: list[Shown]
    ) -> tuple[list[Shown], list[Shown]]:
        """Without warnings that the notebook has shown before.

        Python shows a warning of a library once in a process, and every stage is one.
        """
        said = {w for one in left if one.kind == "stderr" for w in warnings_in(one.text)}
        kept = [without(one, self._seen_warnings) for one in left]
        others = [without(one, self._seen_warnings) for one in right]
        self._seen_warnings |= said
        return [one for one in kept if one.data], [one for one in others if one.data]

    def _without_moved_warnings(self, left: list[Shown], run: Observation) -> list[Shown]:
        """Without warnings of imports, which now stand at the top of the stages' modules."""
        texts = [one.text for rest in run.other.values() for one in shown_outputs.shown(rest)]
        elsewhere = "\n".join(texts)
        moved = {
            warning
            for one in left
            for warning in warnings_in(one.text)
            if warning.partition("\n")[0].partition("Warning: ")[2] in elsewhere
        }
        return [one for one in (without(one, moved) for one in left) if one.data]

    def _metrics(self, run: Observation) -> None:
        """Compare the metrics that the run tracked with what the notebook's cells hold."""
        self.found.metrics = len(run.metrics)
        known: dict[str, dict[str, float]] = {}
        holders: dict[tuple[str, str], tuple[str, str]] = {}
        for stage in self.pipeline.stages:
            numbers = known.setdefault(stage.name, {})
            for cell in stage.cells:
                snapshot = self.notebook.snapshots.get(cell.id)
                for variable, held in snapshot.metrics.items() if snapshot and cell.metrics else ():
                    numbers |= held
                    holders |= {(stage.name, metric): (cell.id, variable) for metric in held}
        expected = metrics.of_run(known)
        places = {
            name if name in expected else f"{stage}.{name}": (stage, cell, variable)
            for (stage, name), (cell, variable) in holders.items()
        }
        for name in [*expected, *(name for name in run.metrics if name not in expected)]:
            stage_name, cell_id, variable = places.get(name, ("", self.order[-1], name))
            one, other = expected.get(name), run.metrics.get(name)
            if one == other or (other is None and run.failure is not None):
                continue
            detail = f"{'none' if one is None else one} → {'none' if other is None else other}"
            place = (cell_id, stage_name, variable, name, detail)
            if one is not None and other is not None and values.close(one, other):
                self.found.close.append(self._difference("pipeline", "metric", *place))
            else:
                self._differs("pipeline", "metric", *place)

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

    def side(self, difference: Difference, run: Observation) -> list[Shown]:
        """What a run showed where an output differs.

        Args:
            difference: what differs.
            run: a run of the notebook, or that of the pipeline or of the functions.
        """
        if difference.run != "functions":
            return self.shown(run, difference.cell)
        if run is self.called:
            found = self.shown(run, difference.stage)
        else:
            cells = self.pipeline.stage(difference.stage).cells
            found = [one for cell in cells for one in self.shown(run, cell.id)]
        if difference.detail.startswith(PRINTS):
            return [Shown("stdout", {"text/plain": _text(found)})]
        return [one for one in found if one.figure]


def _text(side: Sequence[Shown]) -> str:
    """What was printed, without what ``%time`` says: a function is not a cell."""
    text = "".join(one.text for one in side if one.kind == "stdout")
    return "\n".join(line for line in text.split("\n") if line != TIME)


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
