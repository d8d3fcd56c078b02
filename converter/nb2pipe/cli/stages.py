"""``nb2pipe stages``: the stages of a notebook, what they take and give."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import click

from nb2pipe.cli.source import load_pipeline, split_option
from nb2pipe.model import Pipeline


@click.command("stages")
@click.argument("notebook")
@click.option("--json", "as_json", is_flag=True, help="Write JSON, with the edges.")
@split_option
@click.option("--path", help="With '-': where the notebook would lie.")
def command(notebook: str, as_json: bool, split: str | None, path: str | None) -> None:
    """List a notebook's stages with what they take and give. '-' is standard input."""
    pipeline = load_pipeline(notebook, path, split=split)
    if as_json:
        click.echo(json.dumps(document(pipeline), ensure_ascii=False, indent=2))
    else:
        click.echo(table(pipeline))


def document(pipeline: Pipeline) -> dict[str, Any]:
    """The stages and edges as ``stages --json`` writes them.

    Args:
        pipeline: the analysed notebook.

    Returns:
        ``{"stages": […], "edges": […]}``.
    """
    return {
        "stages": [
            {
                "name": stage.name,
                "cells": list(stage.source_cells),
                "inputs": [variable.name for variable in stage.inputs],
                "outputs": [variable.name for variable in stage.outputs],
                "parameters": list(stage.parameters),
            }
            for stage in pipeline.stages
        ],
        "edges": [
            {
                "variable": edge.variable,
                "from": edge.source,
                "to": edge.target,
                "producer_cell": edge.producer_cell,
                "consumer_cell": edge.consumer_cell,
                "reason": edge.reason,
            }
            for edge in pipeline.edges
        ],
    }


def table(pipeline: Pipeline) -> str:
    """The stages as lines for people: one a stage, under headings."""
    numbers = {cell.id: cell.number for cell in pipeline.notebook.cells}
    rows = [("stage", "cells", "takes", "gives", "parameters")]
    rows += [
        (
            stage.name,
            _listed(str(numbers[cell]) for cell in stage.source_cells if cell in numbers),
            _listed(variable.name for variable in stage.inputs),
            _listed(variable.name for variable in stage.outputs),
            _listed(stage.parameters),
        )
        for stage in pipeline.stages
    ]
    return "\n".join(_aligned(rows))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "-"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
