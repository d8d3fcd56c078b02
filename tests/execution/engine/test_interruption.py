"""Runs that are killed, cancelled, or not alone."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="signals and fork are POSIX"),
]

NOTEBOOK = {
    "nbformat": 4, "nbformat_minor": 5, "metadata": {},
    "cells": [
        {"id": id_, "cell_type": "code", "metadata": {"tags": [f"stage:{stage}"]}, "source": source,
         "outputs": [], "execution_count": None}
        for id_, stage, source in (
            ("a", "quick", "value = 1"),
            ("b", "endless", "import os, time\nopen('pid', 'w').write(str(os.getpid()))\n"
             "print(value)\nlimit = float(open('limit').read())\ntime.sleep(limit)\nfound = value"),
            ("c", "last", "print(found)"),
        )
    ],
}  # fmt: skip


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie whose parent has gone counts as ended.
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "trial.ipynb").write_text(json.dumps(NOTEBOOK))
    (tmp_path / "limit").write_text("600")
    return tmp_path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_kernels_and_keeps_what_is_done(folder: Path, number: int) -> None:
    command = [sys.executable, "-m", "nb2pipe", "run", "trial.ipynb", "--json"]
    running = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # As in a terminal: what starts the tests in the background has it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    pid = folder / "pid"
    deadline = time.monotonic() + 120
    while not (pid.exists() and pid.read_text()) and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.5)
    running.send_signal(number)
    out, err = running.communicate(timeout=120)
    assert running.returncode == 130, err
    assert b"Traceback" not in err
    document = json.loads(out)
    assert document["status"] == "cancelled"
    assert [stage["status"] for stage in document["stages"]] == ["ran", "failed", "skipped"]
    assert document["stages"][1]["error"] == "the run was cancelled"
    assert document["stages"][2]["reason"] == "skipped: the run was cancelled"
    assert (folder / document["stages"][1]["notebook"]).is_file()
    assert not alive(int(pid.read_text()))


def test_two_runs_at_once_do_not_disturb_each_other(folder: Path) -> None:
    (folder / "limit").write_text("1")
    command = [sys.executable, "-m", "nb2pipe", "run", "trial.ipynb", "--json"]

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def ended(run: subprocess.Popen[str]) -> dict[str, Any]:
        out, err = run.communicate(timeout=120)
        assert run.returncode == 0, err
        found: dict[str, Any] = json.loads(out)
        return found

    pair = [start(), start()]
    first, second = [ended(one) for one in pair]
    assert first["status"] == second["status"] == "succeeded"
    assert first["run_id"] != second["run_id"]
    third = ended(start())
    assert [stage["status"] for stage in third["stages"]] == ["reused"] * 3
