"""The notebook as a pipeline: the passes of the analysis, one after the other."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush

from nb2pipe import parameters as declared_parameters
from nb2pipe import tags
from nb2pipe.analysis import companions, findings, recalls, unsupported
from nb2pipe.analysis.assembly import Assembly, shared_settings
from nb2pipe.analysis.celltext import plain_text
from nb2pipe.analysis.contradictions import unforeseen_files
from nb2pipe.analysis.crossings import Crossings
from nb2pipe.analysis.dataflow import Dataflow
from nb2pipe.analysis.files import file_edges
from nb2pipe.analysis.garbage import uncollected
from nb2pipe.analysis.history import History
from nb2pipe.analysis.modules import imported
from nb2pipe.analysis.placement import Placement, is_setup_work
from nb2pipe.analysis.process import carry
from nb2pipe.analysis.progress import Memory, steps
from nb2pipe.analysis.sharing import Sharing
from nb2pipe.analysis.syntax import ParsedCell, parse
from nb2pipe.analysis.units import SETUP, Unit
from nb2pipe.evidence import facts
from nb2pipe.model import Diagnostic, Edge, Notebook, Parameter, Pipeline, StageSettings
from nb2pipe.project.names import from_stem


def analyse(
    notebook: Notebook,
    *,
    name: str | None = None,
    tagging: tags.Tagging | None = None,
    memory: Memory | None = None,
) -> Pipeline:
    """Find the stages of a notebook, what they take and give, and what is wrong with it.

    Args:
        notebook: the notebook as read.
        name: the pipeline's name; by default the notebook's stem made an identifier.
        tagging: the notebook's cells with their roles, where they are known already.
        memory: what the last analysis of the notebook left, where it is analysed again and again.

    Returns:
        The pipeline. When an error makes the rest unknowable (a cell that is no Python, a bad
        tag), it has the findings and no stages.
    """
    with uncollected():
        pipeline = analysed(notebook, name or from_stem(notebook.path.stem), tagging, memory)
    if not pipeline.diagnostics:
        return pipeline
    from nb2pipe.fixes import offered

    return replace(
        pipeline,
        diagnostics=offered(
            notebook,
            pipeline.diagnostics,
            lambda changed: analysed(changed, pipeline.name).diagnostics,
        ),
    )


def _leave_unfilled(parsed: dict[str, ParsedCell], notebook: Notebook) -> None:
    """Read again the cells whose shell lines name what the notebook binds nowhere."""
    filled = {name for cell in parsed.values() for name in cell.filled}
    if not filled:
        return
    bound = {name for cell in parsed.values() for name in unsupported.bound_names(cell.tree)}
    for cell in parsed.values():
        if cell.filled:  # perhaps in a function
            bound |= {node.arg for node in ast.walk(cell.tree) if isinstance(node, ast.arg)}
            bound |= {
                node.id
                for node in ast.walk(cell.tree)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            }
    unbound = frozenset(filled - bound)
    for key, cell in parsed.items():
        if cell.filled & unbound:
            parsed[key] = parse(
                cell.cell, language_version=notebook.language_version, unbound=unbound
            )


def _load_once(parsed: dict[str, ParsedCell], notebook: Notebook) -> None:
    """Read again the cells that load an extension of IPython which an earlier one has loaded."""
    loaded: frozenset[str] = frozenset()
    for key, cell in parsed.items():
        own = cell.extensions
        if own & loaded:
            parsed[key] = parse(
                cell.cell, language_version=notebook.language_version, loaded=loaded
            )
        loaded |= own


def analysed(
    notebook: Notebook,
    name: str,
    tagging: tags.Tagging | None = None,
    memory: Memory | None = None,
) -> Pipeline:
    """The pipeline as ``analyse`` finds it, its findings without their fixes."""
    tagging = tagging or tags.assign(notebook)
    found = list(tagging.diagnostics)
    parsed = {
        tagged.cell.id: parse(tagged.cell, language_version=notebook.language_version)
        for tagged in tagging.cells
        if tagged.cell.kind == "code" and tagged.role != "skip"
    }
    _load_once(parsed, notebook)
    _leave_unfilled(parsed, notebook)
    for cell in parsed.values():
        found += cell.diagnostics
    requirements = tuple(r for cell in parsed.values() for r in cell.requirements)
    parameters: list[Parameter] = []
    for tagged in tagging.cells:
        if tagged.role == "parameters" and tagged.cell.id in parsed:
            own, wrong = declared_parameters.declared(parsed[tagged.cell.id])
            parameters += own
            found += wrong
    pipeline = Pipeline(
        name=name,
        notebook=notebook,
        parameters=tuple(parameters),
        modules=imported(parsed.values()),
        requirements=requirements,
        diagnostics=in_order(found),
    )
    if pipeline.errors or not tagging.stages:
        return pipeline
    return _Analysis(pipeline, tagging, parsed, memory or Memory()).pipeline()


class _Analysis:
    """The passes that need every cell to be readable."""

    def __init__(
        self,
        begun: Pipeline,
        tagging: tags.Tagging,
        parsed: Mapping[str, ParsedCell],
        memory: Memory,
    ) -> None:
        self.begun = begun
        self.tagging = tagging
        self.parsed = parsed
        running = [t.cell for t in tagging.cells if t.cell.id in parsed]
        self.seen = facts.seen(begun.notebook.facts, running)
        run = memory.run(steps(tagging.cells, parsed, self.seen))
        self.machine = run.runner.machine
        self.contradictions = run.contradictions
        self.units = run.units
        carry(self.units)
        self.history = History(self.units)
        self.placement = Placement(self.units, self.history)
        self.stages = self._stages()
        self.flow = Dataflow(self.stages, self.history, self.placement)

    def _stages(self) -> dict[str, list[Unit]]:
        """The units that each stage runs."""
        stages: dict[str, list[Unit]] = {}
        work = [unit for unit in self.units if is_setup_work(unit)]
        if work:
            stages[SETUP] = work
        own: dict[str, list[Unit]] = {name: [] for name in self.tagging.stages}
        for unit in self.units:
            if unit.stage in own:
                own[unit.stage].append(unit)
        for name, units in own.items():
            stages[name] = [
                unit
                for unit in units
                if not self.placement.is_shared(unit)
                and not (unit.role == "import" and not unit.late)
            ]
        return stages

    def pipeline(self) -> Pipeline:
        """The pipeline, with everything that was found."""
        flow = self.flow
        found = self._local_findings()
        flow.trace()
        sharing = Sharing(flow, self.machine.regions)
        sharing.keep()
        self._replay_settings()
        edges = self._edges()
        order = self._order(edges, found)
        sharing.changed_first(order)
        found += flow.diagnostics
        found += findings.unused_parameters(self.begun.parameters, flow.flows, self.begun.notebook)
        crossings = Crossings(self.history, self.placement, self.machine.regions, flow.flows)
        found += crossings.find()
        found += companions.undecided(flow.flows, self.units, self.history)
        found += recalls.called_anew(self.units, self.history, self.machine.regions)
        found += [*self.contradictions.found, *self.contradictions.draws(self.units)]
        found += unforeseen_files(self.seen, self.tagging.cells, edges)
        assembly = Assembly(
            self.tagging.cells,
            self.parsed,
            self.units,
            self.history,
            self.placement,
            flow.flows,
            self.machine.regions,
        )
        assembly.seen = self.seen
        settings = self.tagging.settings
        stages = tuple(
            assembly.stage(flow.flows[name], settings.get(name, StageSettings())) for name in order
        )
        at = {name: position for position, name in enumerate(order)}
        pipeline = replace(
            self.begun,
            stages=stages,
            edges=tuple(
                sorted(edges, key=lambda e: (at[e.source], at[e.target], e.variable or ""))
            ),
            shared=assembly.shared(),
            doc=self._doc(),
            diagnostics=in_order([*self.begun.diagnostics, *found]),
        )
        return _proved(pipeline)

    def _local_findings(self) -> list[Diagnostic]:
        found: list[Diagnostic] = []
        bound = {name for name in self.history.events if name.isidentifier()}
        cells = self.parsed.values()
        documented = any("__doc__" in cell.source for cell in cells) and any(
            map(unsupported.documents, cells)
        )
        for cell in cells:
            found += unsupported.find(cell, bound, documented=documented)
        found += findings.star_imports(self.units)
        found += findings.names_of_magics(self.units, self.history)
        found += findings.undefined_names(self.units, self.history, self._skipped())
        found += findings.missing_locals(self.units, self.history)
        found += findings.hidden_state(self.units, self.history)
        found += findings.kept_figures(self.units)
        return found

    def _skipped(self) -> dict[str, int]:
        """Names that skipped cells bind, for the advice on undefined ones."""
        names: dict[str, int] = {}
        for tagged in self.tagging.cells:
            if tagged.role == "skip" and tagged.cell.kind == "code":
                for name in unsupported.bound_names(parse(tagged.cell).tree):
                    names.setdefault(name, tagged.cell.number)
        return names

    def _replay_settings(self) -> None:
        """Settings hold for everything after them: later stages repeat them."""
        done = {unit.index for unit in shared_settings(self.units, self.history, self.placement)}
        for unit in self.units:
            if unit.role == "setting" and unit.index not in done:
                for flow in self.flow.flows.values():
                    if flow.name != unit.stage:
                        self.flow.replay(flow, unit)

    def _edges(self) -> list[Edge]:
        # With imports of earlier stages that a stage repeats: of modules that a cell has written.
        stages = {
            name: list(dict.fromkeys([*units, *self.flow.flows[name].late_imports.values()]))
            for name, units in self.stages.items()
        }
        edges = [*self.flow.edges, *file_edges(stages)]
        for tagged in self.tagging.cells:
            for source in tagged.after:
                if tagged.stage and source in self.stages and source != tagged.stage:
                    last = [
                        c for c in self.tagging.cells if c.stage == source and c.cell.kind == "code"
                    ]
                    edges.append(
                        Edge(
                            None,
                            source,
                            tagged.stage,
                            last[-1].cell.id,
                            tagged.cell.id,
                            f"tag after:{source}",
                        )
                    )
        return edges

    def _order(self, edges: Sequence[Edge], found: list[Diagnostic]) -> list[str]:
        """The stages in an order that respects the edges, else in that of the notebook."""
        names = list(self.stages)
        sorter: TopologicalSorter[str] = TopologicalSorter({name: [] for name in names})
        for edge in edges:
            sorter.add(edge.target, edge.source)
        try:
            sorter.prepare()
        except CycleError:
            found += findings.cycles(edges, names, self.begun.notebook)
            return names
        at = {name: position for position, name in enumerate(names)}
        order: list[str] = []
        ready: list[int] = []
        while sorter.is_active():
            for name in sorter.get_ready():
                heappush(ready, at[name])
            first = names[heappop(ready)]
            order.append(first)
            sorter.done(first)
        return order

    def _doc(self) -> str:
        texts = []
        for tagged in self.tagging.cells:
            if tagged.cell.kind == "code":
                break
            if tagged.cell.kind == "markdown":
                texts.append(tagged.cell.source)
        return plain_text(texts)


def _proved(pipeline: Pipeline) -> Pipeline:
    """The pipeline with the proof that its modules are its cells, or the reason why not."""
    if pipeline.errors:
        return pipeline
    from nb2pipe.emit.proof import prove

    return replace(
        pipeline, diagnostics=in_order([*pipeline.diagnostics, *prove(pipeline, pipeline.name)])
    )


def in_order(found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings in the notebook's order, those on the whole of it first."""
    unique = list(dict.fromkeys(found))
    return tuple(sorted(unique, key=lambda d: (d.number or 0, d.line or 0, d.code)))
