"""The local MLflow database of a notebook's folder: ``.nb2pipe/mlflow.db``.

A new database costs MLflow some seven seconds of migrations. They are paid once per MLflow version
and user: the migrated, empty database is kept in the user's cache folder and copied.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from nb2pipe.errors import TrackingFailed

ARTIFACTS = ".nb2pipe/mlartifacts"
TURN_ON = "turn it on with pip install 'nb2pipe[tracking]'"


def location(folder: Path) -> Path:
    """Where the database of the notebook's ``folder`` lies."""
    return folder.resolve() / ".nb2pipe" / "mlflow.db"


def artifacts(folder: Path) -> Path:
    """Where the artifacts lie that belong to the database of the notebook's ``folder``."""
    return folder.resolve() / ARTIFACTS


def uri(database: Path) -> str:
    """The database as MLflow names it.

    Raises:
        TrackingFailed: the path has a ``?`` or a ``%20``, which such an address cannot hold.
    """
    unsafe = re.search(r"\?|%[0-9A-Fa-f]{2}", str(database))
    if unsafe:
        raise TrackingFailed(
            f"MLflow cannot keep a database in a folder whose name has {unsafe.group()!r}",
            place=str(database.parent),
            advice="Rename the folder, or set MLFLOW_TRACKING_URI.",
        )
    return f"sqlite:///{database.as_posix()}"


def prepare(database: Path) -> None:
    """Make the database if it is not there; bring it up to date if an older MLflow wrote it.

    Safe with several runs at once.

    Args:
        database: the file.

    Raises:
        TrackingFailed: MLflow's migrations failed, or the folder cannot be written.
    """
    serial = _serial(mlflow_version())
    missing = [name for name in ("sqlalchemy", "alembic") if find_spec(name) is None]
    if missing:
        raise TrackingFailed(
            f"tracking is off: MLflow's database needs {' and '.join(missing)}; {TURN_ON}"
        )
    try:
        if database.exists() and _written_by(database) >= serial:
            return
        from filelock import FileLock

        database.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{database}.lock"):
            if not database.exists():
                _create(database)
            elif _written_by(database) < serial:
                shutil.copyfile(database, database.with_suffix(".db.before-upgrade"))
                _migrate(database)
    except (OSError, sqlite3.Error) as error:
        raise TrackingFailed(
            f"MLflow's database cannot be used: {error}", place=str(database)
        ) from error


def relocate(database: Path, root: Path) -> None:
    """Let the database point to ``root`` for its artifacts, wherever the folder was before.

    MLflow keeps absolute addresses; the notebook's folder may have been moved, renamed or
    restored from a cache elsewhere.

    Args:
        database: the database of a notebook's folder.
        root: the folder of its artifacts.
    """
    here = root.as_uri()
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        rows = connection.execute(
            "SELECT experiment_id, artifact_location FROM experiments"
        ).fetchall()
        for experiment, old in rows:
            if experiment == 0 and not str(old).startswith(here):
                # MLflow's own experiment "Default" would lie in the working directory.
                new = f"{here}/0"
            elif f"/{ARTIFACTS}/" in str(old) and not old.startswith(f"{here}/"):
                new = f"{here}/{old.rpartition(f'/{ARTIFACTS}/')[2]}"
            else:
                continue
            connection.execute(
                "UPDATE experiments SET artifact_location = ? WHERE experiment_id = ?",
                (new, experiment),
            )
            connection.execute(
                "UPDATE runs SET artifact_uri = ? || substr(artifact_uri, ?)"
                " WHERE experiment_id = ? AND substr(artifact_uri, 1, ?) = ?",
                (new, len(old) + 1, experiment, len(old) + 1, f"{old}/"),
            )


def mlflow_version() -> str:
    """The version of the MLflow that is installed.

    Raises:
        TrackingFailed: there is none.
    """
    # What tells it beside MLflow's package costs a tenth of what importlib.metadata does.
    found = find_spec("mlflow")
    for package in (found and found.submodule_search_locations) or ():
        for name in ("mlflow_skinny", "mlflow"):
            for metadata in Path(package).parent.glob(f"{name}-*.dist-info"):
                return metadata.stem.partition("-")[2]
    from importlib.metadata import PackageNotFoundError, version

    for distribution in ("mlflow-skinny", "mlflow"):
        try:
            return version(distribution)
        except PackageNotFoundError:
            continue
    raise TrackingFailed(f"tracking is off: MLflow is not installed; {TURN_ON}")


def _create(database: Path) -> None:
    import platformdirs
    from filelock import FileLock

    fresh = database.with_suffix(".db.new")
    fresh.unlink(missing_ok=True)
    template = platformdirs.user_cache_path("nb2pipe") / f"mlflow-{mlflow_version()}.db"
    try:
        template.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{template}.lock"):
            if not template.exists():
                unfinished = template.with_suffix(".db.new")
                unfinished.unlink(missing_ok=True)
                _migrate(unfinished)
                unfinished.replace(template)
        shutil.copyfile(template, fresh)
    except OSError:
        # No cache folder, or one that cannot be written: then without.
        fresh.unlink(missing_ok=True)
        _migrate(fresh)
    fresh.replace(database)


def _migrate(database: Path) -> None:
    # In a process of its own: the migrations configure logging for the whole process.
    finished = subprocess.run(
        [sys.executable, "-P", "-m", "mlflow", "db", "upgrade", uri(database)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"},
        check=False,
    )
    if finished.returncode != 0:
        lines = finished.stderr.strip().splitlines() or ["no message"]
        raise TrackingFailed(
            f"MLflow could not set up its database: {lines[-1]}",
            place=str(database),
            advice="Set MLFLOW_TRACKING_URI to another place, or remove the file.",
        )
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(f"PRAGMA user_version = {_serial(mlflow_version())}")


def _written_by(database: Path) -> int:
    """The serial number of the newest MLflow that set this database up (0: not known)."""
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _serial(version: str) -> int:
    """The version as one number, for SQLite's ``user_version``, which MLflow leaves alone."""
    major, minor, micro = ([*map(int, re.findall(r"\d+", version)), 0, 0, 0])[:3]
    return major * 1_000_000 + minor * 1_000 + micro
