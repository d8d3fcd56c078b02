"""The stages run by papermill, each in a Jupyter kernel of its own: the real engine."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from running import PACKAGE, Observed, Shown
from shell import masked

from nb2pipe import execution
from nb2pipe.emit.project import from_pipeline
from nb2pipe.execution.executable import source_cell
from nb2pipe.model import Pipeline


class _Cell:
    """A cell as ``source_cell`` takes it."""

    def __init__(self, cell: Mapping[str, Any]) -> None:
        self.metadata = cell["metadata"]


def run_in_kernels(pipeline: Pipeline, folder: Path) -> Observed:
    """Run the stages as ``nb2pipe run`` does; what their cells show.

    Args:
        pipeline: a pipeline without errors.
        folder: where it runs.
    """
    os.environ.pop("MPLBACKEND", None)  # a kernel chooses its own, which shows figures
    project = replace(from_pipeline(pipeline, package=PACKAGE), folder=folder)
    record = execution.run(project, report=False, tracking=False, jobs=2)
    outputs: dict[str, Shown] = {}
    for stage in record.stages:
        if stage.notebook is None:
            continue
        for cell in json.loads(stage.notebook.read_text(encoding="utf-8"))["cells"]:
            name = source_cell(_Cell(cell))
            if name is not None:
                outputs[name] = _shown(cell["outputs"])
    wrong = [f"stage {stage.name}: {stage.error}" for stage in record.stages if stage.error]
    return Observed(outputs, failed="; ".join(wrong))


def _shown(outputs: list[Mapping[str, Any]]) -> Shown:
    shown: Shown = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            if output["name"] != "stdout":
                continue
            text = "".join(output["text"])
            if shown and shown[-1][0] == "print":
                text = shown.pop()[1] + text
            if text := masked(text):
                shown.append(("print", text))
        elif kind in ("execute_result", "display_data"):
            text = "".join(output["data"].get("text/plain", ""))
            figure = kind == "display_data" and "image/png" in output["data"]
            if figure:
                shown.append(("figure", ""))
            else:
                shown.append(("show" if kind == "execute_result" else "display", masked(text)))
    return shown


def without_pixels(observed: Observed) -> Observed:
    """Outputs in which figures are figures, however they were drawn."""
    outputs = {
        cell: [(kind, "" if kind == "figure" else text) for kind, text in shown]
        for cell, shown in observed.outputs.items()
    }
    return replace(observed, outputs=outputs, values={})
