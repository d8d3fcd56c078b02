"""The examples: what they are made of, that their generated trees are fresh, and that they run."""

from __future__ import annotations

import ast
import functools
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLES = REPOSITORY / "examples"


@dataclass(frozen=True)
class Example:
    """One example: its folder in the repository, and what its notebook calls metrics."""

    name: str
    metrics: tuple[str, ...]
    data: str
    parallel: frozenset[str]
    changed_in_place: str
    unstable: frozenset[str] = field(default_factory=frozenset)  # cells that print times

    @property
    def folder(self) -> Path:
        return EXAMPLES / self.name

    @property
    def notebook(self) -> Path:
        return self.folder / f"{self.name}.ipynb"

    @property
    def project(self) -> Path:
        return self.folder / self.name

    def cells(self) -> list[dict[str, Any]]:
        return list(json.loads(self.notebook.read_text(encoding="utf-8"))["cells"])


ALL = (
    Example(
        "churn",
        metrics=("auc", "brier", "base_rate"),
        data="data/cdnow.csv.gz",
        parallel=frozenset({"train", "forest"}),
        changed_in_place="customers",
    ),
    Example(
        "co2",
        metrics=("mae", "skill", "weeks_judged"),
        data="data/mauna_loa.csv",
        parallel=frozenset({"harmonic", "boosting"}),
        changed_in_place="weeks",
        unstable=frozenset({"forecast-boosting"}),
    ),
    Example(
        "digits",
        metrics=("accuracy", "noisy_accuracy", "f1"),
        data="data/digits.csv.gz",
        parallel=frozenset({"upright", "plain", "nearest"}),
        changed_in_place="pixels",
        unstable=frozenset({"train-upright"}),
    ),
)


def nb2pipe(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command line as a user calls it, MLflow's records kept in the folder."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MLFLOW_")}
    return subprocess.run(
        [sys.executable, "-m", "nb2pipe", *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )


@functools.cache
def stages_of(example: Example) -> dict[str, Any]:
    """What ``nb2pipe stages --json`` says of the example's notebook."""
    done = nb2pipe("stages", example.notebook, "--json", cwd=example.folder)
    assert done.returncode == 0, done.stderr
    graph: dict[str, Any] = json.loads(done.stdout)
    return graph


def copy_of(example: Example, target: Path) -> Path:
    """The example's folder without what running leaves there."""
    left_by_runs = shutil.ignore_patterns(".nb2pipe", "__pycache__", "outlook.csv", "products")
    return Path(shutil.copytree(example.folder, target / example.name, ignore=left_by_runs))


@dataclass(frozen=True)
class PipelineRun:
    """What ``nb2pipe run NOTEBOOK --json`` left: the folder, and the document it printed."""

    folder: Path
    document: dict[str, Any]

    def outputs(self) -> dict[str, list[dict[str, Any]]]:
        """The outputs of every source cell, by its id, from the executed notebooks."""
        found: dict[str, list[dict[str, Any]]] = {}
        for stage in self.document["stages"]:
            executed = json.loads((self.folder / stage["notebook"]).read_text(encoding="utf-8"))
            for cell in executed["cells"]:
                source = cell["metadata"].get("nb2pipe", {}).get("cell")
                if source is not None and cell["cell_type"] == "code":
                    assert source not in found, f"{source} stands in two executed notebooks"
                    found[source] = cell["outputs"]
        return found


@dataclass(frozen=True)
class NotebookRun:
    """The notebook run by papermill from top to bottom: its cells' outputs and its metrics."""

    outputs: dict[str, list[dict[str, Any]]]
    metrics: dict[str, float]


def run_pipeline(example: Example, folder: Path) -> PipelineRun:
    """Run the notebook's pipeline in a folder."""
    done = nb2pipe("run", example.notebook.name, "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    return PipelineRun(folder, json.loads(done.stdout))


def run_notebook(example: Example, folder: Path) -> NotebookRun:
    """Run the notebook from top to bottom in a folder."""
    import nbformat

    notebook = nbformat.read(example.notebook, as_version=4)
    values = ", ".join(f"{name!r}: {name}" for name in example.metrics)
    last = nbformat.v4.new_code_cell(f"import json\nprint(json.dumps({{{values}}}))")
    notebook.cells.append(last)
    nbformat.write(notebook, folder / "whole.ipynb")
    # In a process of its own: papermill's kernel client leaves warnings behind that pytest would
    # take for ours.
    subprocess.run(
        [sys.executable, "-m", "papermill", "--no-progress-bar", "whole.ipynb", "ran.ipynb"],
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        check=True,
        capture_output=True,
    )
    cells = nbformat.read(folder / "ran.ipynb", as_version=4).cells
    outputs = {cell.id: cell.outputs for cell in cells if cell.cell_type == "code"}
    metrics: dict[str, float] = {}
    printed = "".join(output.text for output in cells[-1].outputs)
    for name, value in json.loads(printed).items():
        named = {f"{name}.{key}": v for key, v in value.items()} if isinstance(value, dict) else {}
        metrics |= named or {name: value}
    return NotebookRun(outputs, metrics)


@pytest.fixture(params=ALL, ids=lambda example: example.name)
def example(request: pytest.FixtureRequest) -> Example:
    found: Example = request.param
    return found


ALLOWED = {"pandas", "numpy", "sklearn", "matplotlib", "seaborn"}


def code_of(example: Example) -> list[str]:
    """The sources of the notebook's code cells, without lines of magics."""
    sources = ["".join(c["source"]) for c in example.cells() if c["cell_type"] == "code"]
    return [re.sub(r"(?m)^%(%time$|time |matplotlib.*$)", "", source) for source in sources]


# ── What they are made of ────────────────────────────────────────────────────────────────────────


def test_the_data_are_real_files_of_500_rows_or_more(example: Example) -> None:
    content = (example.folder / example.data).read_bytes()
    text = gzip.decompress(content) if example.data.endswith(".gz") else content
    assert len(text.splitlines()) - 1 >= 500
    readme = (example.folder / "README.md").read_text(encoding="utf-8")
    assert example.data in readme
    assert "Source:" in readme


def test_only_the_usual_libraries_are_imported(example: Example) -> None:
    modules = set()
    for source in code_of(example):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.split(".")[0])
    assert modules - set(sys.stdlib_module_names) <= ALLOWED


def test_the_notebooks_carry_no_outputs(example: Example) -> None:
    code = [cell for cell in example.cells() if cell["cell_type"] == "code"]
    assert all(not c["outputs"] and c["execution_count"] is None for c in code)


def test_check_finds_nothing(example: Example) -> None:
    done = nb2pipe("check", "--strict", example.notebook, cwd=example.folder)
    assert done.returncode == 0, done.stderr + done.stdout


def test_five_stages_and_models_in_parallel(example: Example) -> None:
    graph = stages_of(example)
    assert len(graph["stages"]) >= 5
    after: dict[str, set[str]] = {}
    for stage in graph["stages"]:
        direct = {edge["from"] for edge in graph["edges"] if edge["to"] == stage["name"]}
        after[stage["name"]] = direct.union(*(after[name] for name in direct))
    for name in example.parallel:
        assert not after[name] & example.parallel


def test_a_value_is_changed_in_place_by_a_later_stage(example: Example) -> None:
    name = example.changed_in_place
    stages = {stage["name"]: stage for stage in stages_of(example)["stages"]}
    changed = [s for s in stages.values() if name in s["inputs"] and name in s["outputs"]]
    assert changed
    makers = [s for s in stages.values() if name in s["outputs"] and name not in s["inputs"]]
    assert len(makers) == 1


# ── What convert wrote ───────────────────────────────────────────────────────────────────────────


def test_the_generated_tree_is_fresh(example: Example) -> None:
    arguments = (example.notebook, "--root", example.folder, "--check")
    done = nb2pipe("convert", *arguments, cwd=example.folder)
    assert done.returncode == 0, done.stderr + done.stdout


def test_lines_out_per_line_in(example: Example) -> None:
    """All lines that are not blank: modules with their docstrings by cells with their Markdown."""
    cells = [
        "".join(cell["source"])
        for cell in example.cells()
        if "skip" not in cell["metadata"].get("tags", [])
    ]
    modules = (example.project / example.name).glob("*.py")
    written = [path.read_text(encoding="utf-8") for path in modules]
    assert written
    assert filled_lines(written) / filled_lines(cells) <= 1.5


def filled_lines(texts: list[str]) -> int:
    return sum(1 for text in texts for line in text.splitlines() if line.strip())


def test_the_lock_knows_the_data(example: Example) -> None:
    lock = (example.project / "nb2pipe.lock").read_text(encoding="utf-8")
    assert example.data in lock
    assert "outlook.csv" not in lock


def test_the_environment_is_locked_with_hashes(example: Example) -> None:
    locked = tomllib.loads((example.project / "uv.lock").read_text(encoding="utf-8"))
    packages = {package["name"]: package for package in locked["package"]}
    assert {"pandas", "scikit-learn", "matplotlib", "seaborn"} <= set(packages)
    assert all(wheel["hash"] for wheel in packages["pandas"]["wheels"])


def test_modules_import_nothing_of_nb2pipe(example: Example) -> None:
    for path in (example.project / example.name).glob("*.py"):
        assert not re.search(r"(?m)^\s*(from|import) nb2pipe\b", path.read_text(encoding="utf-8"))


# ── That they run ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_the_pipeline_gives_what_the_notebook_gives(example: Example, tmp_path: Path) -> None:
    """One test, so that each example runs once, whichever process takes it."""
    first = run_pipeline(example, copy_of(example, tmp_path / "pipeline"))
    whole = run_notebook(example, copy_of(example, tmp_path / "notebook"))
    graph = stages_of(example)

    assert first.document["status"] == "succeeded"
    assert {s["name"] for s in first.document["stages"]} == {s["name"] for s in graph["stages"]}
    assert {s["status"] for s in first.document["stages"]} == {"ran"}
    assert len(whole.metrics) >= 3
    assert first.document["metrics"] == whole.metrics

    outputs = first.outputs()
    cells = {cell for stage in graph["stages"] for cell in stage["cells"]}
    assert set(outputs) == cells
    for cell in cells - example.unstable:
        assert texts(outputs[cell]) == texts(whole.outputs[cell]), cell
    assert any("image/png" in o.get("data", {}) for made in outputs.values() for o in made)

    second = run_pipeline(example, first.folder)
    assert {s["status"] for s in second.document["stages"]} == {"reused"}, second.document
    assert second.document["metrics"] == first.document["metrics"]


def texts(outputs: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What a cell printed and displayed, as text (a figure by its size).

    Kernels cut what is printed into pieces as it suits them: pieces that follow each other are one.
    """
    found: list[tuple[str, str]] = []
    for output in outputs:
        kind = output.get("name", output["output_type"])
        text = "".join(output.get("text", output.get("data", {}).get("text/plain", "")))
        if found and found[-1][0] == kind and output["output_type"] == "stream":
            text = found.pop()[1] + text
        found.append((kind, text))
    return found


@pytest.mark.slow
def test_the_contract_tests_pass(example: Example, tmp_path: Path) -> None:
    folder = copy_of(example, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=folder / example.name,
        env={**os.environ, "MPLBACKEND": "agg"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d+ passed", done.stdout)
