"""Measure what recording costs, and what a run's checks cost, on the three examples.

    python benchmarks/evidence.py [--rounds N] [--json FILE]

Both are shares of one run: recording against the time of the cells of the recorded run itself, the
checks (global generators nobody foresaw to be drawn from, values that recorded facts say are left
alone) against the time of the stages that made them, and, more severely, against what the cells
alone take. The fourth row is an example of many checks: every call in it is of a library that the
analysis does not know, so that facts settle each of them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from notebook import cell, save

import nb2pipe
from nb2pipe import notebook as notebooks
from nb2pipe.errors import PipelineRefused
from nb2pipe.evidence import files, recording
from nb2pipe.execution.results import RunResult

EXAMPLES = Path(__file__).parents[1] / "examples"
UNKNOWN = "unknown library"
LIBRARY = """\
import numpy as np
from sklearn.linear_model import LogisticRegression

def make():
    drawn = np.random.default_rng(0)
    X = drawn.normal(size=(400_000, 20))
    return X, (X[:, 0] + drawn.normal(size=len(X)) > 0).astype(int)

def fit(X, y, C):
    return float(LogisticRegression(C=C).fit(X, y).score(X, y))
"""


@dataclass(frozen=True)
class Shares:
    """Medians of the rounds; ``checked`` counts the pairs of cell and value that are checked."""

    name: str
    cells: float
    recording: float
    run: float
    checks_of_run: float
    checks_of_cells: float
    checked: int


def written(name: str, folder: Path) -> Path:
    """A notebook to measure with, in a folder of its own."""
    if name != UNKNOWN:
        shutil.copytree(EXAMPLES / name, folder, dirs_exist_ok=True)
        return folder / f"{name}.ipynb"
    (folder / "oddlib.py").write_text(LIBRARY)
    cells = [("setup", "import oddlib"), ("stage:load", "X, y = oddlib.make()")]
    cells += [(f"stage:fit{n}", f"score{n} = oddlib.fit(X, y, {n}.0)") for n in (1, 2, 3)]
    path = folder / "unknown.ipynb"
    made = [
        cell("code", source, f"cell-{number}", [tag]) for number, (tag, source) in enumerate(cells)
    ]
    save(path, made)
    return path


def measured(name: str, rounds: int) -> Shares:
    """Record and run a notebook some times."""
    taken: list[tuple[float, float, float, float, float]] = []
    checked = 0
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as made:
            path = written(name, Path(made).resolve())
            found = recording.record(notebooks.read(path))
            files.write(found.facts, files.project_of(path))
            result = executed(path)
            stages = result.record.stages
            if result.record.status != "succeeded":
                sys.exit(f"{name}: {[stage.error for stage in stages if stage.error]}")
            checked = sum(len(stage.assumed) for stage in result.project.stages)
            run = sum(stage.seconds for stage in stages)
            checks = sum(stage.checking for stage in stages)
            shares = (found.spent / found.seconds, run, checks / run, checks / found.seconds)
            taken.append((found.seconds, *shares))
    medians = [statistics.median(column) for column in zip(*taken, strict=True)]
    return Shares(name, *medians, checked)


def executed(path: Path) -> RunResult:
    """Run a notebook's stages, one after the other."""
    try:
        return nb2pipe.run(path, force=True, jobs=1)
    except PipelineRefused as refusal:
        sys.exit("\n".join(f"{d.code} {d.number} {d.message}" for d in refusal.diagnostics))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    print(f"{'':16} {'cells':>8} {'recording':>10} {'run':>8} {'checks of run':>14}"
          f" {'of cells':>9} {'checked':>8}")  # fmt: skip
    rows = []
    for name in ("churn", "co2", "digits", UNKNOWN):
        row = measured(name, given.rounds)
        rows.append(asdict(row))
        print(
            f"{row.name:16} {row.cells:6.2f} s {row.recording:9.1%} {row.run:6.1f} s"
            f" {row.checks_of_run:13.2%} {row.checks_of_cells:8.2%} {row.checked:8}",
            flush=True,
        )
    if given.json is not None:
        given.json.write_text(f"{json.dumps(rows, indent=2)}\n")


if __name__ == "__main__":
    main()
