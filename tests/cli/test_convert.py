"""``nb2pipe convert`` as people and programs call it."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PARAMETERS = ("parameters", "seed = 4")
LOAD = ("stage:load", "import math\n\nx = math.sqrt(seed)")
TRAIN = ("stage:train", "y = x + 1\nprint(y)")


def notebook(path: Path, *cells: tuple[str, str], **metadata: Any) -> Path:
    content = {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": None,
                "id": f"cell{number}",
                "metadata": {"tags": [tag] if tag else []},
                "outputs": [],
                "source": source,
            }
            for number, (tag, source) in enumerate(cells)
        ],
        "metadata": metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    notebook(tmp_path / "churn.ipynb", PARAMETERS, LOAD, TRAIN)
    return tmp_path


@pytest.fixture
def convert(folder: Path, nb2pipe: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(folder)
    return lambda *arguments: nb2pipe("convert", "churn.ipynb", "--no-lock", *arguments)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        )
        for path in sorted(folder.rglob("*"))
    }


def test_verification_in_the_workflow_is_opt_in(folder: Path, convert: Any) -> None:
    workflow = folder / ".github" / "workflows" / "nb2pipe-churn.yml"
    assert convert().code == 0
    assert "nb2pipe verify" not in workflow.read_text()
    assert convert("--verify").code == 0
    assert "nb2pipe verify" in workflow.read_text()
    assert convert("--check", "--verify").code == 0
    assert convert("--check").code == 1


# ── What it says ─────────────────────────────────────────────────────────────────────────────────


def test_files_on_stdout_and_words_on_stderr(folder: Path, convert: Any) -> None:
    done = convert()
    assert done.code == 0, done.err
    assert "created churn/churn/train.py" in done.out.splitlines()
    assert "created .github/workflows/nb2pipe-churn.yml" in done.out.splitlines()
    assert "churn 0.1.0: 10 created" in done.err
    again = convert()
    assert (again.code, again.out) == (0, "")
    assert "up to date" in again.err


def test_one_json_document(folder: Path, convert: Any) -> None:
    document = json.loads(convert("--json").out)
    assert document["version"] == "0.1.0"
    assert {file["status"] for file in document["files"]} == {"created"}
    notebook(folder / "churn.ipynb", PARAMETERS, LOAD, ("stage:train", "y = x + 2\nprint(y)"))
    document = json.loads(convert("--json").out)
    assert document["version"] == "0.1.1"
    assert {f["path"] for f in document["files"] if f["status"] != "unchanged"} == {
        "churn/churn/train.py",
        "churn/nb2pipe.lock",
    }


def test_a_diff_writes_nothing(folder: Path, convert: Any) -> None:
    convert()
    notebook(folder / "churn.ipynb", PARAMETERS, LOAD, ("stage:train", "y = x + 2\nprint(y)"))
    before = digests(folder)
    shown = convert("--diff")
    assert shown.code == 0
    assert "--- a/churn/churn/train.py" in shown.out
    assert "+    y = x + 2" in shown.out
    document = json.loads(convert("--diff", "--json").out)
    entries = {file["path"]: file["diff"] for file in document["files"]}
    assert "-    y = x + 1" in entries["churn/churn/train.py"]
    assert entries["churn/tasks.py"] == ""
    assert digests(folder) == before
    assert (folder / "churn" / "churn" / "train.py").exists()
    # What is shown is a patch that makes the tree.
    if shutil.which("git"):
        patched = subprocess.run(
            ["git", "apply", "-"], cwd=folder, input=shown.out.encode(), check=False
        )
        assert patched.returncode == 0
        assert convert("--check").code == 0


def test_a_notebook_on_standard_input(folder: Path, convert: Any, nb2pipe: Any) -> None:
    convert()
    before = digests(folder)
    text = (folder / "churn.ipynb").read_bytes().replace(b"x + 1", b"x + 3")
    options = ("convert", "-", "--no-lock", "--path", "churn.ipynb")
    shown = nb2pipe(*options, "--diff", stdin=text)
    assert shown.code == 0
    assert "+    y = x + 3" in shown.out
    refused = nb2pipe(*options, stdin=text)
    assert refused.code == 2
    assert "--diff" in refused.err
    assert digests(folder) == before


def test_a_check_names_what_differs(folder: Path, convert: Any) -> None:
    assert convert("--check").code == 1
    convert()
    done = convert("--check")
    assert (done.code, done.out) == (0, "")
    module = folder / "churn" / "churn" / "train.py"
    module.write_text(module.read_text() + "# mine\n")
    (folder / "churn" / "env.yaml").unlink()
    done = convert("--check")
    assert done.code == 1
    assert "churn/churn/train.py was edited" in done.out
    assert "churn/env.yaml is missing" in done.out


def test_other_folders(folder: Path, convert: Any) -> None:
    (folder / "top").mkdir()
    options = ("-o", "out/project", "--root", "top", "--name", "model")
    assert convert(*options).code == 0
    assert (folder / "out" / "project" / "model" / "train.py").is_file()
    workflow = folder / "top" / ".github" / "workflows" / "nb2pipe-model.yml"
    assert "--name" in workflow.read_text()
    assert convert(*options, "--check").code == 0
    assert convert(*options[:-1], "other", "--ci", "none").code == 0
    assert not workflow.exists()


# ── Bad input ────────────────────────────────────────────────────────────────────────────────────


def refused(*words: str, done: Any) -> None:
    assert done.code == 2, (done.out, done.err)
    assert "a bug" not in done.err
    assert done.out == ""
    for word in words:
        assert word in done.err


BAD = {
    "not JSON": ("{", ["churn.ipynb"]),
    "not a notebook": ('{"a": 1}', ["churn.ipynb"]),
    "syntax error": ([PARAMETERS, ("stage:load", "x = = 1")], ["cell 2", "line 1"]),
    "undefined name": ([PARAMETERS, ("stage:load", "x = nowhere")], ["cell 2", "nowhere"]),
    "unresolved import": (
        [("stage:load", "import nosuch_module\nx = 1")],
        ["cell 1, line 1", "nosuch_module", "--kernel"],
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_notebooks(folder: Path, convert: Any, case: str) -> None:
    content, words = BAD[case]
    if isinstance(content, str):
        (folder / "churn.ipynb").write_text(content)
    else:
        notebook(folder / "churn.ipynb", *content)
    before = digests(folder)
    refused(*words, done=convert())
    assert digests(folder) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--kernel", "nosuch"], ["nosuch", "--python"]),
        (["--python", "./nosuch"], ["nosuch"]),
        (["--kernel", "a", "--python", "b"], ["exclude"]),
        (["--name", "pandas"], ["pandas", "--name pandas_pipeline"]),
        (["--name", "json"], ["standard library", "--name json_pipeline"]),
        (["--root", "nosuch"], ["nosuch"]),
        (["--ci", "gitlab"], ["gitlab"]),
    ],
)
def test_bad_options(folder: Path, convert: Any, arguments: list[str], words: list[str]) -> None:
    before = digests(folder)
    refused(*words, done=convert(*arguments))
    assert digests(folder) == before


@pytest.mark.slow
def test_a_kernels_environment_without_ipykernel(
    folder: Path, convert: Any, tmp_path_factory: Any
) -> None:
    place = tmp_path_factory.mktemp("bare") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    before = digests(folder)
    refused("ipykernel", done=convert("--python", str(python)))
    assert digests(folder) == before


def test_someone_elses_folder(folder: Path, convert: Any) -> None:
    (folder / "churn").mkdir()
    (folder / "churn" / "notes.txt").write_text("mine")
    before = digests(folder)
    refused("notes.txt", "-o", done=convert())
    assert digests(folder) == before


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 16 kB as the project's folder; the test needs root to mount it."""
    place = folder / "churn"
    place.mkdir()
    mounted = sys.platform == "linux" and os.geteuid() == 0
    if mounted:
        options = ["-t", "tmpfs", "-o", "size=16k", "tmpfs", str(place)]
        mounted = subprocess.run(["mount", *options], check=False).returncode == 0
    if not mounted:
        pytest.skip("only root may mount a small disk; tests/project has it without one")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk(folder: Path, convert: Any, small_disk: Path) -> None:
    (small_disk / ".venv").write_bytes(b"x" * 8192)
    before = digests(folder)
    refused("No space left", done=convert())
    assert digests(folder) == before


def test_a_read_only_folder(folder: Path, convert: Any, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    before = digests(folder)
    refused("Read-only", "churn", done=convert())
    assert digests(folder) == before


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: Any) -> Callable[[], None]:
    """From its call on uv reaches no index and remembers nothing."""

    def apply() -> None:
        monkeypatch.setenv("UV_OFFLINE", "1")
        monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))

    return apply


def test_no_network(folder: Path, convert: Any, nb2pipe: Any, no_network: Any) -> None:
    no_network()
    before = digests(folder)
    refused("uv lock failed", "--no-lock", done=nb2pipe("convert", "churn.ipynb"))
    assert digests(folder) == before


# ── uv.lock ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_the_locked_environment(
    folder: Path, nb2pipe: Any, no_network: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    done = nb2pipe("convert", "churn.ipynb")
    assert done.code == 0, done.err
    lock = folder / "churn" / "uv.lock"
    text = lock.read_text()
    assert "sha256:" in text
    sources = {line for line in text.splitlines() if line.startswith("source = ")}
    assert 'source = { virtual = "." }' in sources
    assert len(sources) == 2 and not any("file:" in line for line in sources)
    # Nothing is asked again: neither the kernel nor an index.
    no_network()
    before = digests(folder)
    assert nb2pipe("convert", "churn.ipynb").code == 0
    assert nb2pipe("convert", "churn.ipynb", "--check").code == 0
    assert digests(folder) == before
    # A change by others, as of `uv lock --upgrade`, is kept and said.
    lock.write_text(text + "# changed\n")
    check = nb2pipe("convert", "churn.ipynb", "--check")
    assert check.code == 1
    assert "uv.lock was changed" in check.err
    assert nb2pipe("convert", "churn.ipynb").code == 0
    assert lock.read_text() == text + "# changed\n"
    assert nb2pipe("convert", "churn.ipynb", "--check").code == 0


# ── Killed, and two at once ──────────────────────────────────────────────────────────────────────

COUNT = int(os.environ.get("NB2PIPE_KILLS", "10"))


COMMAND = [sys.executable, "-m", "nb2pipe", "convert", "churn.ipynb", "--no-lock"]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal 9")
def test_killed_at_random_instants(folder: Path, convert: Any) -> None:
    assert convert().code == 0
    started = time.monotonic()
    subprocess.run(COMMAND, cwd=folder, check=True)
    usual = time.monotonic() - started
    journal = folder / ".nb2pipe" / "convert-churn.json"
    chance = random.Random(20261124)
    interrupted = 0
    for number in range(COUNT):
        source = f"y = x + {number + 10}\nprint(y)"
        extra = ("stage:report", "print(y)") if number % 3 else ("stage:show", "print(x)")
        notebook(folder / "churn.ipynb", PARAMETERS, LOAD, ("stage:train", source), extra)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(COMMAND, cwd=folder, **quiet)
        if number % 2:  # somewhere in the whole of it
            time.sleep(chance.uniform(0, usual))
        else:  # while it writes
            while process.poll() is None and not journal.exists():
                pass
            time.sleep(chance.uniform(0, 0.004) if number else 0)
        process.send_signal(signal.SIGKILL)
        process.wait()
        interrupted += journal.exists()
        done = convert()
        assert done.code == 0, done.err
        check = convert("--check")
        assert (check.code, check.out) == (0, "")
        modules = {path.stem for path in (folder / "churn" / "churn").glob("*.py")}
        assert modules == {"__init__", "load", "train", extra[0].removeprefix("stage:")}
        assert f"x + {number + 10}" in (folder / "churn" / "churn" / "train.py").read_text()
        assert not list(folder.rglob("*.nb2pipe-new"))
    assert interrupted  # else nothing was tried


def test_two_at_once(folder: Path, convert: Any) -> None:
    assert convert().code == 0
    for number in range(2):
        source = f"y = x + {number + 10}\nprint(y)"
        notebook(folder / "churn.ipynb", PARAMETERS, LOAD, ("stage:train", source))
        both = [subprocess.Popen(COMMAND, cwd=folder, stderr=subprocess.PIPE) for _ in range(2)]
        for process in both:
            _, said = process.communicate(timeout=120)
            assert process.returncode == 0, said
        assert convert("--check").code == 0


# ── Cost ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_repeated_convert_imports_nothing_heavy(folder: Path, convert: Any) -> None:
    convert()
    command = [sys.executable, "-X", "importtime", *COMMAND[1:]]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    lines = done.stderr.splitlines()
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}
    assert "nb2pipe" in imported
    heavy = {"nbformat", "IPython", "papermill", "jupyter_client", "nbconvert", "mlflow"}
    heavy |= {"ploomber", "ruamel", "jinja2", "rich", "pandas", "numpy", "filelock", "uv"}
    assert not imported & heavy
