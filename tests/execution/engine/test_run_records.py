"""Events, metrics and records: what is kept of a run, exactly."""

import json
import math
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nb2pipe import execution
from nb2pipe.errors import StorageFailed
from nb2pipe.execution import events, metrics, runs
from nb2pipe.execution.kernel.stage import numbers_in
from nb2pipe.execution.secrecy import Mask
from nb2pipe.execution.target import line_in_notebook
from nb2pipe.model import RunRecord, StageRecord

SCHEMA = json.loads(Path(execution.__file__).with_name("events.schema.json").read_text("utf-8"))
EVENTS = [
    events.RunStarted(
        run_id="r", pipeline="p", version="", stages=("a",), parameters={"C": "nan"}
    ),
    events.StageStarted(run_id="r", stage="a", reason="ran: first run", cells=("1",)),
    events.CellStarted(run_id="r", stage="a", cell="1"),
    events.CellFinished(run_id="r", stage="a", cell="1", seconds=0.1, failed=False),
    events.StageFinished(
        run_id="r", stage="a", status="failed", seconds=1, reason="", error="E",
        cell="1", line=2, notebook=None, metrics={"m": 1.5},
    ),
    events.Note(run_id="r", message="a note"),
    events.RunFinished(run_id="r", status="failed", seconds=1.0, metrics={}),
]  # fmt: skip


def test_every_event_is_a_line_that_the_schema_describes(tmp_path: Path) -> None:
    assert {type(event) for event in EVENTS} == set(events.Event.__subclasses__())
    file = events.EventFile(tmp_path / "events.jsonl")
    for event in EVENTS:
        file(event)
    file.close()
    lines = (tmp_path / "events.jsonl").read_text("utf-8").splitlines()
    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert len(lines) == len(EVENTS)
    for line, event in zip(lines, EVENTS, strict=True):
        found = json.loads(line)
        validator.validate(found)
        assert set(found) == {"event", *(item.name for item in fields(event))}
        del found[list(found)[-1]]
        assert not validator.is_valid(found)


def test_an_events_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="cannot write the events"):
        events.EventFile(tmp_path / "no" / "folder")


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("acc = 1\nf1: float = 2", ["acc", "f1"]),
        ("a, (b, *c) = x", ["a", "b", "c"]),
        ("acc += 1", ["acc"]),
        ("acc", ["acc"]),
        ("acc, f1", ["acc", "f1"]),
        ("acc\nother = 1", ["other"]),
        ("print(acc, 'is', f1)", ["acc", "f1"]),
        ("print(f'{acc:.3f} {m.x}')", ["acc"]),
        ("display(acc)", ["acc"]),
        ("if (n := len(x)) > 1:\n    print(acc)", ["n", "acc"]),
        ("for i in range(3):\n    total = i", ["i", "total"]),
        ("def f():\n    inner = 1\nout = [k for k in x]", ["out"]),
        ("model.score(X)", []),
        ("log(acc)", []),
        ("with open(p) as file:\n    pass", ["file"]),
    ],
)
def test_names_of_a_metrics_cell(source: str, names: list[str]) -> None:
    assert list(metrics.names(source)) == names


def test_which_values_are_metrics() -> None:
    import numpy as np

    good: list[Any] = [1, 2.5, np.float32(0.5), np.int64(3)]
    for value in good:
        assert numbers_in("m", value) == {"m": float(value)}
        assert numbers_in("m", {"k": value, 2: value}) == {"m.k": float(value), "m.2": float(value)}
    bad: list[Any] = [True, np.True_, math.nan, math.inf, "1", None, [1], 10**400, 1j, {"k": "x"}]
    for value in bad:
        assert numbers_in("m", value) == {}
    assert numbers_in("m", {"k": {"deep": 1}}) == {}


def test_a_metric_s_name_that_two_stages_use() -> None:
    found = metrics.of_run({"a": {"loss": 1.0, "n": 5.0}, "b": {"loss": 2.0}})
    assert found == {"a.loss": 1.0, "n": 5.0, "b.loss": 2.0}


literals = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.integers() | st.text() | st.booleans(), inner)
    ),
    max_leaves=8,
)


@given(value=literals)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_record_comes_back_exactly(tmp_path: Path, value: Any) -> None:
    root = tmp_path / ".nb2pipe"
    stage = StageRecord(
        "s", "ran", notebook=root / "runs" / "r1" / "s.ipynb", outputs={"x": "d"}, line=3
    )
    record = RunRecord(
        "r1", "p", "1.0.0", "succeeded", "a", "b", {"value": value}, (stage,),
        metrics={"z": 1.0, "a": 2.0}, report=root / "runs" / "r1" / "report.html",
    )  # fmt: skip
    path = runs.save(record, root)
    assert repr(runs.load(path)) == repr(record)
    json.loads(path.read_text("utf-8"), parse_constant=lambda text: pytest.fail(text))


def test_a_killed_run_is_not_listed(tmp_path: Path) -> None:
    root = tmp_path / ".nb2pipe"
    folder = runs.new_folder(root)
    runs.save(RunRecord("r1", "p", "", "succeeded", "", "", {}, ()), root)
    (folder / "run.json").write_text('{"half":')
    assert [run.run_id for run in runs.listing(tmp_path)] == ["r1"]
    assert runs.listing(tmp_path / "elsewhere") == []


def test_secrets_are_masked_as_they_are_and_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", 'it\'s "so"\nlong')
    mask = Mask(["TOKEN", "NOT_SET"])
    outputs = [
        {
            "text": ["a " + 'it\'s "so"\nlong'],
            "data": {"image/png": "bG9uZw", "text/plain": "long"},
        },
        {"traceback": [repr('it\'s "so"\nlong'), json.dumps('it\'s "so"\nlong')]},
    ]
    masked = json.dumps(mask.value(outputs))
    assert "so" not in masked.replace("***", "")
    assert "bG9uZw" in masked
    assert "text/plain" in masked


@pytest.mark.parametrize(("line", "expected"), [(1, 3), (2, 4), (3, 6)])
def test_the_failing_line_as_the_notebook_counts_it(line: int, expected: int) -> None:
    original = "import x\n\na = 1\nb = 2\nfrom y import z\nc = a / 0"
    executed = "a = 1\nb = 2\nc = a / 0"
    assert line_in_notebook(original, executed, line) == expected
