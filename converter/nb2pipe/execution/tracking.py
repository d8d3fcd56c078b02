"""A run in MLflow: one parent run for the pipeline, one nested run for each stage.

Everything is written after the run, from its record. MLflow's global state (tracking address,
active run, active experiment) is never touched.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from nb2pipe.errors import TrackingFailed
from nb2pipe.execution import tracking_database as database
from nb2pipe.execution.provenance import ci_url, git_tags
from nb2pipe.execution.tracking_ui import ui_command, without_password
from nb2pipe.model import Project, RunRecord, StageRecord

__all__ = ["prepare", "record", "ui_command"]

# MLflow's own limits: characters in a parameter, a tag, a dataset's digest, a key; items a call.
PARAMETER_LENGTH = 6000
TAG_LENGTH = 8000
DIGEST_LENGTH = 36
KEY_LENGTH = 250
BATCH = 100

_STATUS = {
    "succeeded": "FINISHED",
    "failed": "FAILED",
    "cancelled": "KILLED",
    "ran": "FINISHED",
    "reused": "FINISHED",
    "skipped": "KILLED",
}


def prepare(project: Project, *, uri: str | None = None) -> None:
    """Do the slow first steps (import, database) ahead, in a thread while the stages run.

    Args:
        project: the project that runs.
        uri: as for ``record``.
    """
    try:
        # Filters of warnings belong to the whole process: left alone in a thread.
        with _no_telemetry():
            _client(_address(project, uri), project)
    except TrackingFailed:
        return  # record meets it again, and says it


def record(record: RunRecord, project: Project, *, uri: str | None = None) -> str:
    """Write a finished run, with its stages, into MLflow.

    Args:
        record: the run; ``report`` is kept with it if it is set.
        project: what ran.
        uri: the tracking address; without it ``MLFLOW_TRACKING_URI``, else a database in the
            notebook's folder.

    Returns:
        The tracking address, without a password: for ``ui_command`` and the run's record.

    Raises:
        TrackingFailed: MLflow is not installed, or did not take the run.
    """
    address = _address(project, uri)
    with _quiet():
        client = _client(address, project)
        try:
            experiment = _experiment(client, record.pipeline, address, project)
            writer = _Writer(client, experiment, record, project)
            parent = writer.pipeline()
            for stage in record.stages:
                writer.stage(stage, parent)
        except Exception as error:  # whatever a store raises: the run itself stands
            raise _failed(address, error) from error
    return without_password(address)


class _Writer:
    """Writes one record; every MLflow run it makes has ended before anything else is written."""

    def __init__(self, client: Any, experiment: str, record: RunRecord, project: Project) -> None:
        self.client = client
        self.experiment = experiment
        self.record = record
        self.project = project
        self.written = {path for stage in project.stages for path in stage.writes}
        source = _relative(record.source, project.folder) or record.pipeline
        self.common = {
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
        self.datasets: dict[str, Any] = {}

    def pipeline(self) -> str:
        """Write the parent run; returns its id."""
        run = self._run(
            self.record.run_id,
            _STATUS[self.record.status],
            _milliseconds(self.record.started),
            _milliseconds(self.record.ended),
            {"nb2pipe.status": self.record.status},
        )
        self._values(run, self.record.parameters, self.record.metrics)
        self._inputs(run, (path for stage in self.project.stages for path in stage.reads))
        self._artifact(run, self.record.report)
        return run

    def stage(self, stage: StageRecord, parent: str) -> None:
        """Write a stage's run below the parent."""
        started = _milliseconds(stage.started or self.record.started)
        status = "FAILED" if stage.status == "failed" else _STATUS[stage.status]
        run = self._run(
            stage.name,
            status,
            started,
            started + round(stage.seconds * 1000),
            {
                "mlflow.parentRunId": parent,
                "nb2pipe.stage": stage.name,
                "nb2pipe.status": stage.status,
                "nb2pipe.reason": stage.reason,
                "nb2pipe.key": stage.key,
                "nb2pipe.reused_from": _reused_from(stage, self.project),
                "nb2pipe.error": stage.error,
                "nb2pipe.error.cell": stage.cell or "",
                "nb2pipe.error.line": "" if stage.line is None else str(stage.line),
            },
        )
        code = next((code for code in self.project.stages if code.name == stage.name), None)
        names = code.parameters if code else ()
        given = self.record.parameters
        self._values(run, {name: given[name] for name in names if name in given}, stage.metrics)
        self._inputs(run, code.reads if code else ())
        self._artifact(run, stage.notebook)

    def _run(self, name: str, status: str, started: int, ended: int, tags: dict[str, str]) -> str:
        texts = {key: value for key, value in {**self.common, **tags}.items() if value}
        run = self.client.create_run(
            self.experiment,
            start_time=started,
            run_name=name,
            tags={key: _shortened(value, TAG_LENGTH) for key, value in texts.items()},
        )
        run_id = str(run.info.run_id)
        self.client.set_terminated(run_id, status=status, end_time=ended)
        return run_id

    def _values(
        self, run: str, parameters: Mapping[str, Any], metrics: Mapping[str, float]
    ) -> None:
        from mlflow.entities import Metric, Param

        texts = {name: str(value) for name, value in parameters.items()}
        items = [
            Param(name[:KEY_LENGTH], _shortened(text, PARAMETER_LENGTH))
            for name, text in texts.items()
        ]
        for start in range(0, len(items), BATCH):
            self.client.log_batch(run, params=items[start : start + BATCH])
        if any(len(text) > PARAMETER_LENGTH for text in texts.values()):
            whole = json.dumps(dict(parameters), indent=2, ensure_ascii=False, default=repr)
            self.client.log_text(run, whole + "\n", "parameters.json")
        time = _milliseconds(self.record.ended)
        points = [Metric(key, value, time, 0) for key, value in metric_keys(metrics).items()]
        for start in range(0, len(points), BATCH):
            self.client.log_batch(run, metrics=points[start : start + BATCH])

    def _inputs(self, run: str, paths: Iterable[str]) -> None:
        found = (self._dataset(path) for path in dict.fromkeys(paths) if path not in self.written)
        datasets = [dataset for dataset in found if dataset is not None]
        if datasets:
            self.client.log_inputs(run, datasets=datasets)

    def _dataset(self, path: str) -> Any:
        """The data file as MLflow's input, or None if there is no such file."""
        from mlflow.entities import Dataset, DatasetInput, InputTag

        if path not in self.datasets:
            file = self.project.folder / path
            self.datasets[path] = None
            if file.is_file():
                with file.open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
                facts = {"sha256": digest, "bytes": file.stat().st_size}
                self.datasets[path] = DatasetInput(
                    dataset=Dataset(
                        name=path[-500:],
                        digest=digest[:DIGEST_LENGTH],
                        source_type="local",
                        source=json.dumps({"uri": path}),
                        profile=json.dumps(facts),
                    ),
                    tags=[
                        InputTag("mlflow.data.context", "input"),
                        InputTag("nb2pipe.sha256", digest),
                    ],
                )
        return self.datasets[path]

    def _artifact(self, run: str, path: Path | None) -> None:
        if path is not None and path.is_file():
            self.client.log_artifact(run, str(path))


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


def _address(project: Project, uri: str | None) -> str:
    address = uri or os.environ.get("MLFLOW_TRACKING_URI") or ""
    if not address:
        return database.uri(database.location(project.folder))
    path = address.removeprefix("sqlite:///")
    if path != address and path not in ("", ":memory:") and not re.search("[?%]", path):
        return database.uri(Path(path).absolute())
    return address


def _client(address: str, project: Project) -> Any:
    version = database.mlflow_version()
    local = address == database.uri(database.location(project.folder))
    if local:
        database.prepare(database.location(project.folder))
    try:
        from mlflow import MlflowClient

        client = MlflowClient(tracking_uri=address)
        client.search_experiments(max_results=1)
    except ImportError as error:
        raise TrackingFailed(
            f"tracking is off: MLflow {version} lacks {error.name or error}; {database.TURN_ON}"
        ) from error
    except Exception as error:
        raise _failed(address, error) from error
    if local:
        database.relocate(database.location(project.folder), database.artifacts(project.folder))
    return client


def _experiment(client: Any, name: str, address: str, project: Project) -> str:
    from mlflow.exceptions import MlflowException

    found = client.get_experiment_by_name(name)
    if found is None:
        try:
            return str(client.create_experiment(name, _artifact_location(name, address, project)))
        except MlflowException:
            # Another run made it meanwhile.
            found = client.get_experiment_by_name(name)
            if found is None:
                raise
    if found.lifecycle_stage == "deleted":
        client.restore_experiment(found.experiment_id)
    return str(found.experiment_id)


def _artifact_location(name: str, address: str, project: Project) -> str | None:
    """A database on this machine has its artifacts beside it; a server knows its own place."""
    path = address.removeprefix("sqlite:///")
    if path == address or not Path(path).is_absolute():
        return None
    if Path(path) == database.location(project.folder):
        return f"{database.artifacts(project.folder).as_uri()}/{name}"
    return f"{Path(path).with_name('mlartifacts').as_uri()}/{name}"


def _failed(address: str, error: Exception) -> TrackingFailed:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return TrackingFailed(
        f"MLflow did not take the run: {without_password(lines[0])}",
        place=without_password(address),
        advice="The run itself is kept; see MLFLOW_TRACKING_URI for where MLflow records.",
    )


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


@contextmanager
def _quiet() -> Iterator[None]:
    """MLflow without the warnings of its libraries and without telemetry."""
    with _no_telemetry(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _no_telemetry() -> Iterator[None]:
    """MLflow decides while it is imported whether it reports its use to its makers.

    A run makes no request that nobody asked for; who sets the variable is heard.
    """
    variable = "MLFLOW_DISABLE_TELEMETRY"
    unset = variable not in os.environ
    os.environ.setdefault(variable, "true")
    try:
        yield
    finally:
        if unset:
            os.environ.pop(variable, None)
