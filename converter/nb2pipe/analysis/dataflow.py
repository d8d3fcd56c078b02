"""Which stage needs what from which: inputs, outputs, parameters, and the edges between stages.

Every read of a stage is traced to the unit that wrote the version it sees in the notebook. When
that is another stage's, its value crosses. The pipeline is right when every stage, given its
inputs at its start, sees the versions that it saw in the notebook; where cells of several stages
interleave so that this cannot be, the notebook is refused.
"""

from __future__ import annotations

from nb2pipe.analysis.flow import StageFlow
from nb2pipe.analysis.groups import GROUPS, in_words
from nb2pipe.analysis.history import (
    Event,
    History,
    import_text,
    state_name,
    submodule_imports,
)
from nb2pipe.analysis.placement import Placement, code_names
from nb2pipe.analysis.rules import Place, nb302_interleaved
from nb2pipe.analysis.units import Unit
from nb2pipe.model import Diagnostic, Edge


class Dataflow:
    """Traces every stage's reads.

    Args:
        stages: the units that each stage runs, by name, in the notebook's order.
        history: what happened to every name.
        placement: what stands in ``shared.py``.
    """

    def __init__(
        self,
        stages: dict[str, list[Unit]],
        history: History,
        placement: Placement,
    ) -> None:
        self.flows = {name: StageFlow(name, units) for name, units in stages.items()}
        self.history = history
        self.placement = placement
        self.edges: list[Edge] = []
        self.diagnostics: list[Diagnostic] = []
        self._asked: set[tuple[str, str, int]] = set()
        self.owner = {unit.index: name for name, units in stages.items() for unit in units}
        # The first and the last unit of a stage that does something to a name.
        self._spans: dict[tuple[str, str], tuple[int, int]] = {}
        for name, events in history.events.items():
            for event in events:
                index = event.unit.index
                if stage := self.owner.get(index):
                    first, _ = self._spans.get((name, stage), (index, index))
                    self._spans[name, stage] = first, index

    def trace(self) -> None:
        """Fill in every flow, the edges and the findings."""
        for flow in self.flows.values():
            for unit in flow.units:
                if unit.role not in ("definition", "guard"):
                    self._trace_unit(flow, unit, unit.index)
            # A definition that its own stage does not use stands where it is used.
            flow.units = [
                unit
                for unit in flow.units
                if unit.role not in ("definition", "guard") or unit.index in flow.used
            ]
            self._trace_states(flow)
            self._check_builtins(flow)

    def _check_builtins(self, flow: StageFlow) -> None:
        """An import hides a builtin from all of its stage, also from what used it before."""
        for unit in flow.units:
            for name in sorted(unit.effect.builtins & flow.imports.keys()):
                bound = next((e for e in self.history.of(name) if e.unit.index > unit.index), None)
                if bound is not None:
                    self.interleaved(flow, name, bound, unit)

    def replay(self, flow: StageFlow, setting: Unit) -> None:
        """Repeat a setting at the start of a stage, when all of the stage comes after it."""
        after = [unit for unit in flow.units if unit.index > setting.index]
        if not after:
            return
        if len(after) < len(flow.units):
            self.interleaved(flow, "a setting", Event(setting, "change"), after[0])
            return
        flow.settings[setting.index] = setting
        self._trace_unit(flow, setting, setting.index)

    # ── Names ────────────────────────────────────────────────────────────────────────────────

    def _trace_unit(self, flow: StageFlow, unit: Unit, at: int) -> None:
        """What the unit reads, when it runs in this stage."""
        direct = set(code_names(unit)) | set(unit.effect.reads)
        if unit.role == "import":
            direct = set()
        for name in sorted(direct):
            # Variables that a definition's body reads count where it is called.
            if (
                unit.role not in ("definition", "guard")
                or name in unit.effect.reads
                or (self.history.last(name, at) is not None and self._is_code(name, at))
            ):
                self.need(flow, name, at, unit, direct=True)
        for name in sorted(unit.effect.through.keys() - direct):
            self.need(flow, name, at, unit, direct=False)

    def need(self, flow: StageFlow, name: str, at: int, reader: Unit, *, direct: bool) -> None:
        """The stage reads the name as it is before unit ``at``; ``direct``: in its own text."""
        event = self.history.last(name, at)
        if event is None or (event.kind == "delete"):
            return
        owner = self.owner.get(event.unit.index)
        if owner == flow.name:
            self._need_own(flow, name, at, event, reader, direct=direct)
            return
        if self._is_code(name, at):
            self._need_code(flow, name, at, event, reader, direct=direct)
        elif event.unit.role == "parameter":
            self._check_version(flow, name, event, at, reader)
            flow.parameters.add(name)
        else:
            self._need_value(flow, name, at, event, reader)

    def _need_own(
        self, flow: StageFlow, name: str, at: int, event: Event, reader: Unit, *, direct: bool
    ) -> None:
        """The stage's own cells wrote it last; on some paths the older value shows through."""
        if event.unit.role in ("definition", "guard") and event.unit.index not in flow.used:
            flow.used.add(event.unit.index)
            self._trace_unit(flow, event.unit, event.unit.index)
        if event.definite:
            return
        key = (flow.name, name, event.unit.index)
        if key not in self._asked:
            self._asked.add(key)
            self.need(flow, name, event.unit.index, event.unit, direct=direct)

    def _is_code(self, name: str, at: int) -> bool:
        """Whether what the read sees is an import, a definition or a shared constant."""
        events = self.history.reaching(name, at)
        return all(
            (
                event.unit.role in ("import", "definition", "guard")
                and event.kind in ("bind", "maybe")
            )
            or self.placement.is_shared(event.unit)
            or (event.unit.role == "work" and self._binds_module(event, name))
            for event in events
        )

    def _binds_module(self, event: Event, name: str) -> bool:
        value = event.unit.values.get(name)
        return bool(import_text(event.unit, name)) and value is not None and value.kind == "module"

    def _need_code(
        self, flow: StageFlow, name: str, at: int, event: Event, reader: Unit, *, direct: bool
    ) -> None:
        unit = event.unit
        if self.placement.is_shared(unit):
            if direct:
                flow.shared.add(name)
            return
        text = import_text(unit, name)
        if unit.role in ("import", "work") and text:
            if not direct:
                return
            if unit.late:
                flow.late_imports[text] = unit
                return
            texts = flow.imports.setdefault(name, {})
            if texts and text not in texts and not text.startswith("import "):
                self.interleaved(flow, name, event, reader)
            texts[text] = None
            if text.startswith("import ") and " as " not in text:
                texts.update(dict.fromkeys(submodule_imports(self.history, name, at)))
            return
        self._check_version(flow, name, event, at, reader)
        if unit.index in flow.definitions:
            return
        if any(name in other.effect.touched for other in flow.definitions.values()):
            self.interleaved(flow, name, event, reader)
        flow.definitions[unit.index] = unit
        for other in sorted(code_names(unit)):
            # What is evaluated at the definition must be as it was then; the rest is read later.
            early = other in unit.effect.reads
            self.need(flow, other, unit.index if early else at, unit, direct=True)

    def _need_value(self, flow: StageFlow, name: str, at: int, event: Event, reader: Unit) -> None:
        producer = self.flows.get(self.owner.get(event.unit.index, ""))
        if producer is None:
            return  # in a skipped or broken cell: reported as undefined
        self._check_version(flow, name, event, at, reader)
        if name in flow.inputs:
            return
        if name in flow.imports or name in flow.shared:
            self.interleaved(flow, name, event, reader)
        flow.inputs[name] = event.unit
        self._produce(producer, name, event)
        self.edges.append(
            Edge(
                variable=name,
                source=producer.name,
                target=flow.name,
                producer_cell=event.unit.parsed.cell.id,
                consumer_cell=reader.parsed.cell.id,
                reason=_reason(name, event, reader),
            )
        )

    def _produce(self, producer: StageFlow, name: str, event: Event) -> None:
        producer.outputs.add(name)
        if self._spans[name, producer.name][1] > event.unit.index:
            later = next(
                other.unit
                for other in self.history.of(name)
                if other.unit.index > event.unit.index
                and self.owner.get(other.unit.index) == producer.name
            )
            place = Place(later.parsed.cell, later.first, 1)
            self.tell(
                nb302_interleaved.changed_later(
                    place, name, producer.name, event.unit.parsed.cell, later.parsed.cell
                )
            )
        if not event.definite:
            self._need_own(producer, name, event.unit.index + 1, event, event.unit, direct=True)

    def _check_version(
        self, flow: StageFlow, name: str, event: Event, at: int, reader: Unit
    ) -> None:
        """The stage can see one version of an outside name: the one it is given at its start."""
        first, _ = self._spans.get((name, flow.name), (event.unit.index, 0))
        before = first < event.unit.index
        known = flow.inputs.get(name)
        if (
            before
            or (known is not None and known is not event.unit)
            or (known is None and name in flow.parameters and event.unit.role != "parameter")
        ):
            self.interleaved(flow, name, event, reader)

    def interleaved(self, flow: StageFlow, name: str, event: Event, reader: Unit) -> None:
        """NB302: the stage cannot see the version of the name that its cells see."""
        place = Place(reader.parsed.cell, reader.first, 1)
        finding = nb302_interleaved.diagnostic(
            place, name, flow.name, event.unit.parsed.cell, event.unit.stage, reader.parsed.cell
        )
        self.tell(finding)

    def tell(self, finding: Diagnostic) -> None:
        """Keep a finding, once."""
        if finding not in self.diagnostics:
            self.diagnostics.append(finding)

    # ── Hidden state ─────────────────────────────────────────────────────────────────────────

    def _trace_states(self, flow: StageFlow) -> None:
        for unit in flow.units:
            effect = unit.effect
            for state in sorted(effect.draws | effect.seeds | effect.alters | effect.sees):
                event = self.history.last(state_name(state), unit.index)
                events = self.history.of(state_name(state))
                if state not in GROUPS and not any(e.kind in ("bind", "maybe") for e in events):
                    continue  # never seeded
                if state in effect.alters or state not in GROUPS:
                    flow.states.setdefault(state, None)
                if event is None and state in GROUPS:
                    flow.initial.add(state)
                if event is None or state in effect.seeds:
                    continue
                owner = self.owner.get(event.unit.index)
                if owner is None or owner == flow.name:
                    continue
                self._check_state(flow, state, event, unit)

    def _check_state(self, flow: StageFlow, state: str, event: Event, unit: Unit) -> None:
        events = self.history.of(state_name(state))
        own_before = any(
            e.unit.index < event.unit.index and self.owner.get(e.unit.index) == flow.name
            for e in events
        )
        source = self.owner[event.unit.index]
        source_after = any(
            e.unit.index > event.unit.index and self.owner.get(e.unit.index) == source
            for e in events
        )
        known = flow.states.get(state)
        if (
            own_before
            or source_after
            or state in flow.initial
            or (known is not None and known is not event.unit)
        ):
            self.interleaved(flow, in_words(state), event, unit)
            return
        if known is event.unit:
            return
        flow.states[state] = event.unit
        self.edges.append(
            Edge(
                variable=None,
                source=source,
                target=flow.name,
                producer_cell=event.unit.parsed.cell.id,
                consumer_cell=unit.parsed.cell.id,
                reason=in_words(state)
                if state in GROUPS
                else f"random numbers from the global generator {state}",
                state=state,
            )
        )


def _reason(name: str, event: Event, reader: Unit) -> str:
    done = {"bind": "made", "maybe": "made on some paths", "change": "changed in place"}[event.kind]
    used = "changed in place" if name in reader.effect.changes else "read"
    return f"{done}, then {used}"
