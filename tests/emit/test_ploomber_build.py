"""The real Ploomber builds what ``convert`` wrote, and makes what ``nb2pipe run`` makes."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import nb2pipe
from nb2pipe import execution
from nb2pipe.execution import target
from nb2pipe.execution.results import RunResult

pytestmark = pytest.mark.slow

CELLS = [
    (
        "parameters",
        "factor: float = 1e-3\n"
        'one = "1"\nyes = "true"\nnull: str | None = "null"\nnegative = -0.0\nbig = 2**63\n'
        "quotes = \"it's \\\"; import os\"\nbraces = '{{x}} {% y %} [[z]]'\nlines = 'a\\nb'\n"
        'nested = [[1, "1"], {"a": (1, None)}]\nnothing = None\nuni = "漢字 😀"\n'
        'cwd = "not a folder"\nroot = 3\ngit = True\npath = "~/x"\n_hidden = 1\na__b = 2',
    ),
    (
        "setup",
        "import os\nimport random\nimport numpy as np\n\n\n"
        "def doubled(values):\n    return [2 * value for value in values]",
    ),
    (
        "stage:load",
        "random.seed(1)\nnp.random.seed(2)\n"
        'rows = [float(line) for line in open("rows.txt")]\nalias = rows\n'
        "drawn = random.random()\n"
        "for key in 'ab':\n    os.environ[f'TOLD_{key}'] = key * 2\n"
        "os.makedirs('deep', exist_ok=True)\nos.chdir('deep')",
    ),
    (
        "stage:grow",
        "rows.append(factor)\nsame = alias is rows\nrows = doubled(rows)\n"
        "noise = (random.random(), np.random.rand(2))",
    ),
    (
        "stage:tell",
        "values = [one, yes, null, negative, big, quotes, braces, lines, nested, nothing, uni,\n"
        "          cwd, root, git, path, _hidden, a__b]\n"
        "said = repr(values)\nplace = os.environ['TOLD_b'] + os.path.basename(os.getcwd())",
    ),
    ("stage:last", "result = (rows, same, noise, said, drawn, place)\nassert result"),
]

# Builds one after another in one process: what ran in each.
BUILDS = """
import json, shutil, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
from ploomber.spec import DAGSpec

def build():
    report = DAGSpec("pipeline.yaml").to_dag().build(show_progress=False)
    return [name for name, ran in zip(report["name"], report["Ran?"]) if ran]

def edit(file, old, new):
    text = Path(file).read_text(encoding="utf-8")
    assert old in text, (file, old)
    Path(file).write_text(text.replace(old, new), encoding="utf-8")

ran = [build()]
shutil.copytree("products", "first")
ran.append(build())
edit("weights/tell.py", "said = repr(values)", "said = repr(values).upper()")
ran.append(build())
edit("env.yaml", "factor: 0.001", "factor: 2")
ran.append(build())
Path("../rows.txt").write_text("7")
ran.append(build())
print(json.dumps(ran))
"""


def notebook() -> dict[str, Any]:
    cells = [
        {
            "id": f"c{number}",
            "cell_type": "code",
            "metadata": {"tags": [tag]},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for number, (tag, source) in enumerate(CELLS)
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ploomber")
    (folder / "weights.ipynb").write_text(json.dumps(notebook()), encoding="utf-8")
    (folder / "rows.txt").write_text("1\n2.5\n")
    nb2pipe.convert(folder / "weights.ipynb", lock=False, ci="none")
    return folder / "weights"


def ploomber(project: Path, *command: str) -> str:
    """Call a program that uses Ploomber in the project's folder; its output."""
    environment = {**os.environ, "PLOOMBER_STATS_ENABLED": "false", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        command,
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_ploomber_makes_what_run_makes_and_only_what_changed(project: Path) -> None:
    loaded = target.load(project).project
    record = execution.run(loaded, report=False, tracking=False)
    assert record.status == "succeeded", record
    artifacts = RunResult(record, loaded).artifacts

    output = ploomber(project, sys.executable, "-c", BUILDS)
    first, second, edited, parameter, data = json.loads(output.splitlines()[-1])
    assert sorted(first) == ["grow", "last", "load", "tell"]
    for stage in loaded.stages:
        made = pickle.loads((project / "first" / f"{stage.name}.pkl").read_bytes())
        assert {name for name in made if ":" not in name} == set(stage.outputs)
        for name in stage.outputs:
            assert repr(made[name]) == repr(artifacts[stage.name][name])
    assert second == []
    assert sorted(edited) == ["last", "tell"]
    assert sorted(parameter) == ["grow", "last"]
    assert sorted(data) == ["grow", "last", "load", "tell"]  # the folder and the environment


def test_values_given_on_ploombers_command_line_arrive_exactly(project: Path) -> None:
    values = {
        "one": "01",
        "yes": "True",
        "null": "null",
        "negative": "-0.0",
        "big": str(2**64),
        "quotes": '"\'"',
        "braces": "1.50",
        "lines": "x\ny",
        "nested": "[[2, '2']]",
        "nothing": "None",
        "uni": "1_000",
        "cwd": "true",
        "root": "-7",
        "git": "false",
        "param_path": "0x10",
        "param_hidden": "5",
    }
    options = [f"--env--{key}={text}" for key, text in values.items()]
    build = str(Path(sys.executable).with_name("ploomber"))
    ploomber(project, build, "build", *options)
    made = pickle.loads((project / "products" / "tell.pkl").read_bytes())
    expected = [
        *("01", "True", "null", -0.0, 2**64, '"\'"', "1.50", "x\ny", [[2, "2"]], None, "1_000"),
        *("true", -7, False, "0x10", 5, 2),
    ]
    assert made["said"] == repr(expected).upper()
