"""The nouns of nb2pipe as the JSON that the browser part reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from jupyterlab_nb2pipe.root import Root
from nb2pipe.cli import stages
from nb2pipe.cli.findings import as_json
from nb2pipe.model import Parameter, Pipeline, RunRecord, StageRecord
from nb2pipe.tags import TaggedCell


def analysis(pipeline: Pipeline, cells: Iterable[TaggedCell]) -> dict[str, Any]:
    """An analysed notebook as ``IAnalysis``.

    Args:
        pipeline: the pipeline, with or without errors.
        cells: the notebook's cells with their roles.
    """
    listed = stages.document(pipeline)
    return {
        "pipeline": pipeline.name,
        "cells": [
            {"id": c.cell.id, "role": c.role, "stage": c.stage, "metrics": c.metrics} for c in cells
        ],
        "stages": [
            {**entry, "doc": stage.doc}
            for entry, stage in zip(listed["stages"], pipeline.stages, strict=True)
        ],
        "edges": listed["edges"],
        "parameters": [_parameter(parameter) for parameter in pipeline.parameters],
        "diagnostics": [as_json(finding) for finding in pipeline.diagnostics],
        "error": None,
    }


def unreadable(problem: Mapping[str, Any]) -> dict[str, Any]:
    """The ``IAnalysis`` of a notebook that cannot be read.

    Args:
        problem: why.
    """
    empty: dict[str, Any] = {
        name: [] for name in ("cells", "stages", "edges", "parameters", "diagnostics")
    }
    return {"pipeline": "", **empty, "error": dict(problem)}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "default": plain(parameter.default),
        "source": parameter.source,
        "annotation": parameter.annotation,
        "kinds": list(parameter.kinds),
        "choices": [plain(choice) for choice in parameter.choices],
        "help": parameter.help,
        "cell": parameter.cell,
        "line": parameter.line,
    }


def run(record: RunRecord, root: Root) -> dict[str, Any]:
    """A past run as ``IRun``.

    Args:
        record: the run.
        root: the server's root directory.
    """
    return {
        "run_id": record.run_id,
        "pipeline": record.pipeline,
        "version": record.version,
        "status": record.status,
        "started": record.started,
        "ended": record.ended,
        "parameters": {name: plain(value) for name, value in record.parameters.items()},
        "stages": [_stage(stage, root) for stage in record.stages],
        "metrics": dict(record.metrics),
        "report": None if record.report is None else root.path(record.report),
    }


def _stage(stage: StageRecord, root: Root) -> dict[str, Any]:
    return {
        "name": stage.name,
        "status": stage.status,
        "seconds": stage.seconds,
        "reason": stage.reason,
        "error": stage.error,
        "cell": stage.cell,
        "line": stage.line,
        "notebook": None if stage.notebook is None else root.path(stage.notebook),
        "metrics": dict(stage.metrics),
    }


def plain(value: Any) -> Any:
    """A value as JSON where JSON has it, exactly; else the Python literal as text.

    Args:
        value: a literal value.
    """
    return value if is_plain(value) else repr(value)


def is_plain(value: Any) -> bool:
    """Whether JSON gives exactly that value back.

    Args:
        value: a literal value.
    """
    try:
        return repr(json.loads(json.dumps(value, allow_nan=False))) == repr(value)
    except (ValueError, TypeError):
        return False
