"""The report of a run: one HTML file that needs nothing else, not even the network."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nb2pipe.errors import StorageFailed
from nb2pipe.execution.drawing import Drawing, draw
from nb2pipe.execution.executed import Executed, executed
from nb2pipe.model import Project, RunRecord, StageRecord

TEMPLATES = Path(__file__).parent / "templates"
LABEL_LENGTH = 22
LETTER = 6.9  # the width of a letter of a label, in pixels
VALUE_LENGTH = 2000
SIGNS = {
    "ran": "✓",
    "reused": "↺",
    "failed": "✗",
    "skipped": "○",
    "succeeded": "✓",
    "cancelled": "◼",
}


@dataclass(frozen=True)
class StageView:
    """A stage as the template shows it; ``left`` and ``width`` are per cent of the run's time."""

    record: StageRecord
    executed: Executed
    left: float
    width: float
    takes: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Why it ran or did not."""
        return reason(self.record)

    @property
    def timed(self) -> bool:
        """Whether there is a bar to draw."""
        return bool(self.record.started)


@dataclass(frozen=True)
class EdgeView:
    """All that one stage hands on to another."""

    source: str
    target: str
    carried: tuple[str, ...]

    @property
    def label(self) -> str:
        """As many names as fit on the line in the drawing."""
        shown: list[str] = []
        for name in self.carried:
            if shown and len(", ".join([*shown, name])) > LABEL_LENGTH:
                return f"{', '.join(shown)} +{len(self.carried) - len(shown)}"
            shown.append(name)
        return ", ".join(shown)


def write(record: RunRecord, project: Project, path: Path) -> Path:
    """Write the report of a run.

    Notebooks are untrusted text. Their outputs stand in sandboxed frames of another origin, which
    reach neither the report nor the network; their scripts (a chart's) run in there only.

    Args:
        record: the run.
        project: what ran.
        path: the file; its folder is made.

    Returns:
        The path.

    Raises:
        StorageFailed: the file cannot be written.
    """
    text = html(record, project)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.replace(path)
    except OSError as error:
        raise StorageFailed(
            f"the report cannot be written: {error.strerror or error}", place=str(path)
        ) from error
    return path


def html(record: RunRecord, project: Project) -> str:
    """The report's text; see ``write``."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "duration": duration,
        "moment": moment,
        "number": number,
        "value": value,
        "plain": without_colours,
    }
    edges = edge_views(project)
    stages = [_stage(stage, record, edges) for stage in record.stages]
    frame = environment.get_template("cells.html.j2")
    syntax = (TEMPLATES / "syntax.css").read_text(encoding="utf-8")
    return environment.get_template("report.html.j2").render(
        record=record,
        project=project,
        source=_source(record, project) if record.source else "",
        seconds=_seconds(record.started, record.ended),
        stages=stages,
        frames={
            view.record.name: frame.render(stage=view.record.name, cells=cells, syntax=syntax)
            for view in stages
            if (cells := view.executed.html)
        },
        counts=_counts(record),
        edges={(edge.source, edge.target): edge for edge in edges},
        drawing=_drawing(record, edges),
        statuses={stage.name: stage for stage in record.stages},
        signs=SIGNS,
    )


def edge_views(project: Project) -> tuple[EdgeView, ...]:
    """What the stages hand on to one another, one for each pair of stages."""
    carried: dict[tuple[str, str], list[str]] = {}
    for stage in project.stages:
        for variable, source in stage.inputs:
            carried.setdefault((source, stage.name), []).append(variable)
        for state, source_or_none in stage.states:
            if source_or_none is not None:
                label = f"state of {state}"
                carried.setdefault((source_or_none, stage.name), []).append(label)
        for source in stage.after:
            carried.setdefault((source, stage.name), [])
    return tuple(EdgeView(*pair, tuple(names)) for pair, names in carried.items())


def reason(stage: StageRecord) -> str:
    """Why a stage ran or did not, without the word for which of both it begins with."""
    what, colon, why = stage.reason.partition(": ")
    return why if colon and what in SIGNS else stage.reason


def duration(seconds: float) -> str:
    """A time in words as short as they can be: ``0.04 s``, ``12.3 s``, ``2 min 5 s``."""
    if seconds < 1:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def moment(time: str) -> str:
    """A time of the record for people."""
    return datetime.fromisoformat(time).strftime("%Y-%m-%d %H:%M:%S UTC")


def number(given: float) -> str:
    """A metric with as many digits as people compare."""
    try:
        return f"{given:.6g}"
    except (OverflowError, TypeError, ValueError):
        return str(given)


def value(given: Any) -> str:
    """A parameter's value as Python writes it, cut when it is very long."""
    text = repr(given)
    return text if len(text) <= VALUE_LENGTH else text[: VALUE_LENGTH - 1] + "…"


def without_colours(text: str) -> str:
    """A traceback without the codes that colour it in a terminal."""
    import re

    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)


def _stage(stage: StageRecord, record: RunRecord, edges: tuple[EdgeView, ...]) -> StageView:
    whole = max(_seconds(record.started, record.ended), 0.001)
    before = _seconds(record.started, stage.started) if stage.started else 0.0
    left = min(max(100 * before / whole, 0.0), 99.0)
    return StageView(
        record=stage,
        executed=executed(stage.notebook),
        left=left,
        width=min(max(100 * stage.seconds / whole, 0.5), 100 - left),
        takes=tuple(name for edge in edges if edge.target == stage.name for name in edge.carried),
    )


def _drawing(record: RunRecord, edges: tuple[EdgeView, ...]) -> Drawing:
    widths = {stage.name: max(128.0, 9.0 * len(stage.name) + 36) for stage in record.stages}
    labels = {
        (edge.source, edge.target): LETTER * len(edge.label)
        for edge in edges
        if edge.source in widths and edge.target in widths
    }
    for (source, target), width in labels.items():
        # Labels of neighbours need the room, and boxes give it.
        widths[source], widths[target] = max(widths[source], width), max(widths[target], width)
    return draw(widths, labels)


def _source(record: RunRecord, project: Project) -> str:
    """What ran, relative to the notebook's folder where it lies in it."""
    source = Path(record.source)
    folder = project.folder.absolute()
    return source.relative_to(folder).as_posix() if source.is_relative_to(folder) else str(source)


def _counts(record: RunRecord) -> Mapping[str, int]:
    statuses = [stage.status for stage in record.stages]
    return {status: statuses.count(status) for status in dict.fromkeys(statuses)}


def _seconds(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
