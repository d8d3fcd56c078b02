"""Runs in real kernels: values, notebooks, metrics, reuse, failures."""

import contextlib
import json
import math
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nb2pipe.errors import ParameterInvalid, ProjectUnreadable, StageUnknown
from nb2pipe.execution import events
from nb2pipe.execution.results import RunResult
from nb2pipe.model import Parameter, Project, RunRecord, StageCode, StageSettings

pytestmark = pytest.mark.slow

EXACT: Mapping[str, Any] = {
    "text": "it's \"; import os\n\\ ü 🎉 {x} ${{ y }}",
    "looks": ["1", "true", "null", "1e-3"],
    "minus_zero": -0.0,
    "big": 2**63,
    "small": 1e-3,
    "not_a_number": math.nan,
    "infinite": -math.inf,
    "nothing": None,
    "yes": True,
    "nested": {1: [(2, "two"), {"k": None}], "1": -3},
}
SHARED = """import enum


class Colour(enum.Enum):
    RED = 1


class Box:
    def __init__(self, held):
        self.held = held


def label(value):
    return f"<{value}>"
"""
MAKE = {
    "m1": "import collections\nimport random\n\nimport numpy as np\nimport pandas as pd\n"
    "frame = pd.read_csv('data.csv')\nheld = [frame]\nwhole = np.arange(6.0)\nview = whole[2:4]",
    "m2": "colour = Colour.RED\nbox = Box(held)\noffset = 1\n"
    "counts = collections.defaultdict(lambda: np.float64(offset))\n"
    "random.seed(1)\nnp.random.seed(2)\nif False:\n    unbound = 1",
    "m3": "frame.head(1)\nlabel(C);",
}
USE = {
    "u1": "frame.loc[0, 'b'] = 50\nassert held[0] is frame and box.held is held\nview[0] = -1\n"
    "assert whole[2] == -1\nassert isinstance(box, Box) and colour is Colour.RED\noffset = 7\n"
    "assert counts['new'] == 7\ntry:\n    unbound\nexcept NameError:\n    missing = 1",
    "u2 metrics": "drawn = random.random()\ndrawn_np = float(np.random.rand())\n"
    "total = frame['b'].sum()\nscores = {'a': 0.5, 'b': np.float32(0.25)}\nignored = 'text'\ntotal",
    "u3": "with open('written/out.txt', 'w') as out:\n    out.write(label(total))\n"
    "import helper\nanswer = helper.ANSWER",
}  # fmt: skip


def sharing(trial: Any, folder: Path, **changes: Any) -> Project:
    outputs = ("frame", "held", "whole", "view", "colour", "box", "counts", "unbound")
    make = trial.stage(
        "make",
        changes.get("make", MAKE),
        header="from nb2pipe_trial.shared import Box, Colour, label",
        parameters=("C",),
        outputs=outputs,
        states=(("random", None), ("numpy.random", None)),
        reads=("data.csv",),
    )
    use = trial.stage(
        "use",
        USE,
        header="import random\n\nimport numpy as np\n\n"
        "from nb2pipe_trial.shared import Box, Colour, label",
        takes=dict.fromkeys(outputs, "make"),
        outputs=("answer", "total", "held"),
        states=(("random", "make"), ("numpy.random", "make")),
        writes=("written/out.txt",),
    )
    return trial.project(
        folder, make, use, shared=SHARED,
        parameters=(Parameter("C", 1.0, "1.0"),), values={"C": 1.0},
    )  # fmt: skip


@pytest.fixture(scope="module")
def ran(trial: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, RunRecord, list]:
    folder = tmp_path_factory.mktemp("folder {x} with it's name")
    (folder / "data.csv").write_text("a,b\n1,2\n3,4\n")
    (folder / "written").mkdir()
    (folder / "helper.py").write_text("ANSWER = 42\n")
    project = sharing(trial, folder)
    heard: list[events.Event] = []
    record = trial.run(project, listeners=[heard.append])
    assert record.status == "succeeded", [stage.error for stage in record.stages]
    return project, record, heard


def test_values_come_out_sharing_what_they_shared(ran: Any) -> None:
    project, record, _ = ran
    result = RunResult(record, project)
    assert result.artifacts["use"]["answer"] == 42
    assert result.artifacts["use"]["held"][0].loc[0, "b"] == 50
    assert type(result.artifacts["make"]["box"]).__module__ == "nb2pipe_trial.shared"
    assert "unbound" not in result.artifacts["make"]
    with pytest.raises(KeyError, match="hands on"):
        result.artifacts["make"]["nothing"]


def test_hidden_state_goes_on(ran: Any) -> None:
    import random

    import numpy as np

    _, record, _ = ran
    assert record.metrics["drawn"] == random.Random(1).random()
    assert record.metrics["drawn_np"] == np.random.RandomState(2).rand()


def test_metrics_are_numbers_of_the_metrics_cell(ran: Any) -> None:
    _, record, _ = ran
    assert list(record.metrics) == ["drawn", "drawn_np", "total", "scores.a", "scores.b"]
    assert record.metrics["total"] == 54


def test_the_executed_notebook_shows_what_the_notebook_would(ran: Any) -> None:
    _, record, _ = ran
    make = json.loads(record.stages[0].notebook.read_text("utf-8"))
    cells = {
        c["metadata"]["nb2pipe"]["cell"]: c for c in make["cells"] if "nb2pipe" in c["metadata"]
    }
    assert list(cells) == ["m1", "m2", "m3"]
    assert [cell["execution_count"] for cell in cells.values()] == [1, 2, 3]
    assert cells["m3"]["outputs"] == []  # the semicolon
    others = [cell for cell in make["cells"] if "nb2pipe" not in cell["metadata"]]
    assert all(not cell["outputs"] for cell in others)
    assert [c["source"] for c in others if "injected-parameters" in c["metadata"]["tags"]] == [
        ["C = 1.0"]
    ]
    assert make["metadata"]["nb2pipe"]["stage"] == "make"
    use = json.loads(record.stages[1].notebook.read_text("utf-8"))
    (shown,) = [c for c in use["cells"] if c["metadata"].get("nb2pipe", {}).get("cell") == "u2"]
    assert "".join(shown["outputs"][0]["data"]["text/plain"]) == "np.int64(54)"


def test_no_name_of_ours_is_left(trial: Any, tmp_path: Path) -> None:
    cells = {
        "c metrics": "found = sorted(n for n in dir() if not n.startswith('_'))\nn = len(found)"
    }
    cells["d"] = "import os\nprint(found, [k for k in os.environ if k.startswith('NB2PIPE')])"
    record = trial.run(trial.project(tmp_path, trial.stage("one", cells)))
    text = record.stages[0].notebook.read_text("utf-8")
    own = "['In', 'Out', 'exit', 'get_ipython', 'open', 'quit'] []"
    assert own in text
    assert not list(tmp_path.rglob("__pycache__"))


def test_events_tell_the_run(ran: Any) -> None:
    _, record, heard = ran
    kinds = [events.kind(event) for event in heard]
    assert kinds[0] == "run-started"
    assert kinds[-1] == "run-finished"
    assert kinds.count("stage-finished") == 2
    assert kinds.count("cell-finished") == 6
    assert {event.run_id for event in heard} == {record.run_id}


def test_nothing_changed_is_reused_and_files_come_back(trial: Any, ran: Any) -> None:
    project, record, _ = ran
    (project.folder / "written" / "out.txt").unlink()
    again = trial.run(project)
    assert [stage.status for stage in again.stages] == ["reused", "reused"]
    assert {stage.reason for stage in again.stages} == {"reused: nothing it depends on changed"}
    assert [s.key for s in again.stages] == [s.key for s in record.stages]
    assert [s.notebook for s in again.stages] == [s.notebook for s in record.stages]
    assert again.metrics == record.metrics
    assert (project.folder / "written" / "out.txt").read_text() == "<54>"


def test_what_changed_runs_and_says_why(trial: Any, ran: Any) -> None:
    project, _, _ = ran
    (project.folder / "helper.py").write_text("ANSWER = 43\n")
    record = trial.run(project)
    assert [s.reason for s in record.stages] == [
        "reused: nothing it depends on changed",
        "ran: file helper.py changed",
    ]
    assert RunResult(record, project).artifacts["use"]["answer"] == 43
    changed = {**MAKE, "m2": MAKE["m2"] + "\nextra = 1"}
    record = trial.run(sharing(trial, project.folder, make=changed))
    # The values are the same: what follows is reused.
    assert [s.reason for s in record.stages] == [
        "ran: code of cell m2 changed",
        "reused: nothing it depends on changed",
    ]
    project = sharing(trial, project.folder, make=changed)
    (project.folder / "data.csv").write_text("a,b\n1,2\n3,5\n")
    record = trial.run(project)
    assert record.stages[0].reason == "ran: file data.csv changed"
    assert record.stages[1].reason.startswith("ran: input frame from make changed")
    record = trial.run(project, stages=["use"], force=True)
    assert [s.reason for s in record.stages] == [
        "reused: nothing it depends on changed",
        "ran: --force",
    ]
    record = trial.run(project, until="make")
    assert [s.status for s in record.stages] == ["reused", "skipped"]
    assert record.stages[1].reason == "skipped: not needed for make"


def test_damaged_values_are_made_again(trial: Any, ran: Any) -> None:
    from nb2pipe.execution.store import Store

    project, _, _ = ran
    record = trial.run(project)
    assert record.status == "succeeded"
    store = Store(project.folder)
    path = store.path(record.stages[0].outputs["frame"])
    path.write_bytes(path.read_bytes()[:-40] + b"x" * 40)
    record = trial.run(project, stages=["use"], force=True)
    assert record.status == "succeeded"
    assert record.stages[0].reason == "ran: its stored values were damaged"


def test_parameters_arrive_exactly(trial: Any, tmp_path: Path) -> None:
    names = tuple(EXACT)
    stage = trial.stage(
        "one", {"c": f"found = [{', '.join(names)}]"}, parameters=names, outputs=("found",)
    )
    project = trial.project(
        tmp_path, stage,
        parameters=tuple(Parameter(n, None, "None") for n in names), values=dict.fromkeys(names),
    )  # fmt: skip
    record = trial.run(project, given=EXACT)
    assert record.status == "succeeded", record.stages[0].error
    assert repr(RunResult(record, project).artifacts["one"]["found"]) == repr(list(EXACT.values()))


def test_a_failing_and_a_dying_stage(trial: Any, tmp_path: Path) -> None:
    stages = (
        trial.stage("good", {"g": "value = 1"}, outputs=("value",)),
        trial.stage("bad", {"b1": "x = value", "b2": "y = 1\n\ndef f():\n    return 1 / 0\nf()"},
                    takes={"value": "good"}, outputs=("y",)),
        trial.stage("dies", {"d": "import os\nprint('last words', flush=True)\nos._exit(3)"}),
        trial.stage("after_bad", {"a": "y"}, takes={"y": "bad"}),
        trial.stage("after_good", {"o": "value"}, takes={"value": "good"}),
    )  # fmt: skip
    record = trial.run(trial.project(tmp_path, *stages))
    found = trial.by_name(record)
    assert record.status == "failed"
    assert [s.status for s in record.stages] == ["ran", "failed", "failed", "skipped", "ran"]
    assert found["bad"].error == "ZeroDivisionError: division by zero"
    assert (found["bad"].cell, found["bad"].line) == ("b2", 5)
    assert found["dies"].error == "its kernel died"
    assert found["dies"].cell == "d"
    assert found["after_bad"].reason == "skipped: stage bad failed"
    assert "ZeroDivisionError" in found["bad"].notebook.read_text("utf-8")
    assert "last words" in found["dies"].notebook.read_text("utf-8")
    again = trial.by_name(trial.run(trial.project(tmp_path, *stages)))
    assert again["good"].status == "reused"
    assert again["bad"].reason == "ran: first run"


def test_what_cannot_cross_names_the_variable(trial: Any, tmp_path: Path) -> None:
    values = {
        "generator": "value = (n for n in range(3))",
        "lock": "import threading\nvalue = threading.Lock()",
        "module": "import math\nvalue = math",
        "homeless": "class Point: pass\nvalue = [Point()]",
    }
    stages = [
        trial.stage(name, {"ok": "fine = 1", "c": text}, outputs=("fine", "value"))
        for name, text in values.items()
    ]
    record = trial.run(trial.project(tmp_path, *stages))
    for stage in record.stages:
        assert stage.status == "failed"
        assert stage.error.startswith("variable value (")
        assert f"of stage {stage.name} cannot be handed to a later stage" in stage.error
    assert "class Point is defined in the stage itself" in record.stages[3].error


def test_a_draw_that_nobody_foresaw_stops_its_stage(trial: Any, tmp_path: Path) -> None:
    stages = [
        trial.stage(
            "seed", {"c1": "np.random.seed(0)\na = np.random.rand()"},
            header="import numpy as np", states=(("numpy.random", None),),
        ),
        trial.stage("still", {"c2": "b = np.zeros(3)"}, header="import numpy as np"),
        trial.stage("draws", {"c3": "c = np.random.rand()"}, header="import numpy as np"),
    ]  # fmt: skip
    records = trial.by_name(trial.run(trial.project(tmp_path, *stages)))
    assert records["seed"].status == records["still"].status == "ran"
    assert records["draws"].status == "failed"
    assert "numpy.random's global generator" in records["draws"].error
    # Where nothing is seeded there are no numbers to go on with.
    records = trial.by_name(trial.run(trial.project(tmp_path, stages[2])))
    assert records["draws"].status == "ran"


def test_time_limit_secrets_and_what_is_seen(
    trial: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAL_TOKEN", "s3cret-value")
    told = "import os\nprint(os.environ.get('TRIAL_TOKEN', 'none'))"
    seen = (
        "import os\nimport sqlite3\nnames = sorted(os.listdir('inputs'))\n"
        "total = sum(int(open(f'inputs/{n}').read()) for n in names)\n"
        "open('log.txt', 'a').write('x')"
    )
    (tmp_path / "inputs").mkdir()
    (tmp_path / "inputs" / "a").write_text("1")
    stages = (
        trial.stage("slow", {"s": "import time\ntime.sleep(600)"},
                    configuration=StageSettings(timeout=6)),
        trial.stage("with_secret", {"w": told + "\nraise ValueError(os.environ['TRIAL_TOKEN'])"},
                    configuration=StageSettings(secrets=("TRIAL_TOKEN",))),
        trial.stage("without", {"o": told}),
        trial.stage("seen", {"n": seen}),
        trial.stage("removes", {"r": "import os\nif os.path.exists('old'):\n    os.remove('old')"}),
    )  # fmt: skip
    (tmp_path / "old").write_text("")
    project = trial.project(tmp_path, *stages)
    found = trial.by_name(trial.run(project, jobs=3))
    assert found["slow"].error == "it took longer than 6 seconds"
    assert found["slow"].cell == "s"
    assert found["with_secret"].error == "ValueError: ***"
    for path in (tmp_path / ".nb2pipe").rglob("*"):
        assert not path.is_file() or b"s3cret-value" not in path.read_bytes(), path
    assert "***" in found["with_secret"].notebook.read_text("utf-8")
    assert "none" in found["without"].notebook.read_text("utf-8")
    (tmp_path / "inputs" / "b").write_text("2")
    project = replace(project, stages=stages[2:])
    found = trial.by_name(trial.run(project))
    assert found["without"].status == "reused"
    assert found["removes"].reason == "ran: it cannot be reused since it removes the file old"
    assert found["seen"].status == "ran"
    # The file was read before it was added to: what it held then has changed.
    assert found["seen"].reason in (
        "ran: the files in folder inputs changed",
        "ran: file log.txt is new",
    )


def test_what_is_wrong_is_said_before_anything_runs(trial: Any, tmp_path: Path) -> None:
    one = trial.stage("train", {"c": "C"}, parameters=("C",))
    with pytest.raises(ParameterInvalid, match="reads parameter C, which has no value"):
        trial.run(trial.project(tmp_path, one))
    project = trial.project(tmp_path, one, values={"C": 1})
    with pytest.raises(StageUnknown, match="no stage tran") as caught:
        trial.run(project, stages=["tran"])
    assert "train" in caught.value.advice
    with pytest.raises(StageUnknown):
        trial.run(project, until="nothing like it")
    broken = StageCode("train", "def train(:\n")
    with pytest.raises(ProjectUnreadable):
        trial.run(trial.project(tmp_path, broken))
    assert list(tmp_path.iterdir()) == []


def test_a_full_reuse_imports_little(trial: Any, tmp_path: Path) -> None:
    import subprocess
    import sys

    document = {
        "nbformat": 4, "nbformat_minor": 5, "metadata": {},
        "cells": [
            {"id": "a", "cell_type": "code", "metadata": {"tags": ["stage:one"]}, "source": "x = 1",
             "outputs": [], "execution_count": None},
            {"id": "b", "cell_type": "code", "metadata": {"tags": ["stage:two"]},
             "source": "y = x + 1\nprint(y)", "outputs": [], "execution_count": None},
        ],
    }  # fmt: skip
    (tmp_path / "trial.ipynb").write_text(json.dumps(document))
    code = (
        "import sys\nfrom nb2pipe.__main__ import run\n"
        "assert run(['run', 'trial.ipynb', '--json']) == 0\n"
        "print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    documents = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        documents.append(json.loads(done.stdout))
    ran, reused = documents
    assert [stage["status"] for stage in ran["stages"]] == ["ran", "ran"]
    assert [stage["status"] for stage in reused["stages"]] == ["reused", "reused"]
    assert ran["version"] == reused["version"] == "0.0.0"
    # MLflow has both, the report is there.
    database = sqlite3.connect(tmp_path / ".nb2pipe" / "mlflow.db")
    with contextlib.closing(database):
        assert database.execute("SELECT count(*) FROM runs").fetchone() == (6,)
    assert (tmp_path / reused["report"]).is_file()
    heavy = {
        "nbformat", "nbclient", "nbconvert", "papermill", "ploomber", "IPython", "mlflow", "rich",
        "jupyter_client", "numpy", "pandas", "importlib.metadata", "cloudpickle", "pygments",
        "jsonschema", "yaml", "ruamel", "sqlalchemy", "asyncio", "concurrent.futures",
        "urllib.request", "filelock", "email", "statistics",
    }  # fmt: skip
    assert heavy & set(done.stderr.splitlines()[-1].split()) == set()


def test_a_change_that_nobody_foresaw_stops_its_stage(trial: Any, tmp_path: Path) -> None:
    made = trial.stage("make", {"c1": "x, y, z = [1], [2], [3]"}, outputs=("x", "y", "z"))
    taken = dict.fromkeys(("x", "y", "z"), "make")
    stages = [
        made,
        # `y` is handed on changed, and nobody takes `z` afterwards.
        trial.stage("use", {"c2": "y.append(2)\nz.append(3)"}, takes=taken, outputs=("y",)),
        trial.stage("last", {"c3": "print(x, y)"}, takes={"x": "make", "y": "use"}),
    ]
    records = trial.by_name(trial.run(trial.project(tmp_path, *stages)))
    assert {record.status for record in records.values()} == {"ran"}
    stages[1] = trial.stage("use", {"c2": "y.append(2)\nx.append(3)"}, takes=taken, outputs=("y",))
    records = trial.by_name(trial.run(trial.project(tmp_path, *stages)))
    assert records["use"].status == "failed"
    assert "stage use changed x, which the analysis did not foresee" in records["use"].error
    assert records["last"].status == "skipped"
