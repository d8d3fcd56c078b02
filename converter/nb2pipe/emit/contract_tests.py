"""The tests that stand beside a project's modules and hold them to their contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nb2pipe.emit.ploomber import has_shared
from nb2pipe.model import Pipeline, Stage
from nb2pipe.parameters import literal


def files(pipeline: Pipeline, package: str) -> dict[str, str]:
    """The tests, by their path in the project's folder.

    Args:
        pipeline: an analysed notebook without errors.
        package: the import package of its modules.
    """
    template = Path(__file__).parent / "templates" / "test_contract.py.txt"
    contract = "\n".join(_contract(pipeline, package))
    text = template.read_text(encoding="utf-8").replace("# @contract", contract)
    return {"tests/test_contract.py": text}


def _contract(pipeline: Pipeline, package: str) -> Iterator[str]:
    modules = [stage.name for stage in pipeline.stages]
    yield f"PACKAGE = {literal(package)}"
    yield f"MODULES = {literal([*(['shared'] if has_shared(pipeline) else []), *modules])}"
    yield "# For each stage: its inputs and the stage that makes each, the parameters that it reads"
    yield "# and their defaults, and what it returns."
    yield "STAGES = {"
    for stage in pipeline.stages:
        yield f"    {literal(stage.name)}: {{"
        for title, value in _sides(pipeline, stage):
            yield f"        {literal(title)}: {literal(value)},"
        yield "    },"
    yield "}"


def _sides(pipeline: Pipeline, stage: Stage) -> Iterator[tuple[str, object]]:
    sources = {edge.variable: edge.source for edge in pipeline.edges if edge.target == stage.name}
    defaults = {parameter.name: parameter.default for parameter in pipeline.parameters}
    yield "inputs", {item.name: sources[item.name] for item in stage.inputs}
    yield "parameters", {name: defaults[name] for name in stage.parameters}
    yield "outputs", [item.name for item in stage.outputs]
