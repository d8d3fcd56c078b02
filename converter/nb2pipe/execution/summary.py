"""The summary of a run in GitHub's Markdown, for the page of a CI job."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from nb2pipe import graph
from nb2pipe.execution.report import SIGNS, duration, edge_views, number, reason, without_colours
from nb2pipe.model import Project, RunRecord, StageRecord

# GitHub takes one megabyte a step; the tables are for people, the run's record is for programs.
ROWS = 200
VALUE_LENGTH = 200
ERROR_LENGTH = 8000
CLASSES = {
    "ran": "fill:#dafbe1,stroke:#1a7f37,color:#1a4a26",
    "reused": "fill:#ddf4ff,stroke:#0550ae,color:#0a3069",
    "failed": "fill:#ffebe9,stroke:#b3202a,color:#82071e,stroke-width:3px",
    "skipped": "fill:#eff2f5,stroke:#59636e,color:#3d444d,stroke-dasharray:4 3",
}


def markdown(record: RunRecord, project: Project) -> str:
    """The run's status, failure, metrics, parameters, graph and stages.

    Names and values come from a notebook and from whoever started the run: none of them can
    become Markdown, HTML or Mermaid.

    Args:
        record: the run.
        project: what ran.

    Returns:
        Markdown, ending with a newline.
    """
    version = f" {escaped(record.version)}" if record.version else ""
    parts = [
        f"## {SIGNS[record.status]} {escaped(record.pipeline)}{version}: {record.status}",
        *[_failure(stage) for stage in record.stages if stage.status == "failed"],
        "### Metrics",
        _table(("Metric", "Value"), [(k, number(v)) for k, v in record.metrics.items()])
        or "This run has no metrics.",
        "### Parameters",
        _table(("Parameter", "Value"), [(k, _value(v)) for k, v in record.parameters.items()])
        or "This pipeline has no parameters.",
        "### Graph",
        f"```mermaid\n{_graph(record, project)}\n```",
        "### Stages",
        _table(("Stage", "Status", "Time", "Reason"), [_row(stage) for stage in record.stages])
        or "Nothing ran.",
        f"Run {escaped(record.run_id)}, started {escaped(record.started)}.",
    ]
    return "\n\n".join(parts) + "\n"


def escaped(text: Any) -> str:
    """The text on one line, every mark that Markdown or HTML could read as its code."""
    return "".join(
        character if character.isalnum() or character in " .,:-" else f"&#{ord(character)};"
        for character in " ".join(str(text).split())
    )


def _failure(stage: StageRecord) -> str:
    place = f", cell {escaped(stage.cell)}" if stage.cell else ""
    place += f", line {stage.line}" if stage.cell and stage.line else ""
    lines = [f"**Stage {escaped(stage.name)} failed**{place}"]
    if stage.error:
        error = without_colours(stage.error)
        if len(error) > ERROR_LENGTH:
            error = f"…{error[-ERROR_LENGTH:]}"
        longest = max((len(run) for run in re.findall(r"`+", error)), default=0)
        fence = "`" * max(3, longest + 1)
        lines.append(f"{fence}text\n{error}\n{fence}")
    return "\n\n".join(lines)


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, or "" without rows."""
    rows = list(rows)
    if not rows:
        return ""
    lines = [heading, ["---"] * len(heading), *[[escaped(c) for c in row] for row in rows[:ROWS]]]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{table}\n\n… and {len(rows) - ROWS} more." if len(rows) > ROWS else table


def _row(stage: StageRecord) -> tuple[str, str, str, str]:
    time = duration(stage.seconds) if stage.status in ("ran", "failed") else ""
    return stage.name, f"{SIGNS[stage.status]} {stage.status}", time, reason(stage)


def _value(given: Any) -> str:
    text = repr(given)
    return text if len(text) <= VALUE_LENGTH else f"{text[: VALUE_LENGTH - 1]}…"


def _graph(record: RunRecord, project: Project) -> str:
    statuses = {stage.name: stage.status for stage in record.stages}
    return graph.flowchart(
        [
            (stage.name, f"{stage.name}\n{statuses[stage.name]}", statuses[stage.name])
            if stage.name in statuses
            else (stage.name, stage.name, "")
            for stage in project.stages
        ],
        [(edge.source, edge.target, edge.label) for edge in edge_views(project)],
        {kind: style for kind, style in CLASSES.items() if kind in statuses.values()},
    )
