"""What Ploomber reads: files that give every value back exactly."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import json
import re
import sys
import typing
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nb2pipe import parameters
from nb2pipe.emit import ploomber, scalars
from nb2pipe.errors import ParameterInvalid
from nb2pipe.model import (
    Edge,
    Notebook,
    Parameter,
    Pipeline,
    Shared,
    Stage,
    StageSettings,
    Variable,
)
from nb2pipe.parameters import types

TEMPLATES = Path(ploomber.__file__).parent / "templates"

AWKWARD: list[Any] = [
    *(
        "1",
        "true",
        "null",
        "None",
        "1e-3",
        "-0",
        "[1]",
        "(",
        "",
        " ",
        "'",
        '"1"',
        "'a'",
        "~",
        "yes",
    ),
    *(
        "{{x}}",
        "{% raw %}",
        "{# no #}",
        "[[x]]",
        "}}",
        "{",
        "${{ secrets.X }}",
        "a: b",
        "# no",
        "- x",
    ),
    *(
        "it's",
        '"; import os',
        "a\nb",
        "a\r\nb\t",
        "\x00\x1b\x7f",
        "naïve 漢字 😀",
        "\u2028",
        "\\x41",
        "%s",
    ),
    *(1e-3, -0.0, 2**63, 1e300, 5e-324, float("inf"), 0, True, None, -1, 0.1 + 0.2),
    *(
        [1, "1"],
        [[1], [2]],
        [[]],
        [],
        {},
        {"a": [None]},
        {"a b": 1},
        {1: 2},
        (1,),
        (1, (2,)),
        {"__": 1},
    ),
    *([{"a": "true"}], [["{{"]], {"k": {"m": "x"}}, {"": ""}, ["'"], {"a": float("inf")}),
]


def parameter(name: str, value: Any, annotation: str = "", **more: Any) -> Parameter:
    return Parameter(name, value, repr(value), annotation=annotation, **more)


def pipeline(*values: Parameter, **more: Any) -> Pipeline:
    names = tuple(value.name for value in values)
    stages = (Stage("only", (), parameters=names),)
    return Pipeline(
        "p", Notebook(Path("p.ipynb"), ()), more.pop("stages", stages), **more, parameters=values
    )


@pytest.fixture
def tasks(tmp_path: Path) -> ModuleType:
    """``tasks.py`` as a module of a project in ``tmp_path``."""
    file = tmp_path / "tasks.py"
    file.write_text((TEMPLATES / "tasks.py").read_text(encoding="utf-8"), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("tasks_under_test", file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session", autouse=True)
def imported_ploomber() -> None:
    """Ploomber warns of old habits of its own when it is imported, which takes seconds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        importlib.import_module("ploomber.env.envdict")


def expanded(value: Any) -> Any:
    """What Ploomber makes of a value in env.yaml."""
    from ploomber.env.expand import EnvironmentExpander

    return EnvironmentExpander({}).expand_raw_dictionary({"key": value})["key"]


literals = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
    ),
    max_leaves=5,
)


@pytest.mark.slow
@pytest.mark.parametrize("value", AWKWARD, ids=repr)
def test_ploomber_gets_the_value_that_was_written(value: Any) -> None:
    text = ploomber.env_yaml(pipeline(parameter("key", value)))
    written = yaml.safe_load(text)["key"]
    assert repr(expanded(written)) == repr(value)
    # Ploomber also renders the representation of the whole file.
    from ploomber.env.envdict import find_tags_in_dict

    assert not find_tags_in_dict({"key": written, "other": 1})


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(literals)
def test_ploomber_gets_any_literal(value: Any) -> None:
    written = yaml.safe_load(scalars.entry("key", scalars.plain(value)))["key"]
    assert repr(expanded(written)) == repr(value)


@given(st.text(), st.text())
def test_somebodys_text_stays_text_in_lines_of_yaml(text: str, note: str) -> None:
    line = f"{scalars.key('a')}: {scalars.scalar(text)}  # {scalars.comment(note)}"
    assert scalars.read_back(yaml.safe_load(line)["a"]) == text


def test_env_yaml_is_pleasant_where_it_can_be() -> None:
    text = ploomber.env_yaml(
        pipeline(
            parameter("C", 1.0, help="strength\nof: it"),
            parameter("name", "l2"),
            parameter("sizes", [1, 2]),
            parameter("nothing", None),
        )
    )
    assert text == (
        "# The values of the pipeline's parameters, when none are given to a run.\n\n"
        "# strength of: it\nC: 1.0\nname: l2\nsizes: [1, 2]\nnothing: null\n"
    )


def test_a_pipeline_without_parameters_has_an_env_yaml_that_ploomber_reads() -> None:
    assert yaml.safe_load(ploomber.env_yaml(pipeline())) == {}


def test_a_parameter_that_nothing_reads_is_left_out() -> None:
    unread = pipeline(
        parameter("used", 1), parameter("unused", 2), stages=(Stage("s", (), parameters=("used",)),)
    )
    assert yaml.safe_load(ploomber.env_yaml(unread)) == {"used": 1}


def test_names_that_ploomber_takes_get_another_key() -> None:
    names = [
        "path",
        "meta",
        "_x",
        "a__b",
        "true",
        "self",
        "range",
        "C",
        "cwd",
        "param_path",
        "param_x",
    ]
    keys = ploomber.parameter_keys(pipeline(*(parameter(name, 1) for name in names)))
    assert keys["C"] == "C" and keys["cwd"] == "cwd"
    assert (
        keys["path"] == "param_pathx" and keys["_x"] == "param_xx" and keys["a__b"] == "param_a_b"
    )
    assert len(set(keys.values())) == len(names)


def test_the_structure_says_where_everything_comes_from_and_why() -> None:
    made = Pipeline(
        "churn",
        Notebook(Path("churn.ipynb"), ()),
        (
            Stage("load", (), outputs=(Variable("rows"),), reads=("data.csv",), states=("random",)),
            Stage(
                "none",
                (),
                inputs=(Variable("rows"),),
                parameters=("C",),
                states=("random",),
                reads=("made.csv", "true"),
                writes=("made.csv",),
                unobservable="asks the network",
                configuration=StageSettings(cache=False, timeout=1.5, secrets=("TOKEN",)),
            ),
            Stage("last", ()),
        ),
        (
            Edge("rows", "load", "none", "a1", "b\n2", "r"),
            Edge(None, "load", "none", "a1", "b2", "state", state="random"),
            Edge(None, "none", "last", "b2", "c3", "after:\nnone"),
        ),
        (parameter("C", 1.0),),
        Shared(body=("X = 1",)),
    )
    assert ploomber.pipeline_yaml(made, "churn") == (
        "# The churn pipeline: its stages, what they take from one another, their products.\n"
        "# Beside an input: the cell that makes the value -> the cell that reads it.\n"
        """meta:
  extract_upstream: false

tasks:
  - name: load
    source: tasks.run
    product: products/load.pkl
    params:
      function: churn.load.load
      states:
        random: null
      data:
        dotted_path: tasks::digests
        files:
          - data.csv
      resources_:
        module: churn/load.py
        shared: churn/shared.py

  - name: none_
    source: tasks.run
    product: products/none.pkl
    upstream: [load]
    params:
      function: churn.none.none
      inputs:
        rows: load  # a1 -> b 2
      parameters:
        C: "C = {{[C]}}"
      states:
        random: load  # a1 -> b2
      data:
        dotted_path: tasks::digests
        files:
          - '"true"'
      nb2pipe:
        reads:
          - made.csv
        writes:
          - made.csv
        unobservable: asks the network
        cache: false
        timeout: 1.5
        secrets:
          - TOKEN
      resources_:
        module: churn/none.py
        shared: churn/shared.py

  - name: last
    source: tasks.run
    product: products/last.pkl
    upstream: [none_]
    # after none: after: none
    params:
      function: churn.last.last
      resources_:
        module: churn/last.py
        shared: churn/shared.py
"""
    )


# ── tasks.py reads a value as nb2pipe does ──

TYPES = [
    *(
        "",
        "int",
        "float",
        "bool",
        "str",
        "int | None",
        "str | None",
        "float | str",
        "int | str",
        "bool | None",
    ),
    *(
        "list",
        "list[float]",
        "tuple[int, ...]",
        "dict[str, float]",
        "tuple[int, str]",
        "list | str",
    ),
    *(
        "Literal['a', 'b']",
        "Literal[1, 2]",
        "Literal['1', '2']",
        "Literal['a', None]",
        "Literal['a'] | None",
    ),
]
TEXTS = [value for value in AWKWARD if isinstance(value, str)] + [
    *(
        "1",
        "+1",
        "01",
        "1_000",
        "1.50",
        "0x10",
        "True",
        "TRUE",
        "none",
        "NULL",
        "inf",
        "-Inf",
        "nan",
        " 1 ",
    ),
    *(
        "1, 2",
        "[1, 2]",
        "[1.5]",
        "(1, 2)",
        "{'a': 1}",
        '{"a": null}',
        "[true]",
        "a",
        "2",
        "'a'",
        '[1, "x"]',
    ),
]


def declared(annotation: str, default: Any) -> tuple[Parameter, inspect.Parameter]:
    evaluated = (
        eval(annotation, {"Literal": typing.Literal}) if annotation else inspect.Parameter.empty
    )
    argument = inspect.Parameter(
        "key", inspect.Parameter.KEYWORD_ONLY, default=default, annotation=evaluated
    )
    type_ = types.annotated(ast.parse(annotation, mode="eval").body) if annotation else ()
    declared = parameter(
        "key", default, annotation, kinds=types.kinds(type_), choices=types.choices(type_)
    )
    return declared, argument


@pytest.mark.parametrize("annotation", TYPES)
def test_what_is_typed_for_ploomber_means_what_it_means_for_nb2pipe(
    annotation: str, tasks: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = declared(annotation, None)
    for text in TEXTS:
        for argv in (["ploomber", "build", "--env--key", text], ["ploomber", f"--env--key={text}"]):
            monkeypatch.setattr(sys, "argv", argv)
            try:
                expected = repr(parameters.parse(ours, text))
            except ParameterInvalid:
                with pytest.raises(TypeError, match=r"^key: "):
                    tasks.parameter("key = [whatever Ploomber makes of it]", theirs)
            else:
                assert repr(tasks.parameter("key = [whatever]", theirs)) == expected, (
                    annotation,
                    text,
                )


@pytest.mark.slow
@pytest.mark.parametrize("annotation", TYPES)
def test_what_stands_in_env_yaml_means_the_same_for_both(
    annotation: str, tasks: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nb2pipe.project.loader import _value

    monkeypatch.setattr(sys, "argv", ["ploomber", "build"])
    ours, theirs = declared(annotation, 7)
    texts = [
        text for text in TEXTS if not scalars.changes(text) or not re.search(r"\{[{%#]|\[\[", text)
    ]
    for written in [
        *texts,
        *(scalars.plain(value) for value in AWKWARD),
        [1, 2],
        [1.0],
        1,
        7,
        {"a": 1},
    ]:
        (tmp_path / "env.yaml").write_text(json.dumps({"key": written}), encoding="utf-8")
        read = yaml.safe_load((tmp_path / "env.yaml").read_text(encoding="utf-8"))["key"]
        seen = f"key = {[expanded(read)]}"
        try:
            expected = repr(_value(ours, read, tmp_path))
        except ParameterInvalid:
            with pytest.raises(TypeError, match=r"^key: "):
                tasks.parameter(seen, theirs)
        else:
            assert repr(tasks.parameter(seen, theirs)) == expected, (annotation, written)


@pytest.mark.slow
def test_a_value_given_to_ploomber_in_python_wins_over_env_yaml(
    tasks: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "env.yaml").write_text("key: 1.0\n", encoding="utf-8")
    _, argument = declared("float", 1.0)
    assert tasks.parameter("key = [2.5]", argument) == 2.5
    _, argument = declared("str", "a")
    with pytest.raises(TypeError, match=r"^key: 2.5 is not"):
        tasks.parameter("key = [2.5]", argument)
