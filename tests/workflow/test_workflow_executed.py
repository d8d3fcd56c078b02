"""The generated workflow is executed, step by step, by the executor beside this file.

A wheel of nb2pipe is built and named in the repository's variable ``NB2PIPE_SOURCE``, so that the
workflow installs the code under test, beside the project's own locked environment.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from executor import Event, GitHub, Job

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
WORKFLOW = ".github/workflows/nb2pipe-weights.yml"
RUN = "Run the pipeline"

CELLS = [
    ("parameters", 'factor: float = 2.0  # of every weight\nlabel: str = "1"\nlimit: int = 2**63'),
    ("stage:load", 'rows = [float(line) for line in open("weights.txt")]'),
    (
        "stage:scale",
        "if factor < 0:\n"
        '    raise ValueError("negative weights")\n'
        "scaled = [row * factor for row in rows]\n"
        "kinds = [type(value).__name__ for value in (factor, label, limit)]",
    ),
    (
        "stage:score",
        'print(label, limit, kinds)\nprint(["token", __import__("os").environ["TOKEN"]][0])',
    ),
    ("metrics", "total = sum(scaled)"),
]


def notebook(cells: list[tuple[str, str]]) -> str:
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {
                "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
                "nb2pipe": {"stages": {"score": {"secrets": ["TOKEN"]}}},
            },
            "cells": [
                {
                    "id": f"c{number}",
                    "cell_type": "code",
                    "metadata": {"tags": [tag]},
                    "source": source,
                    "outputs": [],
                    "execution_count": None,
                }
                for number, (tag, source) in enumerate(cells)
            ],
        }
    )


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Tester", "-c", "user.email=tester@example.org"]
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from uv import find_uv_bin

    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([find_uv_bin(), "build", "-q", "--wheel", "-o", folder, ROOT], check=True)
    return next(folder.glob("nb2pipe-*.whl"))


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Iterator[GitHub]:
    folder = tmp_path_factory.mktemp("github")
    repository = folder / "repository"
    work = repository / "work space"
    work.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main", str(repository))
    (work / "weights.ipynb").write_text(notebook(CELLS), encoding="utf-8")
    (work / "weights.txt").write_text("1\n2\n4.5\n", encoding="utf-8")
    (repository / ".gitignore").write_text(".nb2pipe/\n")
    environment = {**os.environ, "TOKEN": "x"}
    command = [sys.executable, "-m", "nb2pipe", "convert", "weights.ipynb"]
    subprocess.run(command, cwd=work, check=True, env=environment)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "All")
    variables = {"NB2PIPE_SOURCE": str(wheel)}
    yield GitHub(repository, folder, variables=variables, secrets={"TOKEN": "hush hush"})


def only(jobs: dict[str, Job]) -> Job:
    (job,) = jobs.values()
    return job


def said(job: Job) -> str:
    return "\n".join(f"{step.name}: {step.conclusion}\n{step.output}" for step in job.steps)


def metric(job: Job, name: str) -> str:
    match = re.search(rf"^\| {name} \| (\S+) \|$", job.summary, re.MULTILINE)
    assert match, job.summary
    return match[1]


def test_it_runs_on_push_and_anew_with_other_inputs(github: GitHub) -> None:
    pushed = only(github.execute(WORKFLOW, Event("push")))
    assert pushed.conclusion == "success", said(pushed)
    assert metric(pushed, "total") == "15"
    assert "```mermaid" in pushed.summary
    files = {file.name for file in github.artifacts(github.runs).rglob("*") if file.is_file()}
    assert {"load.ipynb", "scale.ipynb", "score.ipynb", "report.html"} <= files

    inputs = {"factor": "0.5", "label": "true"}
    changed = only(github.execute(WORKFLOW, Event("workflow_dispatch", inputs)))
    assert changed.conclusion == "success", said(changed)
    assert metric(changed, "total") == "3.75"
    output = changed.step(RUN).output
    assert re.search(r"load +reused", output) and re.search(r"scale +ran", output)
    executed = next(github.artifacts(github.runs).rglob("*/score.ipynb")).parent.parent
    texts = "".join(file.read_text("utf-8") for file in executed.rglob("score.ipynb"))
    assert "true 9223372036854775808 ['float', 'str', 'int']" in texts
    everything = [*github.artifacts(github.runs).rglob("*"), *github.caches.rglob("*")]
    for file in everything:
        assert not file.is_file() or b"hush hush" not in file.read_bytes()
    assert "hush hush" not in said(changed) + changed.summary


def test_what_goes_wrong_is_said_and_kept(github: GitHub) -> None:
    failed = only(github.execute(WORKFLOW, Event("workflow_dispatch", {"factor": "-1"})))
    assert failed.conclusion == "failure"
    assert [step.name for step in failed.steps if step.conclusion == "failure"] == [RUN]
    assert "negative weights" in failed.summary
    kept = {file.name for file in github.artifacts(github.runs).rglob("*") if file.is_file()}
    assert {"scale.ipynb", "report.html"} <= kept

    refused = only(github.execute(WORKFLOW, Event("workflow_dispatch", {"limit": "soon"})))
    assert refused.step(RUN).conclusion == "failure"
    assert "'soon' is not an int" in refused.step(RUN).output
    assert "Traceback" not in said(refused) and not refused.summary

    file = github.repository / "work space" / "weights.ipynb"
    cells = [(tag, source.replace("* factor", "* factor + 1")) for tag, source in CELLS]
    file.write_text(notebook(cells), encoding="utf-8")
    git(github.repository, "commit", "-qam", "Change the notebook alone")
    drifted = only(github.execute(WORKFLOW, Event("pull_request")))
    conclusions = {step.name: step.conclusion for step in drifted.steps}
    assert conclusions["Check that the project is what the notebook says"] == "failure"
    assert conclusions[RUN] == "skipped"
