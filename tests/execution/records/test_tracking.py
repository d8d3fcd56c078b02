from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shlex
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from nb2pipe.errors import TrackingFailed
from nb2pipe.execution import (
    provenance,
    tracking,
    tracking_database,
    tracking_ui,
)
from nb2pipe.model import Project, RunRecord

# MLflow and SQLAlchemy leave connections to the garbage collector, and use what is deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MLFLOW_TRACKING_URI", "GITHUB_RUN_ID", "CI_JOB_URL"):
        monkeypatch.delenv(name, raising=False)


def runs(uri: str, pipeline: str = "churn") -> tuple[Any, dict[str, Any]]:
    """The only parent run, and the stages' runs by name."""
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=uri)
    experiment = client.get_experiment_by_name(pipeline)
    assert experiment is not None
    found = client.search_runs([experiment.experiment_id])
    parents = [run for run in found if "mlflow.parentRunId" not in run.data.tags]
    assert len(parents) == 1
    stages = [run for run in found if "mlflow.parentRunId" in run.data.tags]
    assert {run.data.tags["mlflow.parentRunId"] for run in stages} <= {parents[0].info.run_id}
    assert len({run.info.run_name for run in stages}) == len(stages)
    return parents[0], {run.info.run_name: run for run in stages}


def artifact_names(uri: str, run: Any) -> list[str]:
    from mlflow import MlflowClient

    return sorted(f.path for f in MlflowClient(tracking_uri=uri).list_artifacts(run.info.run_id))


@pytest.mark.slow
def test_a_run_is_recorded_whole(
    record: RunRecord, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://git.example")
    monkeypatch.setenv("GITHUB_REPOSITORY", "me/churn")
    monkeypatch.setenv("GITHUB_RUN_ID", "42")
    report = project.folder / ".nb2pipe" / "runs" / record.run_id / "report.html"
    report.write_text("<p>report</p>", encoding="utf-8")

    uri = tracking.record(dataclasses.replace(record, report=report), project)

    assert uri == f"sqlite:///{(project.folder / '.nb2pipe' / 'mlflow.db').as_posix()}"
    parent, stages = runs(uri)
    assert parent.info.run_name == record.run_id
    assert parent.info.status == "FAILED"
    assert parent.info.start_time == 1795510800000
    assert parent.info.end_time == 1795510812500
    assert parent.data.params == {"C": "0.5", "seed": "7", "horizon": 'it\'s "90" <days>'}
    assert parent.data.metrics == {"accuracy": 0.91, "f1 _macro__": 0.5}
    assert parent.data.tags["nb2pipe.version"] == "1.2.3"
    assert parent.data.tags["nb2pipe.pipeline"] == "churn"
    assert parent.data.tags["nb2pipe.source"] == "churn.ipynb"
    assert parent.data.tags["nb2pipe.ci_url"] == "https://git.example/me/churn/actions/runs/42"
    assert artifact_names(uri, parent) == ["report.html"]

    assert {name: run.info.status for name, run in stages.items()} == {
        "load": "FINISHED",
        "features": "FINISHED",
        "train": "FAILED",
        "end": "KILLED",
    }
    assert {name: run.data.tags["nb2pipe.status"] for name, run in stages.items()} == {
        "load": "reused",
        "features": "ran",
        "train": "failed",
        "end": "skipped",
    }
    assert {name: run.data.params for name, run in stages.items()} == {
        "load": {},
        "features": {"horizon": 'it\'s "90" <days>'},
        "train": {"C": "0.5", "seed": "7"},
        "end": {},
    }
    assert stages["train"].data.metrics == {"accuracy": 0.91}
    assert stages["train"].info.start_time == 1795510804000
    assert stages["train"].info.end_time == 1795510812000
    assert stages["train"].data.tags["nb2pipe.error"] == "ValueError: no <data>"
    assert stages["train"].data.tags["nb2pipe.error.cell"] == "c4"
    assert stages["load"].data.tags["nb2pipe.reused_from"] == "20261124T080000-00aa"
    assert stages["load"].data.tags["nb2pipe.key"] == "ab" * 32
    assert {name: artifact_names(uri, run) for name, run in stages.items()} == {
        "load": ["load.ipynb"],
        "features": ["features.ipynb"],
        "train": ["train.ipynb"],
        "end": [],
    }
    for run in (parent, *stages.values()):
        root = (project.folder / ".nb2pipe" / "mlartifacts").as_uri()
        assert run.info.artifact_uri.startswith(f"{root}/churn/")
    assert list(elsewhere.iterdir()) == []


def reused(record: RunRecord) -> RunRecord:
    """The same run, had nothing in it run: it is written without MLflow."""
    stages = (dataclasses.replace(stage, status="reused") for stage in record.stages)
    return dataclasses.replace(record, stages=tuple(stages))


def written(uri: str) -> list[dict[str, Any]]:
    """All that MLflow has of the experiment's runs, but for what differs from run to run."""
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=uri)
    (experiment,) = [e for e in client.search_experiments() if e.name == "churn"]
    found = []
    for run in client.search_runs([experiment.experiment_id]):
        info, data = dict(run.info), dict(run.data)
        own = info.pop("run_id")
        assert info.pop("artifact_uri") == f"{experiment.artifact_location}/{own}/artifacts"
        info.pop("run_uuid", None)
        data["tags"]["mlflow.parentRunId"] = "mlflow.parentRunId" in data["tags"]
        data.pop("params_dict", None)
        history = {key: client.get_metric_history(own, key) for key in data["metrics"]}
        inputs = [
            (dict(one.dataset), {tag.key: tag.value for tag in one.tags})
            for one in run.inputs.dataset_inputs
        ]
        files = {
            file.path: Path(client.download_artifacts(own, file.path)).read_bytes()
            for file in client.list_artifacts(own)
        }
        points = {k: [(m.value, m.timestamp, m.step) for m in v] for k, v in history.items()}
        found.append(
            {"info": info, "data": data, "history": points, "inputs": inputs, "files": files}
        )
    return sorted(found, key=lambda run: str(run["info"]["run_name"]))


@pytest.mark.slow
def test_rows_of_our_own_are_those_that_mlflow_writes(
    record: RunRecord, project: Project, tmp_path: Path
) -> None:
    given = dataclasses.replace(
        reused(record),
        parameters={**record.parameters, "text": "ü" * 9000, "none": None, "empty": ""},
    )
    uri = tracking.record(given, project)
    ours = written(uri)
    other = tmp_path / "other" / "mlflow.db"
    tracking_database.prepare(other)
    assert written(tracking.record(given, project, uri=tracking_database.uri(other))) == ours
    assert len(ours) == 5

    # A second run uses the same experiment and data set; a deleted experiment is restored.
    tracking.record(dataclasses.replace(given, run_id="second"), project)
    with closing(sqlite3.connect(tracking_database.location(project.folder))) as connection:
        assert connection.execute("SELECT count(*) FROM datasets").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM experiments").fetchone() == (2,)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("UPDATE experiments SET lifecycle_stage = 'deleted'")
        connection.execute("UPDATE runs SET lifecycle_stage = 'deleted', deleted_time = 1")
        connection.commit()
    tracking.record(dataclasses.replace(given, run_id="third"), project)
    again = written(uri)
    assert {run["info"]["lifecycle_stage"] for run in again} == {"active"}
    assert len(again) == 15


@pytest.mark.slow
def test_mlflow_is_not_imported_where_nothing_ran(
    record: RunRecord, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(address: str) -> None:
        raise AssertionError(address)

    monkeypatch.setattr(tracking, "_client", asked)
    assert tracking.record(reused(record), project)
    with pytest.raises(AssertionError, match="sqlite:"):
        tracking.record(record, project)
    # Where the experiment's artifacts are elsewhere, or the schema is another, MLflow is asked.
    place = tracking_database.location(project.folder)
    for statement in (
        "UPDATE experiments SET artifact_location = 's3://bucket/x' WHERE name = 'churn'",
        "UPDATE alembic_version SET version_num = 'another'",
    ):
        with closing(sqlite3.connect(place)) as connection, connection:
            connection.execute(statement)
        with pytest.raises(AssertionError, match="sqlite:"):
            tracking.record(reused(record), project)


@pytest.mark.slow
def test_a_run_that_cannot_be_written_whole_leaves_nothing(
    record: RunRecord, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracking.record(reused(record), project)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(TrackingFailed, match="No space left"):
        tracking.record(dataclasses.replace(reused(record), run_id="second"), project)
    with closing(sqlite3.connect(tracking_database.location(project.folder))) as connection:
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (5,)


@pytest.mark.slow
def test_the_data_files_that_a_stage_reads_are_its_inputs(
    record: RunRecord, project: Project
) -> None:
    (project.folder / "features.csv").write_text("written by a stage", encoding="utf-8")
    parent, stages = runs(tracking.record(record, project))
    digest = hashlib.sha256((project.folder / "data" / "orders.csv").read_bytes()).hexdigest()
    for run in (parent, stages["load"]):
        (given,) = run.inputs.dataset_inputs
        assert given.dataset.name == "data/orders.csv"
        assert given.dataset.digest == digest[:36]
        assert json.loads(given.dataset.profile) == {"sha256": digest, "bytes": 15}
        assert {tag.key: tag.value for tag in given.tags}["nb2pipe.sha256"] == digest
    assert stages["train"].inputs.dataset_inputs == []


@pytest.mark.slow
def test_long_and_many_values_are_kept(record: RunRecord, project: Project) -> None:
    from mlflow import MlflowClient

    parameters = {f"p{number}": number for number in range(250)}
    given = {**parameters, "text": "ü" * 9000, "nothing": None, "empty": "", "flag": True}
    uri = tracking.record(dataclasses.replace(record, parameters=given, stages=()), project)
    parent, _ = runs(uri)
    assert len(parent.data.params) == 254
    assert parent.data.params["p249"] == "249"
    assert parent.data.params["nothing"] == "None"
    assert parent.data.params["text"] == "ü" * 5999 + "…"
    assert artifact_names(uri, parent) == ["parameters.json"]
    file = MlflowClient(tracking_uri=uri).download_artifacts(parent.info.run_id, "parameters.json")
    assert json.loads(Path(file).read_text(encoding="utf-8")) == given


@pytest.mark.slow
def test_a_cancelled_run_is_recorded_as_killed(record: RunRecord, project: Project) -> None:
    parent, stages = runs(
        tracking.record(
            dataclasses.replace(record, status="cancelled", stages=record.stages[:1]), project
        )
    )
    assert parent.info.status == "KILLED"
    assert parent.info.end_time == 1795510812500
    assert set(stages) == {"load"}


@pytest.mark.slow
def test_a_converted_project_is_recorded_with_its_lock(record: RunRecord, project: Project) -> None:
    root = project.folder / "churn"
    root.mkdir()
    (root / "nb2pipe.lock").write_text("version = 1\n", encoding="utf-8")
    given = dataclasses.replace(record, source=str(root), stages=())
    parent, _ = runs(tracking.record(given, dataclasses.replace(project, source=str(root))))
    assert parent.data.tags["nb2pipe.lock"] == hashlib.sha256(b"version = 1\n").hexdigest()
    assert parent.data.tags["nb2pipe.source"] == "churn"
    assert parent.data.tags["mlflow.source.name"] == "churn"


@pytest.mark.slow
def test_the_tracking_uri_of_the_environment_is_used(
    record: RunRecord, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mlflow

    before = mlflow.get_tracking_uri()
    tracking.record(record, project)
    other = tmp_path / "other" / "runs.db"
    other.parent.mkdir()
    shutil.copyfile(tracking_database.location(project.folder), other)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{other.as_posix()}")
    renamed = dataclasses.replace(record, pipeline="elsewhere")

    uri = tracking.record(renamed, project)

    assert uri == f"sqlite:///{other.as_posix()}"
    parent, _ = runs(uri, "elsewhere")
    assert parent.info.artifact_uri.startswith(f"{(tmp_path / 'other').as_uri()}/mlartifacts/")
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert mlflow.get_tracking_uri() == before
    assert mlflow.active_run() is None


@pytest.mark.slow
def test_two_runs_at_once_share_a_new_database(record: RunRecord, project: Project) -> None:
    script = (
        "import pickle, sys\n"
        "from nb2pipe.execution import tracking\n"
        "record, project = pickle.loads(bytes.fromhex(sys.stdin.read()))\n"
        "print(tracking.record(record, project))\n"
    )
    import pickle

    programs = []
    for number in range(2):
        given = dataclasses.replace(record, run_id=f"run-{number}")
        program = subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        programs.append((program, pickle.dumps((given, project)).hex()))
    threads = []
    answers: list[str] = []
    for program, text in programs:
        thread = threading.Thread(
            target=lambda p=program, t=text: answers.append(p.communicate(t, timeout=120)[0])
        )
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    assert [program.returncode for program, _ in programs] == [0, 0]
    assert len(set(answers)) == 1
    with closing(sqlite3.connect(tracking_database.location(project.folder))) as connection:
        names = connection.execute("SELECT name FROM runs").fetchall()
        assert len(connection.execute("SELECT * FROM experiments").fetchall()) == 2
    assert len(names) == 10
    assert {("run-0",), ("run-1",)} <= set(names)


@pytest.mark.slow
def test_runs_at_once_read_the_same_new_files(project: Project) -> None:
    """MLflow itself refuses some of these."""
    from mlflow import MlflowClient
    from mlflow.entities import Dataset, DatasetInput

    place = tracking_database.location(project.folder)
    tracking_database.prepare(place)
    client = MlflowClient(tracking_uri=tracking_database.uri(place))
    experiment = client.create_experiment("churn")
    together = threading.Barrier(4)

    def read(number: int) -> None:
        files = [
            DatasetInput(Dataset(f"{number}-{file}.csv", "ab" * 16, "local", "{}"))
            for file in range(5)
        ]
        run = client.create_run(experiment).info.run_id
        together.wait(60)
        tracking._log_inputs(client, run, files)
        assert len(client.get_run(run).inputs.dataset_inputs) == len(files)

    with ThreadPoolExecutor(together.parties) as threads:
        for number in range(10):
            list(threads.map(read, [number] * together.parties))


@pytest.mark.slow
def test_a_moved_folder_keeps_its_runs_and_their_artifacts(
    record: RunRecord, project: Project, tmp_path: Path
) -> None:
    tracking.record(dataclasses.replace(record, run_id="before"), project)
    moved = tmp_path / "moved"
    project.folder.rename(moved)

    uri = tracking.record(
        dataclasses.replace(record, run_id="after", stages=()),
        dataclasses.replace(project, folder=moved),
    )

    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=uri)
    experiments = {e.name: e for e in client.search_experiments()}
    assert set(experiments) == {"Default", "churn"}
    for experiment in experiments.values():
        assert experiment.artifact_location.startswith(moved.as_uri())
    for run in client.search_runs([experiments["churn"].experiment_id]):
        assert run.info.artifact_uri.startswith(moved.as_uri())
        if run.info.run_name == "train":
            assert artifact_names(uri, run) == ["train.ipynb"]


@pytest.mark.slow
def test_a_database_of_an_older_mlflow_is_upgraded_and_kept_aside(
    record: RunRecord, project: Project
) -> None:
    tracking.record(record, project)
    file = tracking_database.location(project.folder)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 3000000")
    tracking_database.prepare(file)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] > 3000000
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (5,)
    assert file.with_suffix(".db.before-upgrade").is_file()


@pytest.mark.slow
def test_the_printed_command_serves_the_recorded_run(
    record: RunRecord, project: Project, tmp_path: Path
) -> None:
    uri = tracking.record(record, project)
    command = tracking.ui_command(uri)
    assert "mlflow ui --backend-store-uri" in command
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [*shlex.split(command), "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    words[0] = shutil.which(words[0]) or str(Path(sys.executable).with_name(words[0]))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(
            words,
            cwd=elsewhere,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={
                **os.environ,
                "MLFLOW_DISABLE_TELEMETRY": "true",
                # Processes for evaluations; the UI and its REST interface do without.
                "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
            },
        )
    try:
        base = f"http://127.0.0.1:{port}"
        await_answer(server, port, tmp_path / "server.log")
        experiments = ask(f"{base}/api/2.0/mlflow/experiments/search", {"max_results": 10})
        (churn,) = [e for e in experiments["experiments"] if e["name"] == "churn"]
        found = ask(
            f"{base}/api/2.0/mlflow/runs/search", {"experiment_ids": [churn["experiment_id"]]}
        )
        by_name = {run["info"]["run_name"]: run for run in found["runs"]}
        assert set(by_name) == {record.run_id, "load", "features", "train", "end"}
        run_id = by_name["train"]["info"]["run_id"]
        page = urllib.request.urlopen(f"{base}/", timeout=60).read().decode()
        assert "<title>MLflow" in page
        address = f"{base}/get-artifact?path=train.ipynb&run_uuid={run_id}"
        artifact = urllib.request.urlopen(address, timeout=60).read()
        assert artifact == record.stages[2].notebook.read_bytes()  # type: ignore[union-attr]
    finally:
        end(server)


def await_answer(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 300
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert server.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.3)


def ask(address: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(
        address, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    return json.load(urllib.request.urlopen(request, timeout=60))


def end(server: subprocess.Popen[bytes]) -> None:
    import signal

    os.killpg(server.pid, signal.SIGTERM)
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def test_the_command_is_quoted_for_the_shell() -> None:
    uri = 'sqlite:////home/it\'s me/a "b" $HOME/mlflow.db'
    words = shlex.split(tracking.ui_command(uri))
    assert words[-3:] == ["ui", "--backend-store-uri", uri]


def test_without_mlflows_ui_the_command_goes_through_uvx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking_ui, "find_spec", lambda name: None if name == "flask" else True)
    command = tracking.ui_command("sqlite:////tmp/x.db")
    assert "uvx --from 'mlflow>=3.17,<4' " in command
    assert command.endswith(" mlflow ui --backend-store-uri sqlite:////tmp/x.db")
    words = shlex.split(command)
    assert Path(words[0]).name == "uvx"
    assert shutil.which(words[0]) or Path(words[0]).is_file()
    version = tracking_database.mlflow_version()
    assert words[1:6] == [
        "--from",
        "mlflow>=3.17,<4",
        "--with",
        f"mlflow-skinny=={version}",
        "mlflow",
    ]


def test_uvx_is_found_where_uv_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking_ui, "find_spec", lambda name: None)
    monkeypatch.setattr(tracking_ui, "_program", lambda name: [])
    words = shlex.split(tracking.ui_command("sqlite:////tmp/x.db"))
    assert Path(words[0]).is_absolute()
    assert subprocess.run([words[0], "--version"], capture_output=True).returncode == 0


@pytest.mark.parametrize(
    ("uri", "end"),
    [
        ("https://me:secret@ml.example/x", " -m webbrowser -t https://ml.example/x"),
        ("http://ml.example", " -m webbrowser -t http://ml.example"),
        (
            "postgresql://me:secret@db.example/x",
            ' ui --backend-store-uri "$MLFLOW_TRACKING_URI"',
        ),
        ("postgresql://me:***@db.example/x", ' ui --backend-store-uri "$MLFLOW_TRACKING_URI"'),
        ("postgresql://db.example/x", " ui --backend-store-uri postgresql://db.example/x"),
    ],
)
def test_the_command_for_other_stores_tells_no_password(uri: str, end: str) -> None:
    command = tracking.ui_command(uri)
    assert command.endswith(end)
    assert "secret" not in command


def test_databricks_has_no_command() -> None:
    assert tracking.ui_command("databricks://profile") == ""


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("https://me:secret@ml.example/x", "https://ml.example/x"),
        ("postgresql+psycopg2://me:p%40ss@db/x", "postgresql+psycopg2://me:***@db/x"),
        ("sqlite:////a/b@c:d@e/x.db", "sqlite:////a/b@c:d@e/x.db"),
    ],
)
def test_a_password_is_not_kept(uri: str, shown: str) -> None:
    assert tracking_ui.without_password(uri) == shown


def test_without_mlflow_tracking_is_off_and_says_how_to_turn_it_on(
    record: RunRecord, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.metadata

    def version(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    monkeypatch.setattr(tracking_database, "find_spec", lambda name: None)
    with pytest.raises(TrackingFailed) as raised:
        tracking.record(record, project)
    assert str(raised.value) == (
        "tracking is off: MLflow is not installed; turn it on with pip install 'nb2pipe[tracking]'"
    )
    assert not tracking_database.location(project.folder).exists()


@pytest.mark.slow
def test_a_store_that_does_not_answer_is_an_error_without_the_password(
    record: RunRecord, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(TrackingFailed) as raised:
        tracking.record(record, project, uri="http://me:secret@127.0.0.1:9")
    assert "secret" not in str(raised.value)
    assert raised.value.place == "http://127.0.0.1:9"


@pytest.mark.slow
def test_a_database_that_is_none_is_an_error(record: RunRecord, project: Project) -> None:
    file = tracking_database.location(project.folder)
    file.parent.mkdir(exist_ok=True)
    file.write_text("not a database, but long enough to be looked at" * 20, encoding="utf-8")
    with pytest.raises(TrackingFailed) as raised:
        tracking.record(record, project)
    assert "not a database" in raised.value.message
    assert raised.value.place == str(file)


@pytest.mark.parametrize("name", ["what?", "100%20off"])
def test_a_folder_that_mlflow_cannot_name_is_refused(
    name: str, record: RunRecord, project: Project, tmp_path: Path
) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(TrackingFailed) as raised:
        tracking.record(record, dataclasses.replace(project, folder=tmp_path / name))
    assert "in a folder whose name has" in raised.value.message
    assert list((tmp_path / name).iterdir()) == []


@pytest.mark.slow
def test_a_relative_address_is_returned_absolute(
    record: RunRecord, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracking_database.prepare(tmp_path / "own.db")
    monkeypatch.chdir(tmp_path)
    uri = tracking.record(dataclasses.replace(record, stages=()), project, uri="sqlite:///own.db")
    assert uri == f"sqlite:///{(tmp_path / 'own.db').as_posix()}"
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "it's a folder",
        "own.db",
        "own.db.lock",
    ]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"a": 1, "b": float("inf"), "c": float("nan"), "d": 10**400}, {"a": 1.0}),
        ({"f1@5": 0.5, "f1#5": 0.25}, {"f1_5": 0.5, "f1_5_2": 0.25}),
        ({"../x": 1, "/": 2, "a//b/": 3}, {"x": 1.0, "metric": 2.0, "a/b": 3.0}),
        ({"größe": 1, "": 2}, {"größe": 1.0, "metric": 2.0}),
    ],
)
def test_metric_names_become_what_mlflow_takes(
    given: dict[str, float], kept: dict[str, float]
) -> None:
    assert tracking.metric_keys(given) == kept


def test_very_long_metric_names_stay_apart() -> None:
    keys = tracking.metric_keys({"x" * 300 + "a": 1, "x" * 300 + "b": 2})
    assert list(keys.values()) == [1.0, 2.0]
    assert all(len(key) <= 250 for key in keys)


def test_git_facts(tmp_path: Path) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    assert provenance.git_tags(tmp_path) == {}

    def run(*words: str) -> str:
        settings = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
        done = subprocess.run(
            [git, *settings, *words], cwd=tmp_path, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    run("init", "-q", "-b", "trunk")
    assert provenance.git_tags(tmp_path) == {}
    (tmp_path / "a.txt").write_text("1", encoding="utf-8")
    run("add", "a.txt")
    run("commit", "-q", "-m", "first")
    commit = run("rev-parse", "HEAD")
    clean = {
        "mlflow.source.git.commit": commit,
        "mlflow.source.git.branch": "trunk",
        "nb2pipe.git.dirty": "false",
    }
    assert provenance.git_tags(tmp_path) == clean
    (tmp_path / "a.txt").write_text("2", encoding="utf-8")
    assert provenance.git_tags(tmp_path) == {**clean, "nb2pipe.git.dirty": "true"}
    run("checkout", "-q", "--detach")
    detached = provenance.git_tags(tmp_path, {"GITHUB_REF_NAME": "main"})
    assert detached["mlflow.source.git.branch"] == "main"


def test_ci_address() -> None:
    assert provenance.ci_url({}) == ""
    assert provenance.ci_url({"CI_JOB_URL": "https://ci.example/1"}) == "https://ci.example/1"
    github = {
        "GITHUB_SERVER_URL": "https://git.example",
        "GITHUB_REPOSITORY": "a/b",
        "GITHUB_RUN_ID": "7",
    }
    assert provenance.ci_url(github) == "https://git.example/a/b/actions/runs/7"
