"""What ``nb2pipe.run`` gives back: the record of the run, and the values on demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nb2pipe.model import Project, RunRecord, StageRecord


class StageArtifacts(Mapping[str, Any]):
    """The values that one stage handed on, by variable; loaded when first asked for."""

    def __init__(self, stage: StageRecord, project: Project) -> None:
        self._stage = stage
        self._project = project

    @cached_property
    def _values(self) -> Mapping[str, Any]:
        from nb2pipe.execution import modules, values
        from nb2pipe.execution.store import Store

        store = Store(self._project.folder.absolute())
        digests = set(self._stage.outputs.values())
        build = modules.build(self._project, store)
        found: dict[str, Any] = {}
        for digest in digests:
            found |= values.load(store, digest, package=self._project.package, build=build)
        return found

    def __getitem__(self, variable: str) -> Any:
        if variable not in self._stage.outputs:
            handed = ", ".join(self._stage.outputs) or "nothing"
            raise KeyError(f"stage {self._stage.name} hands on {handed}, not {variable}")
        return self._values[variable]

    def __iter__(self) -> Iterator[str]:
        return iter(self._stage.outputs)

    def __len__(self) -> int:
        return len(self._stage.outputs)


@dataclass(frozen=True)
class RunResult:
    """One run: ``record`` is what is kept of it, ``project`` what ran."""

    record: RunRecord
    project: Project

    @property
    def status(self) -> str:
        """``succeeded``, ``failed`` or ``cancelled``."""
        return self.record.status

    @property
    def metrics(self) -> Mapping[str, float]:
        """The metrics of the run."""
        return self.record.metrics

    @property
    def artifacts(self) -> Mapping[str, Mapping[str, Any]]:
        """The values that each stage handed on: ``artifacts["train"]["model"]``."""
        return {stage.name: StageArtifacts(stage, self.project) for stage in self.record.stages}
