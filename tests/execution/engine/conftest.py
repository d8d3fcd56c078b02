"""Projects made by hand, and runs of them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from nb2pipe import execution
from nb2pipe.emit.unroll import unroll
from nb2pipe.model import Project, RunRecord, StageCode, StageRecord


def module(name: str, cells: Mapping[str, str], **interface: Any) -> str:
    """A stage's module: ``cells`` by id (``"c1 metrics"``), ``inputs``, ``parameters``, …"""
    inputs = ", ".join(interface.get("inputs", ()))
    parameters = "".join(f", {p}=None" for p in interface.get("parameters", ()))
    star = f"*{parameters}" if parameters else ""
    arguments = ", ".join(part for part in (inputs, star) if part)
    lines = [
        f'"""Stage {name}."""',
        "",
        interface.get("header", ""),
        "",
        f"def {name}({arguments}):",
    ]
    for line in interface.get("preamble", "").splitlines():
        lines.append(f"    {line}")
    for cell, source in cells.items():
        lines.append(f"    # %% [{cell.split()[0]}]{' metrics' if 'metrics' in cell else ''}")
        lines += [f"    {line}" if line else "" for line in source.splitlines()]
        lines.append("")
    if outputs := interface.get("outputs", ()):
        lines.append(f"    return {', '.join(outputs)}")
    return "\n".join(lines) + "\n"


def stage(name: str, cells: Mapping[str, str], **interface: Any) -> StageCode:
    """A stage; ``takes`` maps its inputs to the stages that give them."""
    takes = interface.pop("takes", {})
    code = {key: interface.pop(key) for key in ("header", "preamble") if key in interface}
    source = module(name, cells, inputs=tuple(takes), **code, **interface)
    made = StageCode(name, source, inputs=tuple(takes.items()), **interface)
    unroll(made.source, name)
    return made


def project(folder: Path, *stages: StageCode, **settings: Any) -> Project:
    return Project(
        name="trial", package="nb2pipe_trial", folder=folder, stages=stages,
        **{"kernel_name": "python3", "source": str(folder / "trial.ipynb"), **settings},
    )  # fmt: skip


def run(what: Project, **options: Any) -> RunRecord:
    """A run without report and MLflow, which have tests of their own."""
    return execution.run(what, **{"report": False, "tracking": False, **options})


def by_name(record: RunRecord) -> dict[str, StageRecord]:
    return {stage.name: stage for stage in record.stages}


class Trial:
    module = staticmethod(module)
    stage = staticmethod(stage)
    project = staticmethod(project)
    run = staticmethod(run)
    by_name = staticmethod(by_name)


@pytest.fixture(scope="session")
def trial() -> Trial:
    """``stage``, ``project`` and ``run``, for projects made by hand."""
    return Trial()


RunProject = Callable[..., RunRecord]
