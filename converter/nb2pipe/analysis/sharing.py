"""Values that share memory: those that are changed together cross together, and go on sharing."""

from __future__ import annotations

from nb2pipe.analysis.dataflow import Dataflow
from nb2pipe.analysis.flow import StageFlow
from nb2pipe.analysis.machine import CODE_KINDS
from nb2pipe.analysis.regions import Regions
from nb2pipe.analysis.rules import Place, nb401_shared_memory
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
        """Inputs that are changed together must come from one artifact, still sharing."""
        for flow in self.dataflow.flows.values():
            for name in sorted(flow.inputs):
                for other in sorted(flow.inputs):
                    if name >= other:
                        continue
                    both = self._overlap(flow, name, other)
                    changing = [unit for unit in flow.units if unit.effect.regions & both]
                    if changing:
                        self._share(flow, name, other, changing[0])

    def _share(self, flow: StageFlow, name: str, other: str, changing: Unit) -> None:
        first, second = self._source(flow, name), self._source(flow, other)
        if not self._bring_together(flow, name, other, changing):
            place = Place(changing.parsed.cell, changing.first, 1)
            self.dataflow.diagnostics.append(
                nb401_shared_memory.diagnostic(place, name, other, first, second, flow.name)
            )

    def _source(self, flow: StageFlow, name: str) -> str:
        """The stage that hands the input on."""
        return flow.sources.get(name) or self.dataflow.owner[flow.inputs[name].index]

    def _bring_together(self, flow: StageFlow, name: str, other: str, reader: Unit) -> bool:
        """Let the later of two producers hand on both values, so that they go on sharing."""
        source, target = self._source(flow, name), self._source(flow, other)
        if source == target:
            return True
        first, second = flow.inputs[name], flow.inputs[other]
        if first.index > second.index:
            name, other, first, second, target = other, name, second, first, source
        last = self.dataflow.history.last(name, second.index)
        if last is None or last.unit is not first:
            return False
        middle = self.dataflow.flows[target]
        if name not in middle.inputs:
            self.dataflow.need(middle, name, second.index, second, direct=False)
        if middle.inputs.get(name) is not first:
            return False
        middle.outputs.add(name)
        flow.sources[name] = target
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
                producer_cell=second.parsed.cell.id,
                consumer_cell=reader.parsed.cell.id,
                reason=f"may share memory with {other}, and both are changed",
            )
        )
        return all(
            self._bring_together(middle, name, third, second)
            for third in list(middle.inputs)
            if third != name and self._overlap(middle, name, third)
        )

    def _overlap(self, flow: StageFlow, name: str, other: str) -> set[int]:
        """The regions that both inputs reach, code excepted."""
        reached = []
        for each in (name, other):
            value = flow.inputs[each].values.get(each)
            reached.append(self.regions.reach(value.own) if value is not None else set())
        both = reached[0] & reached[1]
        return {region for region in both if self.regions.kinds[region] not in CODE_KINDS}
