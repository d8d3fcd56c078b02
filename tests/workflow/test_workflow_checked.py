"""GitHub's own parser, its schema, zizmor and shellcheck over generated workflows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from github import findings

from nb2pipe.emit.workflow import workflow
from nb2pipe.model import Notebook, Parameter, Pipeline, Stage, StageSettings

pytestmark = pytest.mark.slow

HOSTILE = "x\"'; echo ${{ secrets.A }} $(id) `id` #\n*[é]"


def variants() -> dict[str, str]:
    """Workflows of pipelines with few, many, odd and no parameters."""

    def parameter(name: str, value: object, kind: str, **more: object) -> Parameter:
        return Parameter(name, value, repr(value), kind, (kind,), **more)  # type: ignore[arg-type]

    ordinary = (
        parameter("C", 1e-05, "float", help=HOSTILE),
        parameter("seed", 7, "int"),
        parameter("big", 2**63, "int"),
        parameter("shuffle", True, "bool"),
        parameter("label", "null", "str"),
        parameter("odd", "it's \"; 漢 😀: #", "str"),
        parameter("xs", [1, 2], "list"),
        Parameter("mode", "a", '"a"', 'Literal["a", "1"]', ("str",), ("a", "1")),
    )
    made = {}
    for name, parameters, options in (
        ("plain", (), {}),
        ("ordinary", ordinary, {"--name": HOSTILE, "--no-lock": None, "--verify": None}),
        ("many", tuple(parameter(f"p{n}", n, "int") for n in range(24)), {}),
        ("json", (*ordinary, parameter("größe", HOSTILE, "str")), {}),
    ):
        settings = StageSettings(timeout=90, secrets=("API_TOKEN",))
        stage = Stage(
            "only", (), parameters=tuple(p.name for p in parameters), configuration=settings
        )
        pipeline = Pipeline(
            "größe",
            Notebook(Path("n.ipynb"), (), settings={"schedule": "30 4 * * 1"}),
            (stage,),
            (),
            parameters,
        )
        made[name] = workflow(
            pipeline,
            notebook=f"{HOSTILE}/n.ipynb",
            project=f"{HOSTILE}/größe",
            version="0.1.0",
            options=options,
        )
    return made


@pytest.fixture(params=variants())
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    made = tmp_path / "workflow.yml"
    made.write_text(variants()[request.param], encoding="utf-8")
    return made


def program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def test_githubs_own_parser_finds_nothing(file: Path) -> None:
    assert findings(file) == []


def test_githubs_own_parser_would_find_mistakes(tmp_path: Path) -> None:
    text = variants()["ordinary"].replace("type: number", "type: numbre", 1)
    broken = tmp_path / "broken.yml"
    broken.write_text(text.replace("github.run_id", "github.nosuch", 1), encoding="utf-8")
    said = " ".join(finding["message"] for finding in findings(broken))
    assert "Unexpected value 'numbre'" in said and "nosuch" in said


def test_the_schema_admits_it(file: Path) -> None:
    command = [program("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", file]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_zizmor_finds_nothing(file: Path) -> None:
    command = [program("zizmor"), "--offline", "--no-progress", "--persona=pedantic", file]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout
    assert "No findings to report" in done.stdout


def test_shellcheck_finds_nothing_in_its_scripts(file: Path, tmp_path: Path) -> None:
    content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    steps = [step for job in content["jobs"].values() for step in job["steps"] if "run" in step]
    assert steps
    for number, step in enumerate(steps):
        script = tmp_path / f"{number}.sh"
        script.write_text(f"#!/bin/bash\n{step['run']}\n", encoding="utf-8")
        done = subprocess.run([program("shellcheck"), script], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_the_workflow_of_nb2pipe_itself() -> None:
    own = Path(__file__).parents[2] / ".github" / "workflows" / "ci.yml"
    assert findings(own) == []
    done = subprocess.run(
        [program("zizmor"), "--offline", "--no-progress", own, own.parents[1] / "dependabot.yml"],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout
    schema = ["--builtin-schema", "vendor.dependabot", own.parents[1] / "dependabot.yml"]
    done = subprocess.run([program("check-jsonschema"), *schema], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
