"""``nb2pipe run`` and ``nb2pipe runs``: documents, exit codes, messages."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from nb2pipe import execution

BOOK = [
    ("C = 1.0\nname = 'a'", "parameters"),
    ("values = [1, 2, 3]", "stage:load"),
    ("import math\n\ntotal = sum(values) * C\nif name == 'bad':\n    math.sqrt(-1)", "stage:total"),
    ("total", "metrics"),
]


@pytest.fixture
def churn(write: Callable[..., str], notebooks: Any) -> str:
    return write(notebooks.book(*(notebooks.cell(source, tags) for source, tags in BOOK)))


@pytest.mark.slow
def test_a_run_its_document_and_what_is_kept(churn: str, nb2pipe: Callable[..., Any]) -> None:
    before = Path(churn).read_bytes()
    answer = nb2pipe("run", churn, "-p", "C", "0.5", "--json", "--events", "events.jsonl")
    assert answer.code == 0, answer.err
    document = json.loads(answer.out)
    assert list(document) == [
        "status", "run_id", "pipeline", "version", "stages", "metrics", "report",
    ]  # fmt: skip
    assert document["status"] == "succeeded"
    assert document["pipeline"] == "churn"
    assert document["metrics"] == {"total": 3.0}
    for stage in document["stages"]:
        assert list(stage) == ["name", "status", "notebook", "seconds", "key", "reason"]
        assert not Path(stage["notebook"]).is_absolute()
        assert Path(stage["notebook"]).is_file()
    assert [stage["status"] for stage in document["stages"]] == ["ran", "ran"]
    assert Path(document["report"]).is_file()
    assert "mlflow ui --backend-store-uri" in answer.err
    validator = jsonschema.Draft202012Validator(
        json.loads(Path(execution.__file__).with_name("events.schema.json").read_text("utf-8"))
    )
    for line in Path("events.jsonl").read_text("utf-8").splitlines():
        validator.validate(json.loads(line))
    # The notebook is as it was, and only nb2pipe's own folder is new.
    assert Path(churn).read_bytes() == before
    assert sorted(path.name for path in Path().iterdir()) == [".nb2pipe", churn, "events.jsonl"]

    answer = nb2pipe("run", churn, "-p", "name", "bad", "--json")
    assert answer.code == 1
    failed = json.loads(answer.out)["stages"][1]
    assert failed["status"] == "failed"
    assert failed["error"].startswith("ValueError")
    assert (failed["cell"], failed["line"]) == ("cell-3", 5)
    assert Path(failed["notebook"]).is_file()
    assert "Error: stage total failed: cell cell-3, line 5: ValueError" in answer.err
    assert "Traceback" not in answer.err

    answer = nb2pipe("runs", "--json")
    assert answer.code == 0
    listed = json.loads(answer.out)["runs"]
    assert [run["status"] for run in listed] == ["failed", "succeeded"]
    assert listed[1]["run_id"] == document["run_id"]
    assert listed[1]["parameters"] == {"C": 0.5, "name": "a"}
    assert listed[1]["metrics"] == {"total": 3.0}
    assert listed[1]["report"] == document["report"]
    text = nb2pipe("runs").out
    assert document["run_id"] in text
    assert "total 3" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-p", "CC", "1"], "no such parameter"),
        (["-p", "C", "high"], "parameter C"),
        (["--params-file", "none.json"], "none.json"),
        (["--stage", "totl"], "there is no stage totl"),
        (["--until", "totl"], "Did you mean total?"),
        (["--kernel", "nope"], "kernel nope is not installed"),
        (["--python", "no/python"], "there is no interpreter no/python"),
        (["--kernel", "a", "--python", "b"], "exclude each other"),
        (["--events", "no/folder/e"], "cannot write the events"),
        (["-j", "0"], "-j"),
    ],
)
def test_bad_input_runs_nothing(
    churn: str, nb2pipe: Callable[..., Any], arguments: list[str], said: str
) -> None:
    answer = nb2pipe("run", churn, *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""
    assert not Path(".nb2pipe/runs").exists()


def test_a_notebook_with_errors_is_refused(
    write: Callable[..., str], notebooks: Any, nb2pipe: Callable[..., Any], tmp_path: Path
) -> None:
    name = write(notebooks.book(notebooks.cell("print(nobody)", "stage:one")))
    before = notebooks.digest(tmp_path)
    answer = nb2pipe("run", name)
    assert answer.code == 2
    assert "nobody" in answer.err
    assert notebooks.digest(tmp_path) == before


def test_what_is_no_project_and_what_is_no_notebook(
    nb2pipe: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("text.ipynb").write_text("no JSON")
    for target, said in (("folder", "no converted project"), ("text.ipynb", ""), ("none", "")):
        answer = nb2pipe("run", target)
        assert answer.code == 2
        assert said in answer.err
    assert sorted(path.name for path in Path().iterdir()) == ["folder", "text.ipynb"]


def test_no_runs_yet(
    nb2pipe: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert json.loads(nb2pipe("runs", "--json").out) == {"runs": []}
    assert "no runs here yet" in nb2pipe("runs").err
    assert list(Path().iterdir()) == []
