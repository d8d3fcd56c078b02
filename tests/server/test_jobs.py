"""Runs that the server starts: their events, their end, and what is left of them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asking import Ask, book, ended

from jupyterlab_nb2pipe.following import Lines
from jupyterlab_nb2pipe.jobs import JOB_SCHEMA
from jupyterlab_nb2pipe.processes import Process

pytestmark = pytest.mark.slow

# A stage that says who it is and then takes long.
LONG = [
    ("import os, pathlib, time", "setup"),
    (
        "path = pathlib.Path('kernel.pid')\n"
        "made = path.write_text(str(os.getpid()))\n"
        "time.sleep(120)\nx = 1",
        "stage:wait",
    ),
]


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


async def gone(pid: int, seconds: float = 15) -> None:
    """Wait until a process has gone."""
    for _ in range(int(seconds / 0.1)):
        if not alive(pid):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"process {pid} is still there")


async def written(path: Path, seconds: float = 60) -> int:
    """The process id that a kernel has written."""
    for _ in range(int(seconds / 0.1)):
        if path.is_file() and (text := path.read_text()):
            return int(text)
        await asyncio.sleep(0.1)
    raise AssertionError(f"{path} was not written")


async def test_a_run_is_told_over_the_bus_and_kept(
    ask: Ask, notebook: Callable[..., str], jp_ws_fetch: Any, root: Path
) -> None:
    path = notebook()
    bus = await jp_ws_fetch("api", "events", "subscribe")
    name = "$(touch pwned); `id` <b>&\n--force"
    body = {"path": f"RTC:{path}", "parameters": {"C": 2, "name": name, "pair": "(3, 4)"}}
    status, job = await ask("jobs", post=body)
    assert status == 202
    assert (job["path"], job["status"], job["ended"]) == (path, "running", None)
    history = await ended(ask, job["id"])
    over, events = history["job"], history["events"]
    assert (over["status"], over["exit_code"]) == ("succeeded", 0), events
    assert over["parameters"] == body["parameters"]
    assert [e["seq"] for e in events] == list(range(1, over["seq"] + 1))
    assert {e["job"] for e in events} == {job["id"]}
    kinds = [e["event"]["event"] for e in events]
    assert kinds[0] == kinds[-1] == "job"
    assert events[-1]["event"]["job"] == over
    order = ["run-started", "stage-started", "cell-finished", "stage-finished", "run-finished"]
    assert [kinds.index(kind) for kind in order] == sorted(kinds.index(kind) for kind in order)
    finished = [e["event"] for e in events if e["event"]["event"] == "stage-finished"]
    assert [f["status"] for f in finished] == ["ran", "ran"]
    assert all(f["notebook"].startswith("work/.nb2pipe/runs/") for f in finished)
    assert any(e["event"].get("text", "").startswith("churn: 2 stages") for e in events)
    started = events[kinds.index("run-started")]["event"]
    assert started["parameters"] == {"C": "2.0", "name": repr(name), "pair": "(3, 4)"}
    assert over["run_id"] == started["run_id"]
    assert not list(root.rglob("pwned"))

    heard = []
    while len(heard) < len(events):
        told = json.loads(await asyncio.wait_for(bus.read_message(), 10))
        if told["schema_id"] == JOB_SCHEMA:
            heard.append({key: told[key] for key in ("job", "seq", "event")})
    bus.close()
    assert heard == events

    # Who comes back later asks for the rest only.
    later = (await ask("jobs", job["id"], since=str(over["seq"] - 2)))[1]
    assert later["events"] == events[-2:]
    assert (await ask("jobs", job["id"], since="x"))[0] == 400
    assert (await ask("jobs"))[1]["jobs"] == [over]
    assert (await ask("jobs", path=path))[1]["jobs"] == [over]
    assert (await ask("jobs", path="work/other.ipynb"))[1]["jobs"] == []

    # The run is among the notebook's, with what it wrote.
    (run,) = (await ask("runs", path=path))[1]["runs"]
    assert (run["run_id"], run["status"]) == (over["run_id"], "succeeded")
    assert run["parameters"] == {"C": 2.0, "name": name, "pair": "(3, 4)"}
    assert run["metrics"] == {"total": 12.0}
    assert [stage["name"] for stage in run["stages"]] == ["load", "total"]
    assert (await ask("runs", path="work/another.ipynb"))[1]["runs"] == []
    status, report = await ask("files", path=run["report"])
    assert (status, report["format"], report["mimetype"]) == (200, "text", "text/html")
    status, executed = await ask("files", path=run["stages"][1]["notebook"])
    assert (status, executed["type"], executed["name"]) == (200, "notebook", "total.ipynb")
    assert executed["content"]["nbformat"] == 4

    # What did not change is reused; nothing is left of the job's own files.
    _, again = await ask("jobs", post={**body, "until": "load", "force": False})
    stages = [e["event"] for e in (await ended(ask, again["id"]))["events"]]
    assert [s["status"] for s in stages if s["event"] == "stage-finished"] == ["reused", "skipped"]


async def test_a_failing_stage_says_where(ask: Ask, notebook: Callable[..., str]) -> None:
    path = notebook(("x = 1", "stage:one"), ("y = x\nraise ValueError('<no>')", "stage:two"))
    _, job = await ask("jobs", post={"path": path, "parameters": {}})
    history = await ended(ask, job["id"])
    assert (history["job"]["status"], history["job"]["exit_code"]) == ("failed", 1)
    events = [e["event"] for e in history["events"]]
    failed = next(e for e in events if e.get("stage") == "two" and e["event"] == "stage-finished")
    assert (failed["status"], failed["cell"], failed["line"]) == ("failed", "cell-2", 2)
    assert "<no>" in failed["error"]
    assert (await ask("files", path=failed["notebook"]))[0] == 200


async def test_what_cannot_run_is_refused_before(ask: Ask, notebook: Callable[..., str]) -> None:
    path = notebook()
    for change, status, said in (
        ({"until": "--help"}, 400, "no stage"),
        ({"parameters": {"D": 1}}, 400, "no such parameter"),
        ({"parameters": {"C": "much"}}, 400, "'much' is not"),
    ):
        answer, problem = await ask("jobs", post={"path": path, "parameters": {}, **change})
        assert answer == status
        assert said in problem["message"], problem
        assert problem["advice"]
    wrong = notebook(("x = undefined", "stage:one"), path="wrong.ipynb")
    status, problem = await ask("jobs", post={"path": wrong, "parameters": {}})
    assert (status, problem["kind"]) == (409, "PipelineRefused")
    assert problem["diagnostics"][0]["cell"] == "cell-1"
    assert (await ask("jobs", post={"path": "none.ipynb", "parameters": {}}))[0] == 404
    assert (await ask("jobs"))[1]["jobs"] == []


class TestOne:
    """A server that starts one run at a time."""

    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"max_jobs": 1}

    async def test_cancelling_ends_the_kernel_and_makes_room(
        self, ask: Ask, notebook: Callable[..., str], root: Path
    ) -> None:
        path = notebook(*LONG)
        asked = [ask("jobs", post={"path": path, "parameters": {}}) for _ in range(3)]
        answers = await asyncio.gather(*asked)
        assert sorted(status for status, _ in answers) == [202, 429, 429]
        job = next(document for status, document in answers if status == 202)
        kernel = await written(root / "work" / "kernel.pid")
        status, problem = await ask("jobs", post={"path": path, "parameters": {}})
        assert status == 429
        assert "one run" in problem["message"]
        status, document = await ask("jobs", job["id"], method="DELETE")
        assert (status, document["status"]) == (202, "cancelling")
        assert (await ask("jobs", job["id"], method="DELETE"))[0] == 202  # once is enough
        history = await ended(ask, job["id"])
        assert history["job"]["status"] == "cancelled", history["events"][-5:]
        await gone(kernel)
        states = [
            e["event"]["job"]["status"] for e in history["events"] if e["event"]["event"] == "job"
        ]
        assert states == ["running", "cancelling", "cancelled"]
        (run,) = (await ask("runs", path=path))[1]["runs"]
        assert run["status"] == "cancelled"
        # Over is over; and there is room again.
        assert (await ask("jobs", job["id"], method="DELETE"))[1]["status"] == "cancelled"
        other = notebook(path="other.ipynb")
        status, document = await ask("jobs", post={"path": other, "parameters": {}})
        assert status == 202
        assert (await ended(ask, document["id"]))["job"]["status"] == "succeeded"


async def test_a_run_that_dies_has_failed_and_says_its_last_lines(
    ask: Ask, notebook: Callable[..., str], root: Path, extension: Any
) -> None:
    path = notebook(*LONG)
    _, job = await ask("jobs", post={"path": path, "parameters": {}})
    kernel = await written(root / "work" / "kernel.pid")
    process = extension.services.jobs._processes[job["id"]]
    os.kill(process.pid, signal.SIGKILL)
    history = await ended(ask, job["id"])
    assert (history["job"]["status"], history["job"]["exit_code"]) == ("failed", -9)
    kinds = [e["event"]["event"] for e in history["events"]]
    assert "run-finished" not in kinds
    texts = [e["event"]["text"] for e in history["events"] if e["event"]["event"] == "log"]
    assert any("wait" in text for text in texts)
    assert not process.folder.exists()
    await gone(kernel)  # a kernel ends when who started it has gone


async def test_runs_end_with_the_server(
    ask: Ask, notebook: Callable[..., str], root: Path, extension: Any
) -> None:
    _, job = await ask("jobs", post={"path": notebook(*LONG), "parameters": {}})
    kernel = await written(root / "work" / "kernel.pid")
    process = extension.services.jobs._processes[job["id"]]
    # Nobody looks at the page: the server must not stop for want of activity.
    noted = extension.serverapp.web_app.settings["last_activity_times"]
    assert (datetime.now(UTC) - noted["jupyterlab_nb2pipe"]).total_seconds() < 10
    await extension.stop_extension()
    assert not alive(kernel)
    assert not alive(process.pid)
    assert not process.folder.exists()
    assert extension.services.jobs.get(job["id"]).status == "cancelled"


async def test_also_with_one_that_is_killed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "churn.ipynb").write_text(json.dumps(book(*LONG)), encoding="utf-8")
    log = tmp_path / "log"
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    command += [f"--ServerApp.root_dir={root}", "--ServerApp.port_retries=0"]
    command += ["--ServerApp.jpserver_extensions={'jupyterlab_nb2pipe': True}"]
    command += ["--IdentityProvider.token=secret"]
    places = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    with log.open("wb") as file:
        # A shell that puts it into the background makes it deaf to interrupts.
        server = subprocess.Popen(
            command,
            stdout=file,
            stderr=file,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **places},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN) and None,
        )
    try:
        job = await asyncio.to_thread(_started, address)
        kernel = await written(root / "kernel.pid")
        assert job["status"] == "running"
        server.kill()
        await gone(kernel)
    finally:
        server.kill()
        server.wait()


def _started(address: str) -> Any:
    """Start a run, once the server answers."""
    request = urllib.request.Request(
        f"{address}nb2pipe/jobs",
        data=json.dumps({"path": "churn.ipynb", "parameters": {}}).encode(),
        headers={"Authorization": "token secret"},
    )
    for _ in range(600):
        try:
            with urllib.request.urlopen(request) as response:
                return json.loads(response.read())
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


async def test_a_process_that_heeds_no_interrupt_is_killed() -> None:
    process = Process()
    code = (
        "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN)",
        "print('deaf', flush=True); time.sleep(60)",
    )
    await process.start("timeit", ["-n1", "-r1", *code], Path.cwd())
    while "deaf" not in process.log.read_text():
        await asyncio.sleep(0.05)
    before = time.monotonic()
    await process.end(grace=0.5)
    assert process.poll() == -signal.SIGKILL
    assert time.monotonic() - before < 5
    process.close()
    assert not process.folder.exists()


async def test_nothing_is_imported_from_the_root_directory(tmp_path: Path) -> None:
    for name in ("platform", "nb2pipe", "os"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(77)")
    process = Process()
    await process.start("platform", [], tmp_path)
    assert await process.wait(30) == 0, process.log.read_text()
    process.close()


def test_lines_of_a_growing_file(tmp_path: Path) -> None:
    path = tmp_path / "log"
    lines = Lines(path, longest=7)
    assert lines.read() == []
    text = "a\nzwölf\n\n".encode()
    with path.open("ab", buffering=0) as file:
        file.write(text[:5])  # ends within the ö
        assert lines.read() == ["a"]
        file.write(text[5:] + b"x" * 20)
        assert lines.read() == ["zwölf", ""]
        file.write(b"yyy")
        assert lines.read() == []
    assert lines.read(last=True) == ["xxxxxxx"]
    assert lines.read(last=True) == []
