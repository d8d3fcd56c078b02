"""The traced stages become ``model.Stage``: cells without what moved, imports, types."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping, Sequence

from nb2pipe.analysis import celltext, drawing, submodules
from nb2pipe.analysis.figures import Figures
from nb2pipe.analysis.flow import STATES, StageFlow
from nb2pipe.analysis.history import History, import_text, state_name
from nb2pipe.analysis.knowledge import load
from nb2pipe.analysis.magics import DISPLAYS
from nb2pipe.analysis.placement import Placement
from nb2pipe.analysis.regions import ARRAY, VIEW, Regions, Value
from nb2pipe.analysis.syntax import ParsedCell
from nb2pipe.analysis.translation import RESERVED
from nb2pipe.analysis.units import SETUP, Unit, by_cell
from nb2pipe.evidence.facts import Seen
from nb2pipe.model import Shared, Stage, StageCell, StageSettings, Variable
from nb2pipe.tags import TaggedCell

# What a fresh kernel has anyway, or what means nothing in a process of its own.
_NOT_REPLAYED = ("%matplotlib inline", "%reload_ext", "%autoreload", "%env")
_AUTORELOAD = "%load_ext autoreload"


class Assembly:
    """Builds the stages of one notebook.

    Args:
        cells: the notebook's cells with their roles.
        parsed: the code cells, by id.
        units: all units, in order.
        history: what happened to every name.
        placement: what stands in ``shared.py``.
        flows: the traced stages.
        regions: what values lie in.
    """

    def __init__(
        self,
        cells: Sequence[TaggedCell],
        parsed: Mapping[str, ParsedCell],
        units: Sequence[Unit],
        history: History,
        placement: Placement,
        flows: Mapping[str, StageFlow],
        regions: Regions,
    ) -> None:
        self.cells = cells
        self.parsed = parsed
        self.units = units
        self.history = history
        self.placement = placement
        self.flows = flows
        self.regions = regions
        self.types = type_names(units)
        self.by_cell = by_cell(units)
        self.figures_stay = any(map(drawing.keeps_figures, parsed.values()))
        self.by_stage: dict[str | None, list[TaggedCell]] = {}
        for tagged in cells:
            self.by_stage.setdefault(tagged.stage, []).append(tagged)
        self.magics = list(self._replayed_magics())
        self.future = [
            text
            for unit in units
            if unit.role == "import"
            and any(isinstance(n, ast.ImportFrom) and n.module == "__future__" for n in unit.nodes)
            for text in unit.effect.imports.values()
        ]
        self.every_import = [item for unit in units for item in unit.effect.imports.items()]
        self.enabling = {
            text: package
            for _, text in self.every_import
            if (package := load().enabling.get(text.split()[1]))
        }
        self.settings = shared_settings(units, history, placement)
        self.seen: Mapping[str, Seen] = {}

    # ── Stages ───────────────────────────────────────────────────────────────────────────────

    def stage(self, flow: StageFlow, settings: StageSettings) -> Stage:
        """One stage."""
        own = self._own_cells(flow)
        touched = flow.touched
        shared = tuple(sorted(flow.shared))
        taken = touched | {flow.name}
        imports, local = self._imports(flow, taken)
        figures = Figures(
            flow, own, self.parsed, self.every_import, self.regions, self.figures_stay
        )
        return Stage(
            name=flow.name,
            cells=tuple(self._cell(flow, tagged, figures) for tagged in own),
            source_cells=tuple(tagged.cell.id for tagged in own),
            inputs=tuple(self._variable(name, unit) for name, unit in sorted(flow.inputs.items())),
            outputs=tuple(
                self._variable(name, self._last_writer(flow, name)) for name in sorted(flow.outputs)
            ),
            parameters=tuple(sorted(flow.parameters)),
            imports=imports,
            shared=shared,
            shared_local=tuple(name for name in shared if name in taken),
            local_imports=local,
            local_definitions=self._preamble(flow),
            settings=bool(self.settings),
            states=tuple(state for state in STATES if state in flow.states),
            reads=self._paths(flow, read=True),
            writes=self._paths(flow, read=False),
            unobservable=self._unobservable(flow),
            configuration=settings,
            doc=self._doc(flow),
            assumed=self._assumed(flow),
        )

    def _assumed(self, flow: StageFlow) -> tuple[tuple[str, str], ...]:
        """Cells, each with what it is given from elsewhere and assumed to leave alone.

        Or with two names that are assumed to share nothing after it.
        """
        given = {*flow.inputs, *flow.shared, *self.placement.names}
        for unit in flow.definitions.values():
            given |= unit.effect.touched
        found = {
            (unit.tagged.cell.id, name)
            for unit in flow.units
            for name in unit.effect.settled
            if name in given
        }
        found |= {
            (unit.tagged.cell.id, f"{name} {other}")
            for unit in flow.units
            for name, other in unit.effect.parted
        }
        return tuple(sorted(found))

    def _own_cells(self, flow: StageFlow) -> list[TaggedCell]:
        if flow.name == SETUP:
            working = {unit.tagged.cell.id for unit in flow.units}
            return [tagged for tagged in self.cells if tagged.cell.id in working]
        return [
            tagged
            for tagged in self.by_stage.get(flow.name, ())
            if tagged.role == "stage" and tagged.cell.kind == "code"
        ]

    def _variable(self, name: str, unit: Unit | None) -> Variable:
        value = unit.values.get(name) if unit is not None else None
        known = self._annotation(value) if value is not None else ""
        return Variable(name, known or self._seen_type(name, unit))

    def _seen_type(self, name: str, unit: Unit | None) -> str:
        """The type that a recorded run showed, where the module has a name for it."""
        while unit is not None:
            seen = self.seen.get(unit.tagged.cell.id)
            if seen is None:
                return ""
            if name in seen.facts.types:
                dotted = seen.facts.types[name]
                module, _, last = dotted.rpartition(".")
                if not module or dotted in self.types:
                    return self.types.get(dotted, dotted)
                return f"{self.types[module]}.{last}" if module in self.types else ""
            if name not in seen.facts.changed and name not in seen.same:
                return ""
            event = self.history.last(name, unit.index)
            unit = event.unit if event is not None else None
        return ""

    def _annotation(self, value: Value) -> str:
        name = value.type
        if name in ("", ARRAY, VIEW, "split", "generator", "NoneType") or value.kind == "iterator":
            return ""
        if "." not in name:
            return name
        return self.types.get(name) or self._qualified(name)

    def _qualified(self, dotted: str) -> str:
        module, _, last = dotted.rpartition(".")
        rest = last
        while module:
            if module in self.types:
                return f"{self.types[module]}.{rest}"
            module, _, part = module.rpartition(".")
            rest = f"{part}.{rest}"
        return ""

    def _last_writer(self, flow: StageFlow, name: str) -> Unit | None:
        for unit in reversed(flow.units):
            if name in unit.values:
                return unit
        return flow.inputs.get(name)

    def _imports(self, flow: StageFlow, taken: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Import statements at the module's top, and those that the body must make itself."""
        top: dict[str, None] = {}
        local: dict[str, None] = {}
        for name, texts in flow.imports.items():
            for text in texts:
                (local if name in taken else top)[text] = None
        for unit in flow.units:
            for name in unit.effect.builtins & taken:
                if not name.startswith("__") and name not in ("display", "get_ipython"):
                    local[f"from builtins import {name}"] = None
        units = [*flow.units, *flow.settings.values()]
        top.update(dict.fromkeys(self._submodules(units, [*top, *local, *flow.late_imports])))
        top.update(dict.fromkeys(self._enabling([*top, *local])))
        top.update(dict.fromkeys(self.future))
        return tuple(sorted(top)), tuple(sorted(local))

    def _submodules(self, units: Iterable[Unit], imports: Collection[str]) -> list[str]:
        """Imports of what units reach through packages, because an import elsewhere brought it."""
        reached = {d: i for unit in units for d, i in unit.effect.submodules.items()}
        # One that must come after a setting can stand only where the notebook has it.
        early = {d: i for d, i in reached.items() if not self.units[i.unit].late}
        return submodules.missing(early, imports)

    def _enabling(self, imports: Collection[str]) -> list[str]:
        return submodules.enabling(self.enabling, imports)

    def _preamble(self, flow: StageFlow) -> tuple[str, ...]:
        """Definitions and settings that the stage repeats, in the notebook's order."""
        pieces = {**flow.definitions, **flow.settings}
        texts = [(unit.index, celltext.with_comments(unit)) for unit in pieces.values()]
        # An import after `os.environ[…] = …` stays after it.
        texts += [(unit.index, text) for text, unit in flow.late_imports.items()]
        magics = "\n".join(self._magics_before(flow))
        ordered = [text for _, text in sorted(texts)]
        return (magics, *ordered) if magics else tuple(ordered)

    def _magics_before(self, flow: StageFlow) -> Iterable[str]:
        """Settings of the shell that earlier cells make, as reserved comments."""
        own = self._own_cells(flow)
        start = own[0].cell.number if own else None
        reloads = any("%autoreload" in self.parsed[tagged.cell.id].source for tagged in own)
        for number, line in self.magics:
            if start is not None and number >= start:
                return
            if reloads or not line.endswith(_AUTORELOAD):
                yield line

    def _replayed_magics(self) -> Iterable[tuple[int, str]]:
        """Settings of the shell, each with the number of its cell."""
        for tagged in self.cells:
            parsed = self.parsed.get(tagged.cell.id)
            if parsed is None or not parsed.kept or tagged.role not in ("setup", "stage"):
                continue
            lines = parsed.source.split("\n")
            for number in parsed.kept:
                line = lines[number - 1].strip()
                magic = line.removeprefix(RESERVED).strip()
                is_setting = magic.startswith("%") and not magic.startswith(("%%", "%time"))
                replayed = is_setting and not magic.startswith(_NOT_REPLAYED)
                replayed = replayed and magic[1:].partition(" ")[0] not in DISPLAYS
                if replayed and line.startswith(RESERVED):
                    yield tagged.cell.number, line

    def _cell(self, flow: StageFlow, tagged: TaggedCell, figures: Figures) -> StageCell:
        parsed = self.parsed[tagged.cell.id]
        staying = {unit.index for unit in flow.units}
        moved = [unit for unit in self.by_cell.get(tagged.cell.id, ()) if unit.index not in staying]
        own = [u for u in self.by_cell.get(tagged.cell.id, ()) if u.index in staying]
        need = figures.need(tagged, own)
        return StageCell(
            id=tagged.cell.id,
            source=celltext.remaining(parsed, own, moved),
            metrics=tagged.metrics,
            draws=need.draws,
            draws_perhaps=need.draws_perhaps,
            shows=need.shows,
        )

    def _paths(self, flow: StageFlow, *, read: bool) -> tuple[str, ...]:
        found = {
            path
            for unit in flow.units
            for path in (unit.effect.file_reads if read else unit.effect.file_writes)
            if path
        }
        return tuple(sorted(found))

    def _unobservable(self, flow: StageFlow) -> str:
        for unit in flow.units:
            for reason in unit.effect.observes:
                return f"cell {unit.tagged.cell.number} {reason}"
            for reason in unseeded(unit, self.history):
                return (
                    f"cell {unit.tagged.cell.number} draws random numbers without a seed ({reason})"
                )
        return ""

    def _doc(self, flow: StageFlow) -> str:
        texts = [
            tagged.cell.source
            for tagged in self.by_stage.get(flow.name, ())
            if tagged.cell.kind == "markdown" and flow.name != SETUP
        ]
        return celltext.plain_text(texts)

    # ── shared.py ────────────────────────────────────────────────────────────────────────────

    def shared(self) -> Shared:
        """What ``shared.py`` holds: what some stage, setting or shared definition needs of it."""
        wanted = {name for flow in self.flows.values() for name in flow.shared}
        wanted |= {name for unit in self.settings for name in unit.effect.reads}
        kept: list[Unit] = []
        while True:
            reached = [unit for unit in self.placement.shared if unit.effect.binds & wanted]
            if len(reached) == len(kept):
                break
            kept = reached
            wanted |= {name for unit in kept for name in self._needs(unit)}
        names = sorted({name for unit in kept for name in unit.effect.binds})
        imports = self._texts(name for unit in kept for name in self._needs(unit))
        imports += tuple(self._enabling(imports))
        settings = self._texts(name for unit in self.settings for name in self._needs(unit))
        settings += tuple(self._submodules(self.settings, settings))
        return Shared(
            imports=imports,
            body=tuple(celltext.with_comments(unit) for unit in kept),
            names=tuple(names),
            settings_imports=tuple(text for text in settings if text not in imports),
            settings=tuple(unit.text for unit in self.settings),
        )

    def _needs(self, unit: Unit) -> set[str]:
        from nb2pipe.analysis.placement import code_names

        return set(code_names(unit))

    def _texts(self, names: Iterable[str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for name in sorted(set(names)):
            for event in self.history.of(name):
                text = import_text(event.unit, name)
                if text and event.unit.role == "import":
                    found[text] = None
        return tuple(found)


def unseeded(unit: Unit, history: History) -> list[str]:
    """What the unit draws without a seed, in words."""
    found = list(unit.effect.unseeded)
    for state in sorted(unit.effect.chance):
        last = [
            e
            for e in history.of(state_name(state))
            if e.unit.index <= unit.index and e.kind in ("bind", "maybe")
        ]
        if not last:
            found.append(f"from the global generator {state}")
    return found


def shared_settings(
    units: Sequence[Unit], history: History, placement: Placement
) -> tuple[Unit, ...]:
    """Settings of ``setup`` cells that read no variable: ``apply_settings`` makes them."""
    return tuple(
        unit
        for unit in units
        if unit.role == "setting"
        and unit.stage == SETUP
        and all(
            name in placement.names or history.only_imports(name) for name in unit.effect.every_read
        )
        and not any(event.unit.late for name in unit.effect.reads for event in history.of(name))
    )


def type_names(units: Sequence[Unit]) -> dict[str, str]:
    """The names under which the notebook imports modules and classes, by dotted name."""
    names: dict[str, str] = {}
    for unit in units:
        for name in unit.effect.imports:
            value = unit.values.get(name)
            if value is not None and isinstance(value.target, str):
                names.setdefault(value.target, name)
    return names
