"""Values that share memory: where that can be noticed, they cross together and go on sharing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from nb2pipe.analysis.dataflow import Dataflow
from nb2pipe.analysis.definition import CODE_KINDS, Definition
from nb2pipe.analysis.flow import StageFlow
from nb2pipe.analysis.history import Event
from nb2pipe.analysis.regions import Regions, Value
from nb2pipe.analysis.rules import Place, nb302_interleaved, nb401_shared_memory
from nb2pipe.analysis.units import Unit
from nb2pipe.model import Edge


class Sharing:
    """Sees to the inputs of all stages, once they are traced.

    Args:
        dataflow: the traced stages; sources, outputs, edges and findings are added to it.
        regions: what may share memory.
    """

    def __init__(self, dataflow: Dataflow, regions: Regions) -> None:
        self.dataflow = dataflow
        self.regions = regions

    def keep(self) -> None:
        """Inputs that share what is changed must come from one artifact, still sharing.

        So must those that come to lie in one value, which then holds the same object twice, and
        those that hold the same ``object()``, which is only good for being recognised. Others may
        part: what nobody changes is the same whether there is one of it or two.
        """
        self._constants()
        self._changed_under_another_name()
        for flow in self.dataflow.flows.values():
            for name in sorted(flow.inputs):
                group = self._sharing_with(flow, {name})
                for other in sorted(group - {name}):
                    both = self._overlap(flow, name, other)
                    known_by_identity = any(self.regions.kinds[r] == "sentinel" for r in both)
                    changing = [
                        unit
                        for unit in flow.units
                        if known_by_identity
                        or (unit.effect.regions | unit.effect.identified) & both
                        or self._hands_on(flow, unit, both)
                        or (both and self._joins(flow, unit, name, other))
                    ]
                    if changing:
                        self._share(flow, group, changing[0])
                        break

    def _hands_on(self, flow: StageFlow, unit: Unit, regions: set[int]) -> bool:
        """Whether a unit makes a value of those regions, for a later stage that may change them."""
        return any(
            name in flow.outputs and not regions.isdisjoint(self._reach(value))
            for name, value in unit.values.items()
        )

    def _joins(self, flow: StageFlow, unit: Unit, name: str, other: str) -> bool:
        """Whether a unit makes a value that may hold both inputs, rather than be one of them."""
        effect = unit.effect
        if not all(each in effect.reads or each in effect.through for each in (name, other)):
            return False
        one, two = (flow.inputs[each].values[each].own for each in (name, other))
        reach = self.regions.reach
        return any(
            value.kind != "data"
            and value.own.isdisjoint(one | two)
            # Each for itself, and not because the other holds it.
            and one <= reach(value.own, ends=two)
            and two <= reach(value.own, ends=one)
            for value in unit.values.values()
        )

    def _changed_under_another_name(self) -> None:
        """What a stage hands on must not change in it later, also when the name is gone by then."""
        flows = self.dataflow.flows
        for flow in flows.values():
            for name, made in flow.inputs.items():
                value = made.values.get(name)
                producer = flows[self.dataflow.owner[made.index]]
                last = max((unit.index for unit in producer.units), default=made.index)
                reached = self._reach(value, last) if value is not None else set()
                changing = _changing(producer, made, reached)
                if changing is not None:
                    self.dataflow.interleaved(producer, name, Event(made, "change"), changing)

    def changed_first(self, order: Sequence[str]) -> None:
        """No stage changes in place what one that runs after it takes as it was before.

        Functions called one after the other in one process would hand on one object.
        """
        flows = self.dataflow.flows
        late: list[StageFlow] = []
        last = -1
        for flow in (flows[name] for name in order if flows[name].units):
            first = min(unit.index for unit in flow.units)
            if last > first:
                for name, made in flow.inputs.items():
                    self._changed_by(late, flow, name, made)
            late.append(flow)
            last = max(last, *(unit.index for unit in flow.units))

    def _changed_by(
        self, earlier: Iterable[StageFlow], flow: StageFlow, name: str, made: Unit
    ) -> None:
        value = made.values.get(name)
        reached = self._reach(value) if value is not None else set()
        for other in earlier:
            if other.name == self.dataflow.owner[made.index]:
                continue  # `_changed_under_another_name` has told
            unit = _changing(other, made, reached)
            if unit is not None:
                place = Place(unit.parsed.cell, unit.first, 1)
                self.dataflow.tell(
                    nb302_interleaved.changed_first(
                        place, name, other.name, unit.parsed.cell, flow.name
                    )
                )
                return

    def _reach(self, value: Value, last: int | None = None) -> set[int]:
        """The regions that the value reaches, after the unit ``last`` already, code excepted."""
        if last is None:
            reached = self.regions.reach(value.own)
        else:
            reached = self.regions.reach_until(value.own, last)
        return {region for region in reached if self.regions.kinds[region] not in CODE_KINDS}

    def _constants(self) -> None:
        """A function that crosses as a value finds the shared constants that it reads."""
        placement = self.dataflow.placement
        constants = {n for u in placement.shared if u.role == "constant" for n in u.effect.binds}
        home = {id(node) for unit in placement.shared for node in unit.nodes}
        for flow in self.dataflow.flows.values():
            for name, unit in flow.inputs.items():
                value = unit.values.get(name)
                for region in self.regions.reach(value.own) if value is not None else ():
                    target = self.regions.targets[region]
                    if isinstance(target, Definition) and id(target.node) not in home:
                        flow.shared |= self.regions.code[region] & constants

    def _sharing_with(self, flow: StageFlow, names: set[str]) -> set[str]:
        """The inputs that share memory with one of the names, or with one that does."""
        group = names & flow.inputs.keys()
        while True:
            more = {
                other
                for other in flow.inputs.keys() - group
                if any(self._overlap(flow, name, other) for name in group)
            }
            if not more:
                return group
            group |= more

    def _handed(self, flow: StageFlow, name: str) -> tuple[str, Unit]:
        """The stage that hands the input on, and the unit after which it does."""
        made = flow.inputs[name]
        return flow.sources.get(name) or (self.dataflow.owner[made.index], made)

    def _share(self, flow: StageFlow, group: set[str], reader: Unit) -> None:
        """Let the latest of several producers hand on all of them, so that they go on sharing."""
        handed = {name: self._handed(flow, name) for name in sorted(group)}
        last = max(handed, key=lambda name: handed[name][1].index)
        target, unit = handed[last]
        middle = self.dataflow.flows[target]
        passed = {name for name, (source, _) in handed.items() if source != target}
        for name in sorted(passed):
            if not self._pass_through(flow, name, last, reader):
                place = Place(reader.parsed.cell, reader.first, 1)
                self.dataflow.diagnostics.append(
                    nb401_shared_memory.diagnostic(
                        place, name, last, handed[name][0], target, flow.name
                    )
                )
                return
        if passed:
            self._share(middle, self._sharing_with(middle, passed), unit)

    def _pass_through(self, flow: StageFlow, name: str, last: str, reader: Unit) -> bool:
        """Take an input from the stage that hands on another one; False when it has not got it."""
        target, unit = self._handed(flow, last)
        made = flow.inputs[name]
        event = self.dataflow.history.last(name, unit.index)
        if event is None or event.unit is not made:
            return False
        middle = self.dataflow.flows[target]
        if name not in middle.inputs:
            self.dataflow.need(middle, name, unit.index, unit, direct=False)
        if middle.inputs.get(name) is not made:
            return False
        middle.outputs.add(name)
        flow.sources[name] = (target, unit)
        self.dataflow.edges = [
            edge
            for edge in self.dataflow.edges
            if not (edge.variable == name and edge.target == flow.name)
        ]
        self.dataflow.edges.append(
            Edge(
                variable=name,
                source=target,
                target=flow.name,
                producer_cell=unit.parsed.cell.id,
                consumer_cell=reader.parsed.cell.id,
                reason=f"may share memory with {last}: they cross together",
            )
        )
        return True

    def _overlap(self, flow: StageFlow, name: str, other: str) -> set[int]:
        """The regions that both inputs reach, code excepted."""
        reached = []
        for each in (name, other):
            value = flow.inputs[each].values.get(each)
            reached.append(self._reach(value) if value is not None else set())
        return reached[0] & reached[1]


def _changing(flow: StageFlow, made: Unit, reached: Set[int]) -> Unit | None:
    """The first unit of a stage that changes one of the regions after they were made."""
    later = (unit for unit in flow.units if unit.index > made.index)
    return next((unit for unit in later if unit.effect.regions & reached), None)
