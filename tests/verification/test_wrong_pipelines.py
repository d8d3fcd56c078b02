"""Pipelines that are wrong on purpose are found different, each at its cell and variable."""

from dataclasses import replace

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("verification")]


def first(found):
    one = found.differences[0]
    return one.kind, one.cell, one.name


def test_the_right_pipeline_is_equal(trial):
    found = trial.stages(trial.subject.project)
    assert found.differences == []
    assert found.close == []
    assert found.boundary >= 4
    assert found.outputs == 4
    assert found.metrics == 1
    assert trial.functions(trial.subject.project).differences == []


@pytest.mark.parametrize(
    ("stage", "before", "after", "expected"),
    [
        ("load", "[1, 2, 3]", "[1, 2, 4]", ("value", "rows", "rows")),
        ("prepare", "twin = data", "twin = list(data)", ("sharing", "scale", "data, twin")),
        (
            "prepare",
            "print(len(data))\n    print(data[0])",
            "print(data[0])\n    print(len(data))",
            ("output", "append", ""),
        ),
    ],
)
def test_an_edited_stage_is_found(trial, stage, before, after, expected):
    found = trial.stages(trial.changed(stage, before, after))
    assert expected in [(one.kind, one.cell, one.name) for one in found.differences]
    assert first(found)[1] == expected[1]


def test_a_metric_that_is_not_tracked_or_another_one(trial):
    project = trial.changed("report", "total = sum(data) + len(twin)", "total = total_ = 0")
    found = [one for one in trial.stages(project).differences if one.kind == "metric"]
    assert [(one.cell, one.path, one.detail.partition(" → ")[2]) for one in found] == [
        ("sum", "total", "0.0"),
        ("sum", "total_", "0.0"),
    ]
    untracked = trial.changed("report", "# %% [sum] metrics", "# %% [sum]")
    (one,) = trial.stages(untracked).differences
    assert (one.kind, one.cell, one.stage, one.name) == ("metric", "sum", "report", "total")
    assert one.detail.endswith(" → none")


def test_floats_that_are_close_are_said_and_not_different(trial):
    found = trial.stages(trial.changed("load", "0.1 + 0.2", "0.3"))
    assert [one.kind for one in found.differences if one.kind != "output"] == []
    assert "half" in {one.name for one in found.close}


def test_an_output_that_is_dropped(trial):
    project = trial.subject.project
    stages = [
        replace(
            code,
            outputs=tuple(name for name in code.outputs if name != "half"),
            source=code.source.replace("return rows, half", "return rows").replace(
                "return half, rows", "return rows"
            ),
        )
        if code.name == "load"
        else replace(code, inputs=tuple(pair for pair in code.inputs if pair[0] != "half"))
        for code in project.stages
    ]
    found = trial.stages(replace(project, stages=tuple(stages)))
    assert first(found) == ("failure", "append", "")


@pytest.mark.parametrize(
    ("stage", "before", "after", "expected"),
    [
        ("load", "[1, 2, 3]", "[1, 2, 4]", ("value", "rows", "rows")),
        ("report", "sum(data)", "sum(dota)", ("failure", "sum", "")),
    ],
)
def test_an_edited_function_is_found(trial, stage, before, after, expected):
    assert first(trial.functions(trial.changed(stage, before, after))) == expected
