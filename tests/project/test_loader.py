"""A converted project on disk is read as it is; what is damaged is named with its place."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from nb2pipe.emit import lock, ploomber, tree
from nb2pipe.emit.project import from_pipeline
from nb2pipe.errors import Nb2pipeError, ParameterInvalid, ProjectUnreadable
from nb2pipe.model import (
    Edge,
    Notebook,
    Parameter,
    Pipeline,
    Shared,
    Stage,
    StageCell,
    StageSettings,
    Variable,
)
from nb2pipe.project.loader import load

PYPROJECT = '[project]\nname = "pipe"\nversion = "0"\n\n[tool.nb2pipe]\n'


def pipeline(folder: Path) -> Pipeline:
    rows, model = Variable("rows"), Variable("model")
    stages = (
        Stage(
            "load",
            (StageCell("a1", "rows = [seed, label]"),),
            outputs=(rows,),
            parameters=("seed", "label"),
            states=("random",),
            reads=("data.csv",),
            writes=("made.csv",),
        ),
        Stage(
            "none",
            (StageCell("b2", "model = rows, C, path"),),
            inputs=(rows,),
            outputs=(model,),
            parameters=("C", "path", "mode", "nested"),
            states=("random",),
            reads=("made.csv",),
            unobservable="it's {{x}} on the network",
            configuration=StageSettings(cache=True, timeout=90, secrets=("TOKEN",)),
        ),
        Stage("last", (StageCell("c3", "print(LIMIT)"),), shared=("LIMIT",)),
    )
    edges = (
        Edge("rows", "load", "none", "a1", "b2", "r"),
        Edge(None, "load", "none", "a1", "b2", "r", state="random"),
        Edge(None, "none", "last", "b2", "c3", "after"),
    )
    parameters = (
        Parameter("seed", 7, "7", "int", ("int",)),
        Parameter("label", "1", '"1"', "str", ("str",)),
        Parameter("C", 1, "1", "float", ("float",)),
        Parameter("path", None, "None", "str | None", ("str", "none")),
        Parameter("mode", "a", '"a"', 'Literal["a", "b"]', ("str",), ("a", "b")),
        Parameter("nested", [[1, "{{"]], '[[1, "{{"]]', "list", ("list",)),
    )
    return Pipeline(
        "pipe",
        Notebook(folder / "pipe.ipynb", ()),
        stages,
        edges,
        parameters,
        Shared(body=("LIMIT = 3",), names=("LIMIT",)),
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = pipeline(tmp_path)
    described = lock.describe(made, tool="0", notebook="../pipe.ipynb", data={})
    files = tree.files(made, PYPROJECT) | {
        lock.NAME: lock.text(replace(described, version="1.2.3"))
    }
    for path, text in files.items():
        file = tmp_path / "pipe" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "pipe"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_it_is_the_project_of_the_notebook(project: Path) -> None:
    before = set(sys.modules)
    loaded = load(project)
    assert not {name for name in set(sys.modules) - before if name.startswith("pipe")}
    expected = from_pipeline(pipeline(project.parent), package="pipe")
    assert loaded.stages == expected.stages
    assert loaded.shared == expected.shared
    assert repr(loaded.values) == repr(dict(expected.values))
    assert loaded.folder == project.parent and loaded.package == loaded.name == "pipe"
    assert loaded.version == "1.2.3" and loaded.source == str(project)
    for ours, theirs in zip(loaded.parameters, expected.parameters, strict=True):
        for field in ("name", "annotation", "kinds", "choices"):
            assert getattr(ours, field).__repr__().replace('"', "'") == repr(
                getattr(theirs, field)
            ).replace('"', "'")
        assert repr(ours.default) == repr(theirs.default)


def test_edits_by_hand_count(project: Path) -> None:
    edit(project / "pipe" / "load.py", "rows = [seed, label]", "rows = [seed]\n    more = 1")
    edit(project / "pipe" / "load.py", "return rows", "return rows, more")
    edit(project / "pipe" / "load.py", "label: str", "bonus: float = 0.5, label: str")
    edit(project / "env.yaml", "seed: 7", "seed: 8")
    edit(project / "env.yaml", "C: 1\n", "C: 1e-3\n")
    loaded = load(project)
    assert loaded.stage("load").outputs == ("rows", "more")
    assert "rows = [seed]\n" in loaded.stage("load").source
    assert loaded.values["bonus"] == 0.5 and loaded.values["seed"] == 8
    assert loaded.values["C"] == 0.001


def test_settings_in_pyproject_win_over_those_of_the_notebook(project: Path) -> None:
    settings = (
        "[tool.nb2pipe.stages.none]\ntimeout = 5\n[tool.nb2pipe.stages.load]\ncache = false\n"
    )
    (project / "pyproject.toml").write_text(PYPROJECT + settings)
    loaded = load(project)
    assert loaded.stage("none").configuration == StageSettings(True, 5, ("TOKEN",))
    assert loaded.stage("load").configuration == StageSettings(cache=False)


def test_the_notebook_may_lie_elsewhere(project: Path) -> None:
    text = (project / lock.NAME).read_text()
    (project / lock.NAME).write_text(text.replace('"../pipe.ipynb"', '"../notebooks/x/pipe.ipynb"'))
    assert load(project).folder == project.parent / "notebooks" / "x"


@pytest.mark.parametrize(
    ("file", "old", "new", "said", "place"),
    [
        ("pipeline.yaml", "name: load", "name: [", "no YAML", "pipeline.yaml, line "),
        ("pipeline.yaml", "tasks:\n", "tasks: 3\nmore:\n", "tasks is no list", "pipeline.yaml"),
        ("pipeline.yaml", "name: last", "name: load", "another task load", "task 3"),
        ("pipeline.yaml", "rows: load", "rows: lost", "'lost', which is no task", "task 2"),
        ("pipeline.yaml", "[load]", "[lost]", "'lost', which is no task", "task 2"),
        ("pipeline.yaml", "rows: load", "cols: load", "does not take the input cols", "none.py"),
        ("pipeline.yaml", "rows: load", "rows: none_", "which does not return it", "pipeline.yaml"),
        ("pipeline.yaml", "pipe.last.last", "pipe.last", "package.stage.stage", "task 3"),
        ("pipeline.yaml", "pipe.last.last", "other.last.last", "different packages", "pipeline"),
        ("pipeline.yaml", "seed = {{[seed]}}", "{{seed}}", "parameter seed", "task 1, params"),
        ("pipeline.yaml", "timeout: 90", "timeout: soon", "timeout", "pyproject.toml"),
        ("pipeline.yaml", "params:", "params: 7\n    more:", "no mapping", "task 1"),
        ("env.yaml", "seed: 7", "sead: 7", "the value of seed is missing", "env.yaml"),
        ("env.yaml", "seed: 7", "- 7", "no YAML", "env.yaml, line "),
        ("pyproject.toml", "[project]", "[project", "no TOML", "pyproject.toml"),
        ("nb2pipe.lock", "{", "[", "the lock is damaged", "nb2pipe.lock"),
        ("pipe/load.py", "rows = [", "rows = = [", "no Python", "load.py, line "),
        ("pipe/load.py", "def load(", "def lode(", "load", "load.py"),
        ("pipe/load.py", "seed: int = 7", "seed: int", "seed has no default", "load.py, line "),
        ("pipe/load.py", "seed: int = 7", "seed: int = f()", "is not a literal", "load.py, line "),
        ("pipe/load.py", "seed: int", "seed: Foo", "cannot be checked", "load.py, line "),
        ("pipe/load.py", "seed: int = 7, ", "", "does not take the parameter seed", "load.py"),
        (
            "pipe/none.py",
            "    rows,\n",
            "    rows,\n    cols,\n",
            "which stage makes it",
            "none.py",
        ),
    ],
)
def test_damage_is_named_with_its_place(
    file: str, old: str, new: str, said: str, place: str, project: Path
) -> None:
    edit(project / file, old, new)
    with pytest.raises(ProjectUnreadable) as caught:
        load(project)
    assert said in caught.value.message
    assert place in caught.value.place and str(project) in caught.value.place
    assert caught.value.advice


@pytest.mark.parametrize(
    "file", ["pipeline.yaml", "env.yaml", "nb2pipe.lock", "pyproject.toml", "pipe/load.py"]
)
def test_a_missing_or_unreadable_file_is_named(file: str, project: Path) -> None:
    (project / file).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProjectUnreadable) as caught:
        load(project)
    assert Path(file).name in caught.value.place
    (project / file).unlink()
    with pytest.raises(ProjectUnreadable) as caught:
        load(project)
    assert caught.value.advice


def test_stages_that_wait_for_one_another(project: Path) -> None:
    edit(
        project / "pipeline.yaml", "product: products/load.pkl", "product: x\n    upstream: [last]"
    )
    with pytest.raises(ProjectUnreadable, match="wait for one another: load -> "):
        load(project)


def test_a_value_of_another_type(project: Path) -> None:
    edit(project / "env.yaml", "seed: 7", "seed: soon")
    with pytest.raises(ParameterInvalid) as caught:
        load(project)
    assert "env.yaml, parameter seed" in caught.value.place


@pytest.mark.parametrize("written", ["1", "'1'", "1.5", "'\"1\"'", "a", "null", "[1]", "b: 1"])
def test_text_in_env_yaml_stays_text_where_the_type_says_so(written: str, project: Path) -> None:
    edit(project / "env.yaml", "label: '\"1\"'", f"label: {written}")
    try:
        value = load(project).values["label"]
    except Nb2pipeError as error:
        assert written in ("1", "1.5", "null", "[1]", "b: 1"), error
    else:
        assert value == {"'1'": "1", "'\"1\"'": "1", "a": "a"}[written]


def test_ploombers_reserved_names_come_back(project: Path) -> None:
    keys = ploomber.parameter_keys(pipeline(project.parent))
    assert keys["path"] == "param_path"
    edit(project / "env.yaml", "param_path: null", "param_path: data/x")
    assert load(project).values["path"] == "data/x"
