"""A run written into the rows of the local MLflow database, without importing MLflow.

Importing MLflow costs many times what a run in which nothing changed costs otherwise. The tables
are those of the schema revisions named here, whose rows are known exactly; a database of another
revision is left to MLflow itself (``tracking_client``). A test holds both ways equal.
"""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from nb2pipe.execution.tracked import DataFile, Tracked, TrackedRun

REVISIONS = frozenset({"dc11669786a5"})  # MLflow 3.17
WAIT = 60.0


def knows(database: Path, experiment: str, root: Path) -> bool:
    """Whether the database's rows are known, and the experiment's artifacts are files of ours.

    Args:
        database: the file.
        experiment: the experiment's name; it need not be there.
        root: the folder that holds artifacts.
    """
    try:
        with closing(sqlite3.connect(database, timeout=WAIT)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            if len(found) != 1 or found[0][0] not in REVISIONS:
                return False
            row = _found(connection, experiment)
    except sqlite3.Error:
        return False
    return row is None or str(row[1]).startswith(f"{root.as_uri()}/")


def write(database: Path, experiment: str, root: Path, runs: Tracked) -> None:
    """Write a run with its stages: all of it in one transaction.

    Args:
        database: a database that ``knows`` accepts.
        experiment: the experiment's name; it is made, or restored, where that is needed.
        root: the folder that holds artifacts.
        runs: what to write.

    Raises:
        sqlite3.Error: the database did not take it; it is as before.
        OSError: an artifact cannot be copied.
    """
    with closing(sqlite3.connect(database, timeout=WAIT, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            number, location = _experiment(connection, experiment, root)
            folder = root / unquote(location.removeprefix(f"{root.as_uri()}/"))
            writer = _Writer(connection, number, location, folder)
            parent = writer.run(runs.pipeline, {})
            for stage in runs.stages:
                writer.run(stage, {"mlflow.parentRunId": parent})
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def _found(connection: sqlite3.Connection, name: str) -> Any:
    """The experiment's id, the address of its artifacts and its stage of life, if it is there."""
    return connection.execute(
        "SELECT experiment_id, artifact_location, lifecycle_stage FROM experiments"
        " WHERE name = ? AND workspace = 'default'",
        (name,),
    ).fetchone()


def _experiment(connection: sqlite3.Connection, name: str, root: Path) -> tuple[int, str]:
    """The experiment's id and the address of its artifacts."""
    now = round(time.time() * 1000)
    made = {
        "lifecycle_stage": "active",
        "creation_time": now,
        "last_update_time": now,
        "workspace": "default",
    }
    if connection.execute("SELECT 1 FROM experiments").fetchone() is None:
        # As MLflow does in a new database, but with a place that is not the working directory.
        place = f"{root.as_uri()}/0"
        first = {"experiment_id": 0, "name": "Default", "artifact_location": place, **made}
        _insert(connection, "experiments", [first])
    found = _found(connection, name)
    if found is None:
        place = f"{root.as_uri()}/{name}"
        row = {"name": name, "artifact_location": place, **made}
        return _insert(connection, "experiments", [row]), place
    number, place, stage = found
    if stage == "deleted":
        connection.execute(
            "UPDATE experiments SET lifecycle_stage = 'active', last_update_time = ?"
            " WHERE experiment_id = ?",
            (now, number),
        )
        connection.execute(
            "UPDATE runs SET lifecycle_stage = 'active', deleted_time = NULL"
            " WHERE experiment_id = ? AND lifecycle_stage = 'deleted'",
            (number,),
        )
    return int(number), str(place)


class _Writer:
    """Writes runs into one experiment."""

    def __init__(
        self, connection: sqlite3.Connection, experiment: int, location: str, folder: Path
    ) -> None:
        self.connection = connection
        self.experiment = experiment
        self.location = location
        self.folder = folder

    def run(self, run: TrackedRun, tags: Mapping[str, str]) -> str:
        """Write one run; returns its id."""
        run_id = secrets.token_hex(16)
        row = {
            "run_uuid": run_id,
            "name": run.name,
            "source_type": "UNKNOWN",
            "source_name": "",
            "entry_point_name": "",
            "user_id": "unknown",
            "status": run.status,
            "start_time": run.started,
            "end_time": run.ended,
            "source_version": "",
            "lifecycle_stage": "active",
            "artifact_uri": f"{self.location}/{run_id}/artifacts",
            "experiment_id": self.experiment,
        }
        self._insert("runs", [row])
        own = {"run_uuid": run_id}
        for table, values in (
            ("tags", {**run.tags, **tags, "mlflow.runName": run.name}),
            ("params", run.parameters),
        ):
            self._insert(table, ({"key": k, "value": v, **own} for k, v in values.items()))
        for table in ("metrics", "latest_metrics"):
            always = {"timestamp": run.recorded, "step": 0, "is_nan": 0, **own}
            self._insert(table, ({"key": k, "value": v, **always} for k, v in run.metrics.items()))
        for file in run.data:
            self._input(file, run_id)
        self._artifacts(run, self.folder / run_id / "artifacts")
        return run_id

    def _input(self, file: DataFile, run_id: str) -> None:
        found = self.connection.execute(
            "SELECT dataset_uuid FROM datasets WHERE experiment_id = ? AND name = ? AND digest = ?",
            (self.experiment, file.name, file.digest),
        ).fetchone()
        if found is None:
            dataset = secrets.token_hex(16)
            row = {
                "dataset_uuid": dataset,
                "experiment_id": self.experiment,
                "name": file.name,
                "digest": file.digest,
                "dataset_source_type": "local",
                "dataset_source": file.source,
                "dataset_profile": file.profile,
            }
            self._insert("datasets", [row])
        else:
            dataset = found[0]
        use = {
            "input_uuid": secrets.token_hex(16),
            "source_type": "DATASET",
            "source_id": dataset,
            "destination_type": "RUN",
            "destination_id": run_id,
        }
        self._insert("inputs", [use])
        self._insert(
            "input_tags",
            (
                {"input_uuid": use["input_uuid"], "name": name, "value": value}
                for name, value in file.tags.items()
            ),
        )

    def _artifacts(self, run: TrackedRun, folder: Path) -> None:
        if run.artifacts or run.long_parameters:
            folder.mkdir(parents=True, exist_ok=True)
        for file in run.artifacts:
            shutil.copyfile(file, folder / file.name)
        if run.long_parameters:
            (folder / "parameters.json").write_text(
                run.long_parameters, encoding="utf-8", newline="\n"
            )

    def _insert(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        _insert(self.connection, table, rows)


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows; the number of the last one. Tables and columns are names in this module."""
    last = 0
    for row in rows:
        columns = ", ".join(f'"{name}"' for name in row)
        places = ", ".join("?" * len(row))
        cursor = connection.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608
            tuple(row.values()),
        )
        last = cursor.lastrowid or 0
    return last
