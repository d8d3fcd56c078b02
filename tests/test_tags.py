from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2pipe import stage_names
from nb2pipe.model import Cell, Notebook, StageSettings
from nb2pipe.tags import Tagging, assign


def tagged(*cells: Any, language: str = "python", **settings: Any) -> Tagging:
    """Tag cells given as ``"tag tag"`` (code), ``("kind", "tag")`` or whole cells."""
    built = []
    for number, cell in enumerate(cells, start=1):
        if isinstance(cell, Cell):
            built.append(cell)
            continue
        kind, tags = cell if isinstance(cell, tuple) else ("code", cell)
        built.append(Cell(f"c{number}", number, kind, "x = 1", tuple(tags.split(","))))
    return assign(Notebook(Path("a.ipynb"), tuple(built), language=language, settings=settings))


def roles(tagging: Tagging) -> list[tuple[str, str | None]]:
    return [(cell.role, cell.stage) for cell in tagging.cells]


def codes(tagging: Tagging) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.number) for finding in tagging.diagnostics]


def test_the_whole_vocabulary() -> None:
    tagging = tagged(
        "", "parameters", "setup", "stage:load", "", "metrics", "skip", "setup", "",
        "stage:train,after:load", "stage:load,metrics", "", "hide-input",
    )  # fmt: skip
    assert tagging.diagnostics == ()
    assert roles(tagging) == [
        ("setup", None),
        ("parameters", None),
        ("setup", None),
        ("stage", "load"),
        ("stage", "load"),
        ("stage", "load"),
        ("skip", None),
        ("setup", None),
        ("stage", "load"),
        ("stage", "train"),
        ("stage", "load"),
        ("stage", "load"),
        ("stage", "load"),
    ]
    assert tagging.stages == ("load", "train")
    assert [n for n, cell in enumerate(tagging.cells, start=1) if cell.metrics] == [6, 11]
    assert tagging.cells[9].after == ("load",)


def test_kales_vocabulary() -> None:
    tagging = tagged(
        "imports", "functions", "pipeline-parameters", "step:load,limit:nvidia.com/gpu:1",
        "block:train,prev:load,cache:enabled", "", "pipeline-metrics", "skip",
    )  # fmt: skip
    assert tagging.diagnostics == ()
    assert roles(tagging) == [
        ("setup", None),
        ("setup", None),
        ("parameters", None),
        ("stage", "load"),
        ("stage", "train"),
        ("stage", "train"),
        ("stage", "train"),
        ("skip", None),
    ]
    assert tagging.cells[4].after == ("load",)
    assert tagging.cells[6].metrics


def test_kales_settings_of_steps() -> None:
    tagging = tagged(
        "step:load,limit:nvidia.com/gpu:1,image:python:3.12,cache:disabled,report:summary",
        "limit:memory:4Gi,image:other", "step:train,cache:enabled,limit:", "skip,image:x",
        stages={"train": {"cache": False, "image": "mine"}},
    )  # fmt: skip
    assert tagging.diagnostics == ()
    assert tagging.settings == {
        "load": StageSettings(
            cache=False,
            image="python:3.12",
            limits=("nvidia.com/gpu:1", "memory:4Gi"),
            report="summary",
        ),
        "train": StageSettings(cache=False, image="mine"),
    }


def test_names_of_kale_that_are_no_identifiers() -> None:
    tagging = tagged(
        "step:Load Data", "block:load-data,prev:Load Data", "step:load_data",
        "step:Load Data,prev:load-data",
    )  # fmt: skip
    assert codes(tagging) == [("NB116", 1), ("NB116", 2)]
    assert {found.severity for found in tagging.diagnostics} == {"warning"}
    assert "`load_data_2`" in tagging.diagnostics[0].message
    assert [cell.stage for cell in tagging.cells] == [
        "load_data_2",
        "load_data_3",
        "load_data",
        "load_data_2",
    ]
    assert tagging.cells[1].after == ("load_data_2",)
    assert tagging.cells[3].after == ("load_data_3",)


def test_sames_vocabulary() -> None:
    tagging = tagged("same_step_0", "", "same_step_1")
    assert tagging.diagnostics == ()
    assert tagging.stages == ("same_step_0", "same_step_1")


def test_markdown_documents_the_stage_below_it() -> None:
    text = ("markdown", "")
    tagging = tagged(text, "setup", text, text, "stage:a", text, "stage:b", ("raw", ""), text)
    assert roles(tagging) == [
        ("markdown", None),
        ("setup", None),
        ("markdown", "a"),
        ("markdown", "a"),
        ("stage", "a"),
        ("markdown", "b"),
        ("stage", "b"),
        ("skip", None),
        ("markdown", "b"),
    ]


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("stages:train", "stage:train"),
        ("stage train", "stage:train"),
        ("Stage:train", "stage:train"),
        ("STAGE: Train It", "stage:train_it"),
        ("step=train", "stage:train"),
        ("steps:train", "stage:train"),
        ("stage=train", "stage:train"),
        ("stage-train", "stage:train"),
        ("stage_1", "stage:stage_1"),
        ("stage->train", "stage:train"),
        ("satge:train", "stage:train"),
        ("stag:train", "stage:train"),
        ("stage", "stage:<name>"),
        ("After:train", "after:train"),
        ("prev=train", "after:train"),
        ("Parameters", "parameters"),
        ("parameter", "parameters"),
        ("paramters", "parameters"),
        ("params", "parameters"),
        ("metric", "metrics"),
        ("Setup", "setup"),
        ("SKIP", "skip"),
    ],
)
def test_tags_that_look_like_ours(tag: str, meant: str) -> None:
    tagging = tagged("stage:a", tag)
    assert codes(tagging) == [("NB101", 2)]
    (found,) = tagging.diagnostics
    assert f"`{meant}`" in found.advice
    assert found.severity == "error"


@pytest.mark.parametrize(
    "tag",
    ["hide-input", "remove_cell", "raises-exception", "nbval-skip", "block_quote", "ship", "slides",
     "step-by-step", "label:x", "annotation:a:b", "image:x", "todo", "state", "staging", "é"],
)  # fmt: skip
def test_tags_of_other_tools(tag: str) -> None:
    assert tagged("stage:a", tag).diagnostics == ()


@pytest.mark.parametrize(
    ("name", "proposal"),
    [
        ("Train", "train"),
        ("train model", "train_model"),
        (" train", "train"),
        ("2nd", "stage_2nd"),
        ("class", "class_stage"),
        ("shared", "shared_stage"),
        ("tasks", "tasks_stage"),
        ("tests", "tests_stage"),
        ("setup", "setup_stage"),
        ("con", "con_stage"),
        ("lpt1", "lpt1_stage"),
        ("__init__", "init"),
        ("", "load"),
        ("_", "load"),
        ("a;import os", "a_import_os"),
        ("../x", "x"),
        ("${{ github }}", "github"),
        ("ﬁt", "fit"),
        ("x" * 200, "x" * 64),
    ],
)
def test_stage_names_that_will_not_do(name: str, proposal: str) -> None:
    tagging = tagged("stage:" + name, "")
    assert codes(tagging) == [("NB102", 1)]
    assert f"`stage:{proposal}`" in tagging.diagnostics[0].advice
    # The rest of the notebook is read as if the proposal stood there.
    assert tagging.stages == (proposal,)


@pytest.mark.parametrize("name", ["train", "größe", "x2", "_a", "match", "list", "x" * 64])
def test_stage_names_that_will_do(name: str) -> None:
    assert tagged("stage:" + name).diagnostics == ()


@given(st.text())
def test_every_proposal_is_valid(text: str) -> None:
    assert stage_names.problem(stage_names.proposal(text)) == ""


@given(st.lists(st.text(max_size=12), max_size=4))
def test_any_tags_can_be_read(tags: list[str]) -> None:
    cell = Cell("c", 1, "code", "x = 1", tuple(tags))
    for finding in assign(Notebook(Path("a.ipynb"), (cell,))).diagnostics:
        assert "\n" not in finding.message
        assert "\n" not in finding.advice


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("train", "trian", True),
        ("train", "trai", True),
        ("train", "ttrain", True),
        ("train", "traim", True),
        ("train_a", "train_b", False),
        ("step_1", "step_2", False),
        ("step_12", "step_21", False),
        ("model1", "model", False),
        ("load", "train", False),
        ("fit", "fat", False),
        ("train", "train", False),
    ],
)
def test_one_typing_error(one: str, other: str, alike: bool) -> None:
    assert stage_names.one_typo_apart(one, other) is alike
    assert stage_names.one_typo_apart(other, one) is alike


@given(st.text("ab1_", max_size=7), st.text("ab1_", max_size=7))
def test_names_one_typing_error_apart_share_a_shorter_one(one: str, other: str) -> None:
    if stage_names.one_typo_apart(one, other):
        assert stage_names.one_letter_less(one) & stage_names.one_letter_less(other)


def test_nearly_known_stage_names() -> None:
    tagging = tagged("stage:train", "stage:trian", "stage:train")
    assert codes(tagging) == [("NB106", 2)]
    assert tagging.diagnostics[0].severity == "warning"
    assert "stage:train" in tagging.diagnostics[0].advice
    assert codes(tagged("stage:train", "stage:trian")) == [("NB106", 2)]
    assert codes(tagged("stage:train", "stage:trian", "stage:train", "stage:trian")) == []


def test_no_tags_says_how_to_begin() -> None:
    for tagging in (tagged("", ""), tagged("setup", "parameters", ""), tagged("hide-input")):
        (found,) = tagging.diagnostics
        assert found.code == "NB103"
        assert found.severity == "error"
        assert "stage:load" in found.advice


def test_no_code() -> None:
    empty = Cell("a", 1, "code", " \n ")
    for tagging in (tagged(), tagged(("markdown", "")), tagged(empty)):
        assert codes(tagging) == [("NB104", None)]
        assert tagging.cells == ()


def test_another_language() -> None:
    tagging = tagged("stage:a", language="r")
    assert codes(tagging) == [("NB105", None)]
    assert tagging.cells == ()


def test_tags_on_text() -> None:
    tagging = tagged(("markdown", "stage:a"), "stage:a", ("raw", "parameters"))
    assert codes(tagging) == [("NB107", 1), ("NB107", 3)]
    assert {found.severity for found in tagging.diagnostics} == {"warning"}
    assert codes(tagged(("markdown", "stage:a"), "")) == [("NB103", None), ("NB107", 1)]


def test_contradictions() -> None:
    assert codes(tagged("stage:a,stage:b")) == [("NB109", 1)]
    assert codes(tagged("stage:a,step:a")) == []
    for other in ("setup", "skip", "parameters", "imports"):
        assert codes(tagged("stage:a,stage:a," + other)) == [("NB109", 1)]
    assert codes(tagged("stage:a", "setup,metrics")) == [("NB109", 2)]
    assert codes(tagged("stage:a", "parameters", "parameters")) == [("NB108", 3)]
    assert codes(tagged("stage:a", "parameters", "", "pipeline-parameters")) == [("NB108", 4)]


def test_order_tags() -> None:
    tagging = tagged("stage:train", "stage:report,after:trian")
    assert codes(tagging) == [("NB110", 2)]
    assert "after:train" in tagging.diagnostics[0].advice
    assert codes(tagged("stage:a,after:a")) == [("NB110", 1)]
    assert codes(tagged("after:a", "stage:a")) == [("NB111", 1)]


def test_metrics_above_the_first_stage() -> None:
    assert codes(tagged("metrics", "stage:a")) == [("NB111", 1)]


def test_cells_run_in_another_order() -> None:
    def cells(*counts: int | None) -> list[Cell]:
        return [
            Cell(f"c{number}", number, "code", "x", ("stage:a",), count)
            for number, count in enumerate(counts, start=1)
        ]

    assert codes(tagged(*cells(1, 2, None, 7))) == []
    assert codes(tagged(*cells(None, None))) == []
    assert codes(tagged(*cells(1, 5, None, 3, 2))) == [("NB114", 4)]
    assert tagged(*cells(5, 3)).diagnostics[0].severity == "warning"


def test_settings_of_stages() -> None:
    settings = {
        "a": {"cache": True, "timeout": 60, "secrets": ["API_TOKEN"]},
        "b": {"cache": False, "timeout": 0.5},
    }
    tagging = tagged("stage:a", "stage:b", "stage:c", stages=settings)
    assert tagging.diagnostics == ()
    assert tagging.settings == {
        "a": StageSettings(True, 60, ("API_TOKEN",)),
        "b": StageSettings(False, 0.5),
    }


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ([], "nb2pipe.stages`: not an object"),
        ({"a": 3}, "nb2pipe.stages.a`: not an object"),
        ({"a": {"timout": 3}}, "nb2pipe.stages.a.timout`: no such setting"),
        ({"a": {"cache": "yes"}}, "nb2pipe.stages.a.cache`"),
        ({"a": {"cache": 1}}, "nb2pipe.stages.a.cache`"),
        ({"a": {"timeout": -1}}, "nb2pipe.stages.a.timeout`"),
        ({"a": {"timeout": True}}, "nb2pipe.stages.a.timeout`"),
        ({"a": {"timeout": float("nan")}}, "nb2pipe.stages.a.timeout`"),
        ({"a": {"secrets": "TOKEN"}}, "nb2pipe.stages.a.secrets`"),
        ({"a": {"secrets": ["a-b"]}}, "nb2pipe.stages.a.secrets`"),
        ({"a": {"secrets": ["x\ny"]}}, "nb2pipe.stages.a.secrets`"),
        ({"a": {"image": 3}}, "nb2pipe.stages.a.image`"),
        ({"a": {"report": "a\nb"}}, "nb2pipe.stages.a.report`"),
        ({"a": {"limits": "gpu:1"}}, "nb2pipe.stages.a.limits`"),
        ({"a": {"limits": [1]}}, "nb2pipe.stages.a.limits`"),
    ],
)
def test_wrong_settings(settings: Any, said: str) -> None:
    tagging = tagged("stage:a", stages=settings)
    (found,) = tagging.diagnostics
    assert (found.code, found.severity) == ("NB112", "error")
    assert said in found.message
    assert tagging.settings == {}


def test_settings_of_no_stage() -> None:
    tagging = tagged("stage:train", stages={"trian": {"cache": True}})
    (found,) = tagging.diagnostics
    assert (found.code, found.severity) == ("NB113", "warning")
    assert "`train`" in found.advice


def test_settings_that_are_none() -> None:
    tagging = tagged("stage:train", stage={}, schedule="0 3 * * *")
    (found,) = tagging.diagnostics
    assert (found.code, found.severity) == ("NB115", "warning")
    assert "`stages`" in found.advice
