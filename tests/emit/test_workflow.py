"""The workflow's text: typed inputs, exact defaults, and data that stays data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from nb2pipe import parameters
from nb2pipe.emit import schedule
from nb2pipe.emit.workflow import path, workflow
from nb2pipe.errors import SettingInvalid
from nb2pipe.model import Notebook, Parameter, Pipeline, Stage, StageSettings


def parameter(name: str, value: Any, kind: str = "", **more: Any) -> Parameter:
    kind = kind or type(value).__name__
    return Parameter(name, value, repr(value), annotation=kind, kinds=(kind,), **more)


def pipeline(
    *values: Parameter, settings: Mapping[str, Any] | None = None, **more: Any
) -> Pipeline:
    stage = Stage("only", (), parameters=tuple(value.name for value in values), **more)
    return Pipeline(
        "churn", Notebook(Path("churn.ipynb"), (), settings=settings or {}), (stage,), (), values
    )


def written(made: Pipeline, **more: Any) -> str:
    given = {"notebook": "churn.ipynb", "project": "churn", "version": "0.1.0", **more}
    return workflow(made, **given)


def read(text: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)
    return content


def inputs(*values: Parameter) -> dict[str, Any]:
    found: dict[str, Any] = read(written(pipeline(*values)))["on"]["workflow_dispatch"]["inputs"]
    return found


def test_each_parameter_has_a_typed_input() -> None:
    found = inputs(
        parameter("C", 1e-05, help="strength"),
        parameter("seed", 7),
        parameter("shuffle", False),
        parameter("label", "null"),
        parameter("xs", [1, "a"]),
        Parameter("mode", "a", '"a"', 'Literal["a", "b"]', ("str",), ("a", "b")),
        Parameter("nothing", None, "None", "str | None", ("str", "none")),
    )
    assert {name: (entry["type"], entry["default"]) for name, entry in found.items()} == {
        "C": ("number", "1.0e-05"),
        "seed": ("number", "7"),
        "shuffle": ("boolean", "false"),
        "label": ("string", "null"),
        "xs": ("string", "[1, 'a']"),
        "mode": ("choice", "a"),
        "nothing": ("string", "None"),
    }
    assert found["mode"]["options"] == ["a", "b"]
    assert found["C"]["description"] == "strength (float)"


@pytest.mark.parametrize(
    "value",
    [
        *(
            1e-3,
            -0.0,
            2**63,
            -(2**53),
            1e300,
            float("inf"),
            0,
            True,
            "1",
            "true",
            "null",
            "",
            "'a'",
        ),
        *([1, [2]], {"a": (1, "{{")}, (1,), "it's", '"; import os', "naïve 漢字", "#", "- x: y"),
    ],
    ids=repr,
)
def test_a_default_left_alone_gives_the_default(value: Any) -> None:
    declared = parameter("x", value)
    entry = inputs(declared)["x"]
    text = entry["default"]
    if entry["type"] == "number":
        # As a number in JavaScript, which is a float of 64 bits.
        number = float(text)
        assert repr(parameters.check(declared, int(number) if number.is_integer() else number)) == (
            repr(value)
        )
    else:
        assert repr(parameters.parse(declared, text)) == repr(value)


@pytest.mark.parametrize(
    "values",
    [
        [parameter(f"p{number}", number) for number in range(25)],
        [parameter("größe", 1)],
        [parameter("c", 1), parameter("C", 1)],
        [parameter("text", "a\nb")],
        [parameter("text", " a")],
        [parameter("text", "${{ secrets.X }}")],
        [Parameter("x", "1", '"1"', "int | str", ("int", "str"))],
        [Parameter("x", "", '""', 'Literal["", "b"]', ("str",), ("", "b"))],
    ],
    ids=["many", "not ASCII", "twins", "lines", "blanks", "expression", "mixed", "empty"],
)
def test_what_does_not_fit_the_form_is_given_as_json(values: list[Parameter]) -> None:
    text = written(pipeline(*values))
    found = read(text)
    assert list(found["on"]["workflow_dispatch"]["inputs"]) == ["params"]
    assert found["on"]["workflow_dispatch"]["inputs"]["params"]["default"] == "{}"
    assert "NB2PIPE_INPUTS: ${{ inputs.params }}" in text


def test_no_parameters_no_inputs() -> None:
    assert read(written(pipeline()))["on"]["workflow_dispatch"] == ""
    unread = Pipeline(
        "p", Notebook(Path("p.ipynb"), ()), (Stage("s", ()),), (), (parameter("x", 1),)
    )
    assert read(written(unread))["on"]["workflow_dispatch"] == ""


def test_it_starts_for_every_push_and_pull_request() -> None:
    triggers = read(written(pipeline()))["on"]
    assert triggers == {"push": "", "pull_request": "", "workflow_dispatch": ""}


def test_a_schedule_comes_from_the_notebook_or_from_outside() -> None:
    made = pipeline(settings={"schedule": "30  4 * * MON-FRI"})
    assert read(written(made))["on"]["schedule"] == [{"cron": "30 4 * * MON-FRI"}]
    assert read(written(made, cron="0 0 1 1 *"))["on"]["schedule"] == [{"cron": "0 0 1 1 *"}]


@pytest.mark.parametrize(
    "cron", ["* * * * *", "*/15 0-6 1,15 * sun", "0 0 1 jan-mar *", "5/10 * * * 6"]
)
def test_schedules(cron: str) -> None:
    assert schedule.checked(cron, "here") == cron


@pytest.mark.parametrize(
    "cron",
    [
        *("", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *"),
        *(
            "* * * * 7",
            "*/0 * * * *",
            "5-1 * * * *",
            "x * * * *",
            "@daily",
            '" * * * *',
            "٣ * * * *",
        ),
        *(7, None, ["* * * * *"], "1-2-3 * * * *", "1, * * * *", "* * jan * *"),
    ],
)
def test_no_schedules(cron: object) -> None:
    with pytest.raises(SettingInvalid, match=r"^here: .*(\n.*)+Mondays at 4:30"):
        schedule.checked(cron, "here")


def test_it_may_do_little_and_not_for_ever() -> None:
    found = read(written(pipeline(configuration=StageSettings(timeout=90))))
    assert found["permissions"] == {"contents": "read"}
    assert found["jobs"]["run"]["timeout-minutes"] == "62"
    assert "cancel-in-progress" in found["concurrency"]
    checkout = found["jobs"]["run"]["steps"][0]
    assert checkout["with"] == {"lfs": "true", "persist-credentials": "false"}


def test_every_action_is_pinned_by_its_digest() -> None:
    text = written(pipeline())
    uses = re.findall(r"uses: (.*)", text)
    assert len(uses) == 5
    for line in uses:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[0-9.]+", line)


def test_secrets_are_named_and_only_in_the_step_that_runs() -> None:
    found = read(written(pipeline(configuration=StageSettings(secrets=("API_TOKEN",)))))
    with_secrets = [s["name"] for s in found["jobs"]["run"]["steps"] if "secrets." in str(s)]
    assert with_secrets == ["Run the pipeline"]


def test_it_repeats_the_options_it_was_made_with() -> None:
    options = {"--name": "a b", "-o": "out $(id)", "--no-lock": None}
    steps = read(written(pipeline(), options=options))["jobs"]["run"]["steps"]
    check = next(step for step in steps if "convert --check" in step.get("run", ""))
    assert check["run"] == (
        'nb2pipe convert --check --name="$NB2PIPE_OPTION_1" -o "$NB2PIPE_OPTION_2" --no-lock '
        '"$NB2PIPE_NOTEBOOK"'
    )
    assert check["env"] == {"NB2PIPE_OPTION_1": "a b", "NB2PIPE_OPTION_2": "out $(id)"}
    assert any(step.get("run") == 'uv sync --project "$NB2PIPE_PROJECT"' for step in steps)
    with pytest.raises(ValueError, match="no option"):
        written(pipeline(), options={"--x; rm": None})


def test_it_verifies_when_asked() -> None:
    settings = StageSettings(secrets=("API_TOKEN",))
    made = written(pipeline(configuration=settings), options={"--verify": None})
    steps = read(made)["jobs"]["run"]["steps"]
    names = [step.get("name") for step in steps]
    verify = steps[names.index("Show that the pipeline computes what the notebook computes")]
    assert verify["run"] == (
        'nb2pipe verify --python "$NB2PIPE_PROJECT/.venv/bin/python" "$NB2PIPE_NOTEBOOK"'
    )
    assert verify["env"] == {"API_TOKEN": "${{ secrets.API_TOKEN }}"}
    assert names.index(verify["name"]) < names.index("Run the pipeline")
    check = next(step for step in steps if "convert --check" in step.get("run", ""))
    assert "--verify" in check["run"]
    assert "nb2pipe verify" not in written(pipeline())


HOSTILE = "x\"'; echo ${{ secrets.A }} $(id) `id` #\n*[é].ipynb"


def test_no_text_of_the_user_is_in_a_script() -> None:
    usual = read(written(pipeline(parameter("C", 1.0))))
    hostile = read(
        written(
            pipeline(
                parameter("C", 1.0, help=HOSTILE),
                parameter("t", HOSTILE),
                configuration=StageSettings(),
            ),
            notebook=f"-{HOSTILE}/n.ipynb",
            project=HOSTILE,
            options={"--name": HOSTILE},
        )
    )
    scripts = [step["run"] for step in usual["jobs"]["run"]["steps"] if "run" in step]
    hostile_scripts = [step["run"] for step in hostile["jobs"]["run"]["steps"] if "run" in step]
    cleaned = [s.replace(' --name="$NB2PIPE_OPTION_1"', "") for s in hostile_scripts]
    assert cleaned == scripts
    assert not any("${{" in script for script in hostile_scripts)
    environment = hostile["jobs"]["run"]["env"]
    inert = HOSTILE.replace("${{", "${{ '${{' }}")
    assert environment["NB2PIPE_NOTEBOOK"] == f"./-{inert}/n.ipynb"
    assert environment["NB2PIPE_PROJECT"] == inert
    assert "${{" not in str(hostile["on"])


def test_where_it_stands() -> None:
    assert path(pipeline()) == ".github/workflows/nb2pipe-churn.yml"
