"""A finished run of a small pipeline, made by hand: project, record, executed notebooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from nb2pipe.model import Project, RunRecord, StageCode, StageRecord

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
OLDER = "20261124T080000-00aa"
RUN = "20261124T090000-1f2e"


def code_cell(source: str, cell: str | None = None, outputs: tuple[Any, ...] = ()) -> Any:
    metadata = {"nb2pipe": {"cell": cell}} if cell else {}
    return nbformat.v4.new_code_cell(
        source, metadata=metadata, outputs=list(outputs), execution_count=1
    )


def executed_notebook(path: Path, *cells: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), path)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "it's a folder"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "orders.csv").write_text("id,total\n1,2.5\n", encoding="utf-8")
    return Project(
        name="churn",
        package="churn",
        folder=folder,
        source=str(folder / "churn.ipynb"),
        version="1.2.3",
        stages=(
            StageCode("load", "", outputs=("orders",), reads=("data/orders.csv", "gone.csv")),
            StageCode(
                "features",
                "",
                inputs=(("orders", "load"),),
                outputs=("X", "y"),
                parameters=("horizon",),
                writes=("features.csv",),
            ),
            StageCode(
                "train",
                "",
                inputs=(("X", "features"), ("y", "features")),
                outputs=("model",),
                parameters=("C", "seed"),
                states=(("random", "features"),),
                reads=("features.csv",),
            ),
            StageCode(
                "end",
                "",
                inputs=(("model", "train"), ("orders", "load")),
                after=("features",),
            ),
        ),
    )


@pytest.fixture
def record(project: Project) -> RunRecord:
    runs = project.folder / ".nb2pipe" / "runs"
    load = executed_notebook(
        runs / OLDER / "notebooks" / "load.ipynb",
        code_cell("import hidden_plumbing"),
        code_cell("orders = read()", "c1"),
    )
    features = executed_notebook(
        runs / RUN / "notebooks" / "features.ipynb",
        code_cell(
            "plot(orders)",
            "c2",
            (
                nbformat.v4.new_output(
                    "display_data", {"image/png": PIXEL, "text/plain": "<Figure size 1x1>"}
                ),
                nbformat.v4.new_output(
                    "display_data",
                    {"text/html": '<script src="https://evil.example/x.js"></script><b>bold</b>'},
                ),
            ),
        ),
    )
    train = executed_notebook(
        runs / RUN / "notebooks" / "train.ipynb",
        code_cell("model = fit(X, y)", "c3"),
        code_cell(
            "model.score()",
            "c4",
            (
                nbformat.v4.new_output(
                    "error",
                    ename="ValueError",
                    evalue="no <data>",
                    traceback=["\x1b[0;31mValueError\x1b[0m: no <data>"],
                ),
            ),
        ),
    )
    return RunRecord(
        run_id=RUN,
        pipeline="churn",
        version="1.2.3",
        status="failed",
        started="2026-11-24T09:00:00Z",
        ended="2026-11-24T09:00:12.500Z",
        parameters={"C": 0.5, "seed": 7, "horizon": 'it\'s "90" <days>'},
        metrics={"accuracy": 0.91, "f1 (macro)|": 0.5, "lost": float("nan")},
        source=str(project.folder / "churn.ipynb"),
        stages=(
            StageRecord(
                "load", "reused", load, key="ab" * 32, reason="reused: nothing has changed"
            ),
            StageRecord(
                "features",
                "ran",
                features,
                started="2026-11-24T09:00:01Z",
                seconds=2.25,
                key="cd" * 32,
                reason="ran: its code has changed",
                metrics={"f1 (macro)|": 0.5},
            ),
            StageRecord(
                "train",
                "failed",
                train,
                started="2026-11-24T09:00:04Z",
                seconds=8.0,
                reason="ran: features ran",
                error="ValueError: no <data>",
                cell="c4",
                line=1,
                metrics={"accuracy": 0.91, "lost": float("nan")},
            ),
            StageRecord("end", "skipped", reason="skipped: train failed"),
        ),
    )


@pytest.fixture
def notebook_maker() -> Callable[..., Path]:
    return executed_notebook
