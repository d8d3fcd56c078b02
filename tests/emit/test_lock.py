"""nb2pipe.lock: digests, and the version that moves with the kind of change."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from nb2pipe.emit import lock
from nb2pipe.errors import ProjectUnreadable
from nb2pipe.model import (
    Cell,
    Notebook,
    Parameter,
    Pipeline,
    Shared,
    Stage,
    StageCell,
    Variable,
)

LOAD = Stage(
    "load", (StageCell("a", "x = 1"),), outputs=(Variable("x", "int"),), parameters=("seed",)
)
TRAIN = Stage(
    "train",
    (StageCell("b", "y = helper(x)"),),
    inputs=(Variable("x", "int"),),
    outputs=(Variable("y"),),
    shared=("helper",),
)
SHARED = Shared(
    imports=("import math",),
    body=("def helper(v):\n    return inner(v)", "def inner(v):\n    return math.sqrt(v)", "Z = 1"),
    names=("helper", "inner", "Z"),
)
SEED = Parameter("seed", 1, "1", "int", ("int",))


def pipeline(*stages: Stage, parameters: tuple[Parameter, ...] = (SEED,), **more: str) -> Pipeline:
    cells = tuple(
        Cell(c.id, n, "code", c.source)
        for n, c in enumerate((c for stage in stages for c in stage.cells), 1)
    )
    notebook = Notebook(Path("churn.ipynb"), cells)
    return Pipeline("churn", notebook, stages, parameters=parameters, shared=SHARED, **more)


def described(made: Pipeline, **data: str) -> lock.Lock:
    return lock.describe(made, tool="1.0", notebook="../churn.ipynb", data=data)


BEFORE = replace(described(pipeline(LOAD, TRAIN)), version="1.2.3")


def after(*stages: Stage, **more: tuple[Parameter, ...]) -> str:
    return lock.versioned(described(pipeline(*stages, **more)), BEFORE).version


def cell(stage: Stage, source: str) -> Stage:
    return replace(stage, cells=(replace(stage.cells[0], source=source),))


def test_the_first_version() -> None:
    assert lock.versioned(described(pipeline(LOAD)), None).version == "0.1.0"


def test_no_change_and_mere_formatting_keep_the_version() -> None:
    assert after(LOAD, TRAIN) == "1.2.3"
    assert after(cell(LOAD, "x  =  1  # one"), TRAIN) == "1.2.3"
    assert after(replace(LOAD, doc="Loads."), TRAIN) == "1.2.3"


def test_changed_code_raises_the_third_number() -> None:
    assert after(cell(LOAD, "x = 2"), TRAIN) == "1.2.4"
    assert after(LOAD, TRAIN, parameters=(replace(SEED, default=2),)) == "1.2.4"


def test_changed_data_raises_the_third_number() -> None:
    before = replace(described(pipeline(LOAD), d="1"), version="1.2.3")
    assert lock.versioned(described(pipeline(LOAD), d="2"), before).version == "1.2.4"


@pytest.mark.parametrize(
    "stages",
    [
        (LOAD, TRAIN, Stage("report", ())),
        (replace(LOAD, outputs=(*LOAD.outputs, Variable("z"))), TRAIN),
        (LOAD, replace(TRAIN, inputs=())),
        (LOAD, replace(TRAIN, parameters=("seed",))),
    ],
)
def test_a_wider_interface_raises_the_second_number(stages: tuple[Stage, ...]) -> None:
    assert after(*stages) == "1.3.0"


def test_a_new_parameter_raises_the_second_number() -> None:
    assert after(LOAD, TRAIN, parameters=(SEED, replace(SEED, name="C"))) == "1.3.0"


@pytest.mark.parametrize(
    "stages",
    [
        (LOAD,),
        (LOAD, replace(TRAIN, name="fit")),
        (replace(LOAD, outputs=()), TRAIN),
        (replace(LOAD, outputs=(Variable("x", "float"),)), TRAIN),
    ],
)
def test_a_broken_interface_raises_the_first_number(stages: tuple[Stage, ...]) -> None:
    assert after(*stages) == "2.0.0"


@pytest.mark.parametrize(
    "parameters", [(), (replace(SEED, name="C"),), (replace(SEED, annotation="float"),)]
)
def test_a_broken_parameter_raises_the_first_number(parameters: tuple[Parameter, ...]) -> None:
    assert after(LOAD, TRAIN, parameters=parameters) == "2.0.0"


def test_a_stage_counts_the_shared_code_that_it_reaches() -> None:
    made = pipeline(LOAD, TRAIN)
    before = described(made).stages
    inner = replace(SHARED, body=(SHARED.body[0], "def inner(v):\n    return v", SHARED.body[2]))
    changed = described(replace(made, shared=inner)).stages
    assert changed["train"].digest != before["train"].digest
    assert changed["load"] == before["load"]
    constant = replace(SHARED, body=(*SHARED.body[:2], "Z = 2"))
    assert described(replace(made, shared=constant)).stages == before


def test_the_notebooks_digest() -> None:
    made = pipeline(LOAD)
    digest = lock.notebook_digest(made)

    def with_cell(**changes: object) -> str:
        first = replace(made.notebook.cells[0], **changes)  # type: ignore[arg-type]
        notebook = replace(made.notebook, cells=(first, *made.notebook.cells[1:]))
        return lock.notebook_digest(replace(made, notebook=notebook))

    assert with_cell(execution_count=7) == digest
    assert with_cell(source="x = 1\n") != digest
    assert with_cell(tags=("stage:load",)) != digest
    assert with_cell(source="a\r\nb") == with_cell(source="a\nb")


def test_text_and_back() -> None:
    made = replace(BEFORE, data={"data/ü.csv": "00"}, files={"a.py": "11"}, environment="22")
    text = lock.text(made)
    assert lock.read(text, "nb2pipe.lock") == made
    assert json.loads(text)["format"] == 1
    assert lock.is_sealed(text)
    assert not lock.is_sealed(text.replace('"1.2.3"', '"9.9.9"'))


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "<<<<<<< HEAD\n{}",
        "[]",
        "{}",
        '{"format": 1}',
        lock.text(BEFORE).replace('"1.2.3"', '"1.x"'),
        lock.text(BEFORE).replace('"stages": {', '"stages": {"q": 3, '),
    ],
)
def test_a_damaged_lock_is_named(damage: str) -> None:
    with pytest.raises(ProjectUnreadable) as caught:
        lock.read(damage, "churn/nb2pipe.lock")
    assert caught.value.place == "churn/nb2pipe.lock"
    assert caught.value.advice


def test_a_newer_format_asks_for_a_newer_nb2pipe() -> None:
    with pytest.raises(ProjectUnreadable, match="format 2"):
        lock.read(lock.text(BEFORE).replace('"format": 1', '"format": 2'), "nb2pipe.lock")
