"""A run in MLflow: one parent run for the pipeline, one nested run for each stage.

Everything is written after the run, from its record, through MLflow. Only a run in which nothing
ran goes straight into the rows of the database in the notebook's folder, where its schema is known:
importing MLflow would take longer than all the rest of it. MLflow's global state (tracking address,
active run, active experiment) is never touched.
"""

from __future__ import annotations

import os
import re
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nb2pipe.errors import TrackingFailed
from nb2pipe.execution import tracking_database as database
from nb2pipe.execution import tracking_rows
from nb2pipe.execution.tracked import Tracked, TrackedRun, metric_keys, tracked
from nb2pipe.execution.tracking_ui import ui_command, without_password
from nb2pipe.model import Project, RunRecord

__all__ = ["metric_keys", "prepare", "record", "ui_command"]

BATCH = 100  # how many values MLflow takes in a call
# How databases name a row that another run has added in between, as SQLAlchemy passes it on.
_DUPLICATE = re.compile("IntegrityError|UniqueViolation")


def prepare(project: Project, *, uri: str | None = None) -> None:
    """Do the slow first steps (import, database) ahead, in a thread while the stages run.

    Args:
        project: the project that runs.
        uri: as for ``record``.
    """
    try:
        address = _address(project, uri)
        if not _own(address, project):
            # Filters of warnings belong to the whole process: left alone in a thread.
            with _no_telemetry():
                _client(address)
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
    nothing_ran = all(stage.status not in ("ran", "failed") for stage in record.stages)
    if _own(address, project) and nothing_ran:
        place, root = database.location(project.folder), database.artifacts(project.folder)
        try:
            tracking_rows.write(place, record.pipeline, root, tracked(record, project))
        except (OSError, sqlite3.Error) as error:
            raise _failed(address, error) from error
        return without_password(address)
    with _quiet():
        client = _client(address)
        try:
            location = _artifact_location(record.pipeline, address, project)
            experiment = _experiment(client, record.pipeline, location)
            _write(client, experiment, tracked(record, project))
        except Exception as error:  # whatever a store raises: the run itself stands
            raise _failed(address, error) from error
    return without_password(address)


def _own(address: str, project: Project) -> bool:
    """Make the notebook's own database ready, if that is the address; whether its rows are known.

    Raises:
        TrackingFailed: it cannot be made ready.
    """
    place, root = database.location(project.folder), database.artifacts(project.folder)
    if address != database.uri(place):
        return False
    database.prepare(place)
    database.relocate(place, root)
    return tracking_rows.knows(place, project.name, root)


# ── Through MLflow ───────────────────────────────────────────────────────────────────────────────


def _write(client: Any, experiment: str, runs: Tracked) -> None:
    parent = _write_run(client, experiment, runs.pipeline, {})
    for stage in runs.stages:
        _write_run(client, experiment, stage, {"mlflow.parentRunId": parent})


def _write_run(client: Any, experiment: str, given: TrackedRun, tags: dict[str, str]) -> str:
    """Write one run; it has ended before anything else is written. Returns its id."""
    from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param

    made = client.create_run(
        experiment, start_time=given.started, run_name=given.name, tags={**given.tags, **tags}
    )
    run = str(made.info.run_id)
    client.set_terminated(run, status=given.status, end_time=given.ended)
    parameters = [Param(name, text) for name, text in given.parameters.items()]
    for start in range(0, len(parameters), BATCH):
        client.log_batch(run, params=parameters[start : start + BATCH])
    if given.long_parameters:
        client.log_text(run, given.long_parameters, "parameters.json")
    metrics = [Metric(key, value, given.recorded, 0) for key, value in given.metrics.items()]
    for start in range(0, len(metrics), BATCH):
        client.log_batch(run, metrics=metrics[start : start + BATCH])
    if given.data:
        datasets = [
            DatasetInput(
                dataset=Dataset(
                    name=file.name,
                    digest=file.digest,
                    source_type="local",
                    source=file.source,
                    profile=file.profile,
                ),
                tags=[InputTag(key, value) for key, value in file.tags.items()],
            )
            for file in given.data
        ]
        _log_inputs(client, run, datasets)
    for path in given.artifacts:
        client.log_artifact(run, str(path))
    return run


def _log_inputs(client: Any, run: str, datasets: list[Any]) -> None:
    """MLflow looks which files it knows and then adds the others; two runs may do so at once.

    A store fails as a whole when another run has added one of the files in between, and then
    that file is there: so it can fail for this reason once for each file, and no more.
    """
    from mlflow.exceptions import MlflowException

    for attempt in range(len(datasets) + 1):
        try:
            client.log_inputs(run, datasets=datasets)
        except MlflowException as error:
            if attempt == len(datasets) or not _DUPLICATE.search(str(error)):
                raise
        else:
            return


def _address(project: Project, uri: str | None) -> str:
    address = uri or os.environ.get("MLFLOW_TRACKING_URI") or ""
    if not address:
        return database.uri(database.location(project.folder))
    path = address.removeprefix("sqlite:///")
    if path != address and path not in ("", ":memory:") and not re.search("[?%]", path):
        return database.uri(Path(path).absolute())
    return address


def _client(address: str) -> Any:
    version = database.mlflow_version()
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
    return client


def _experiment(client: Any, name: str, location: str | None) -> str:
    from mlflow.exceptions import MlflowException

    found = client.get_experiment_by_name(name)
    if found is None:
        try:
            return str(client.create_experiment(name, location))
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
