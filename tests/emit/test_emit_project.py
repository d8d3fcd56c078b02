"""A pipeline in memory as a project."""

from pathlib import Path

from nb2pipe.emit.module import stage_module
from nb2pipe.emit.project import from_pipeline
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

LOAD = Stage(
    "load",
    (StageCell("a", "x = y = n"),),
    outputs=(Variable("x"), Variable("y")),
    parameters=("n",),
    writes=("out.csv",),
)
DRAW = Stage(
    "draw",
    (StageCell("b", "x.append(random.random())"),),
    inputs=(Variable("x"),),
    outputs=(Variable("x"),),
    imports=("import random",),
    states=("random",),
    unobservable="it draws without a seed",
    configuration=StageSettings(cache=True),
)
END = Stage(
    "end",
    (StageCell("c", "print(x, y, random.random())"),),
    inputs=(Variable("x"), Variable("y")),
    imports=("import random",),
    states=("random", "numpy.random"),
    reads=("out.csv",),
)


def edge(variable: str | None, source: str, target: str, state: str | None = None) -> Edge:
    return Edge(variable, source, target, "a", "b", "because", state)


PIPELINE = Pipeline(
    "pandas",
    Notebook(Path("folder/pandas.ipynb"), (), kernel_name="python3"),
    (LOAD, DRAW, END),
    edges=(
        edge("x", "load", "draw"),
        edge("x", "draw", "end"),
        edge("y", "load", "end"),
        edge(None, "draw", "end", "random"),
        edge(None, "load", "end"),
        edge(None, "load", "end"),
    ),
    parameters=(Parameter("n", 3, "3"), Parameter("unread", "a", "'a'")),
    shared=Shared(body=("LIMIT = 3",), names=("LIMIT",)),
)


def test_stages() -> None:
    project = from_pipeline(PIPELINE)
    load, draw, end = project.stages
    assert load.source == stage_module(PIPELINE, LOAD, "nb2pipe_pandas")
    assert (load.inputs, load.outputs, load.parameters) == ((), ("x", "y"), ("n",))
    assert load.writes == ("out.csv",)
    assert draw.inputs == (("x", "load"),)
    assert draw.states == (("random", None),)
    assert draw.unobservable == "it draws without a seed"
    assert draw.configuration == StageSettings(cache=True)
    assert end.inputs == (("x", "draw"), ("y", "load"))
    assert end.states == (("random", "draw"), ("numpy.random", None))
    assert end.after == ("load",)
    assert end.reads == ("out.csv",)
    assert end.upstream == ("draw", "load")


def test_project() -> None:
    project = from_pipeline(PIPELINE)
    assert (project.name, project.package) == ("pandas", "nb2pipe_pandas")
    assert project.folder == Path("folder").absolute()
    assert project.source == str(Path("folder/pandas.ipynb").absolute())
    assert project.kernel_name == "python3"
    assert project.values == {"n": 3, "unread": "a"}
    assert project.parameters == PIPELINE.parameters
    assert "LIMIT = 3" in project.shared
    assert from_pipeline(PIPELINE, package="churn").package == "churn"
