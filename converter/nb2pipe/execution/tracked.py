"""What MLflow is to have of a run, as plain values."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nb2pipe.execution.provenance import ci_url, git_tags
from nb2pipe.model import Project, RunRecord, StageRecord

# MLflow's own limits: characters in a parameter, a tag, a dataset's digest, a key.
PARAMETER_LENGTH = 6000
TAG_LENGTH = 8000
DIGEST_LENGTH = 36
KEY_LENGTH = 250

_STATUS = {
    "succeeded": "FINISHED",
    "failed": "FAILED",
    "cancelled": "KILLED",
    "ran": "FINISHED",
    "reused": "FINISHED",
    "skipped": "KILLED",
}


@dataclass(frozen=True)
class DataFile:
    """A data file that a run read: the path as the notebook says it, and its content's digest."""

    path: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        """The path, as long as MLflow takes it."""
        return self.path[-500:]

    @property
    def digest(self) -> str:
        """The digest, as long as MLflow takes it."""
        return self.sha256[:DIGEST_LENGTH]

    @property
    def source(self) -> str:
        """The place, as MLflow writes one."""
        return json.dumps({"uri": self.path})

    @property
    def profile(self) -> str:
        """What else is known of it, as MLflow writes that."""
        return json.dumps({"sha256": self.sha256, "bytes": self.size})

    @property
    def tags(self) -> dict[str, str]:
        """What MLflow keeps of its use in a run."""
        return {"mlflow.data.context": "input", "nb2pipe.sha256": self.sha256}


@dataclass(frozen=True)
class TrackedRun:
    """A run as MLflow is to have it; times in milliseconds.

    ``long_parameters`` is the text of ``parameters.json``, kept as an artifact when a parameter is
    too long for MLflow ("" otherwise). ``artifacts`` are files to be copied.
    """

    name: str
    status: str
    started: int
    ended: int
    recorded: int
    tags: Mapping[str, str]
    parameters: Mapping[str, str]
    metrics: Mapping[str, float]
    data: tuple[DataFile, ...] = ()
    artifacts: tuple[Path, ...] = ()
    long_parameters: str = ""


@dataclass(frozen=True)
class Tracked:
    """The pipeline's run, and the stages' runs that belong below it."""

    pipeline: TrackedRun
    stages: tuple[TrackedRun, ...]


def tracked(record: RunRecord, project: Project) -> Tracked:
    """What MLflow is to have of a finished run.

    Args:
        record: the run; ``report`` is kept with it if it is set.
        project: what ran.
    """
    source = _relative(record.source, project.folder) or record.pipeline
    common = {
        "nb2pipe.pipeline": record.pipeline,
        "nb2pipe.version": record.version,
        "nb2pipe.run_id": record.run_id,
        "nb2pipe.source": source,
        "nb2pipe.lock": _lock_digest(project),
        "nb2pipe.ci_url": ci_url(),
        "mlflow.source.type": "NOTEBOOK",
        "mlflow.source.name": source,
        **git_tags(project.folder),
    }
    data = _DataFiles(project)
    pipeline = TrackedRun(
        name=record.run_id,
        status=_STATUS[record.status],
        started=_milliseconds(record.started),
        ended=_milliseconds(record.ended),
        recorded=_milliseconds(record.ended),
        tags=_tags(common, {"nb2pipe.status": record.status}),
        parameters=_parameters(record.parameters),
        metrics=metric_keys(record.metrics),
        data=data.of(path for stage in project.stages for path in stage.reads),
        artifacts=_present(record.report),
        long_parameters=_long(record.parameters),
    )
    stages = (_stage(stage, record, project, common, data) for stage in record.stages)
    return Tracked(pipeline, tuple(stages))


def _stage(
    stage: StageRecord,
    record: RunRecord,
    project: Project,
    common: Mapping[str, str],
    data: _DataFiles,
) -> TrackedRun:
    started = _milliseconds(stage.started or record.started)
    code = next((code for code in project.stages if code.name == stage.name), None)
    given = record.parameters
    names = code.parameters if code else ()
    parameters = {name: given[name] for name in names if name in given}
    tags = {
        "nb2pipe.stage": stage.name,
        "nb2pipe.status": stage.status,
        "nb2pipe.reason": stage.reason,
        "nb2pipe.key": stage.key,
        "nb2pipe.reused_from": _reused_from(stage, project),
        "nb2pipe.error": stage.error,
        "nb2pipe.error.cell": stage.cell or "",
        "nb2pipe.error.line": "" if stage.line is None else str(stage.line),
    }
    return TrackedRun(
        name=stage.name,
        status="FAILED" if stage.status == "failed" else _STATUS[stage.status],
        started=started,
        ended=started + round(stage.seconds * 1000),
        recorded=_milliseconds(record.ended),
        tags=_tags(common, tags),
        parameters=_parameters(parameters),
        metrics=metric_keys(stage.metrics),
        data=data.of(code.reads if code else ()),
        artifacts=_present(stage.notebook),
        long_parameters=_long(parameters),
    )


class _DataFiles:
    """The data files of a project, each looked at once; what a stage writes is none."""

    def __init__(self, project: Project) -> None:
        self._folder = project.folder
        self._written = {path for stage in project.stages for path in stage.writes}
        self._known: dict[str, DataFile | None] = {}

    def of(self, paths: Iterable[str]) -> tuple[DataFile, ...]:
        """Those of the paths that are data files."""
        found = [self._file(path) for path in dict.fromkeys(paths) if path not in self._written]
        return tuple(file for file in found if file is not None)

    def _file(self, path: str) -> DataFile | None:
        if path not in self._known:
            file = self._folder / path
            self._known[path] = None
            if file.is_file():
                with file.open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
                self._known[path] = DataFile(path, digest, file.stat().st_size)
        return self._known[path]


def metric_keys(metrics: Mapping[str, float]) -> dict[str, float]:
    """The metrics under names that MLflow takes, without those that are not finite.

    Args:
        metrics: values by the names that the notebook gives them.

    Returns:
        The same order; two names that become the same are told apart by a number.
    """
    keys: dict[str, float] = {}
    for name, given in metrics.items():
        try:
            value = float(given)
        except (OverflowError, TypeError, ValueError):
            continue
        if not math.isfinite(value):
            continue
        allowed = re.sub(r"[^\w.\- /]" if os.name == "nt" else r"[^\w.\- /:]", "_", str(name))
        steps = [step for step in allowed.split("/") if step.strip(".")]
        base = "/".join(steps)[: KEY_LENGTH - 10] or "metric"
        key, count = base, 2
        while key in keys:
            key, count = f"{base}_{count}", count + 1
        keys[key] = value
    return keys


def _tags(*parts: Mapping[str, str]) -> dict[str, str]:
    texts = {key: value for part in parts for key, value in part.items() if value}
    return {key: _shortened(value, TAG_LENGTH) for key, value in texts.items()}


def _parameters(given: Mapping[str, object]) -> dict[str, str]:
    return {
        name[:KEY_LENGTH]: _shortened(str(value), PARAMETER_LENGTH) for name, value in given.items()
    }


def _long(given: Mapping[str, object]) -> str:
    if all(len(str(value)) <= PARAMETER_LENGTH for value in given.values()):
        return ""
    return json.dumps(dict(given), indent=2, ensure_ascii=False, default=repr) + "\n"


def _present(path: Path | None) -> tuple[Path, ...]:
    return () if path is None or not path.is_file() else (path,)


def _reused_from(stage: StageRecord, project: Project) -> str:
    """The id of the run that made a reused stage's notebook."""
    if stage.status != "reused" or stage.notebook is None:
        return ""
    runs = project.folder.resolve() / ".nb2pipe" / "runs"
    try:
        return stage.notebook.resolve().relative_to(runs).parts[0]
    except (ValueError, IndexError):
        return ""


def _relative(source: str, folder: Path) -> str:
    """What ran, relative to the notebook's folder where it lies in it."""
    inside = source and Path(source).is_relative_to(folder.absolute())
    return Path(source).relative_to(folder.absolute()).as_posix() if inside else source


def _lock_digest(project: Project) -> str:
    """The digest of the lock of a converted project ("" for a notebook)."""
    if not project.source:
        return ""
    lock = project.folder / project.source / "nb2pipe.lock"
    return hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else ""


def _milliseconds(time: str) -> int:
    return round(datetime.fromisoformat(time).timestamp() * 1000)


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
