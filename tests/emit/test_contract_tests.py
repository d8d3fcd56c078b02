"""The generated tests pass on modules that keep their contract, and fail on those that do not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nb2pipe.emit import contract_tests
from nb2pipe.model import Edge, Notebook, Parameter, Pipeline, Shared, Stage, Variable

MODULES = {
    "__init__": "",
    "shared": "LIMIT = 3\n",
    "load": """
        import pathlib

        def load(*, start: int = 2**3, label="it's"):
            rows = [start, pathlib.Path("rows.txt").read_text()]
            alias = rows
            return rows, alias
        """,
    "grow": """
        from pipe.shared import LIMIT

        def grow(rows, alias):
            assert rows is alias
            rows.append(LIMIT)
            return rows
        """,
    "look": """
        import helper

        def look(rows):
            assert helper.length(rows) == 2
        """,
}


def pipeline() -> Pipeline:
    rows, alias = Variable("rows"), Variable("alias")
    stages = (
        Stage("load", (), outputs=(rows, alias), parameters=("start", "label")),
        Stage("grow", (), inputs=(rows, alias), outputs=(rows,)),
        Stage("look", (), inputs=(rows,)),
    )
    edges = (
        Edge("rows", "load", "grow", "a", "b", "r"),
        Edge("alias", "load", "grow", "a", "b", "r"),
        Edge("rows", "load", "look", "a", "c", "r"),
    )
    parameters = (
        Parameter("start", 8, "2**3", "int"),
        Parameter("label", "it's", '"it\'s"'),
        Parameter("unread", 1, "1"),
    )
    return Pipeline(
        "pipe", Notebook(Path("pipe.ipynb"), ()), stages, edges, parameters, Shared(body=("x",))
    )


def outcome(folder: Path, **changed: str) -> tuple[int, str]:
    """Write a project with some modules changed and run its tests: exit code and output."""
    project = folder / "pipe"
    for name, source in {**MODULES, **changed}.items():
        file = project / "pipe" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = source.split("\n")
        indent = min((len(x) - len(x.lstrip()) for x in lines if x.strip()), default=0)
        file.write_text("\n".join(line[indent:] for line in lines), encoding="utf-8")
    (project / "nb2pipe.lock").write_text(json.dumps({"notebook": "../pipe.ipynb"}))
    (folder / "rows.txt").write_text("rows")
    (folder / "helper.py").write_text("length = len\n")
    for path, text in contract_tests.files(pipeline(), "pipe").items():
        (project / path).parent.mkdir(exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=line"]
    done = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    return done.returncode, done.stdout


@pytest.mark.slow
def test_they_pass_on_modules_that_keep_the_contract(tmp_path: Path) -> None:
    code, output = outcome(tmp_path)
    assert code == 0, output
    assert "5 passed" in output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "failing"),
    [
        (
            {
                "load": MODULES["load"].replace("2**3", "8.0"),
                "grow": MODULES["grow"].replace("rows, alias", "alias, rows"),
            },
            ["test_signature[load]", "test_signature[grow]"],
        ),
        ({"grow": MODULES["grow"].replace("pipe.shared", "pipe.gone")}, ["alone", "in_order"]),
        ({"load": MODULES["load"].replace("alias = rows", "alias = list(rows)")}, ["in_order"]),
        ({"look": MODULES["look"] + "    return rows"}, ["in_order"]),
    ],
    ids=["signatures", "import", "sharing", "outputs"],
)
def test_they_fail_on_a_module_that_does_not(
    changed: dict[str, str], failing: list[str], tmp_path: Path
) -> None:
    code, output = outcome(tmp_path, **changed)
    assert code == 1
    for name in failing:
        assert any(name in line for line in output.splitlines() if line.startswith("FAILED")), (
            output
        )


def test_each_sides_text_is_data() -> None:
    hostile = Parameter("p", '"""\nimport os', "x")
    stage = Stage("s", (), parameters=("p",))
    made = Pipeline("pipe", Notebook(Path("p.ipynb"), ()), (stage,), (), (hostile,))
    (text,) = contract_tests.files(made, "pipe").values()
    scope: dict[str, object] = {}
    start, end = text.index("PACKAGE ="), text.index("# In a fresh")
    exec(text[start:end], scope)
    assert scope["STAGES"] == {
        "s": {"inputs": {}, "parameters": {"p": '"""\nimport os'}, "outputs": []}
    }
    compile(text, "test_contract.py", "exec")
