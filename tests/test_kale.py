"""A notebook tagged for Kale, read and converted without editing it."""

from __future__ import annotations

import json
from pathlib import Path

import nb2pipe
from nb2pipe.model import StageSettings
from nb2pipe.project import loader

CELLS = [
    ("import math", ["imports"]),
    ("def twice(x):\n    return 2 * x", ["functions"]),
    ("n = 3", ["pipeline-parameters"]),
    ("rows = list(range(n))", ["step:Load Data", "image:python:3.12 {{x}}", "cache:disabled"]),
    ("print(rows)", ["skip"]),
    ("rows.append(1)", []),
    (
        "total = twice(sum(rows))",
        [
            "block:train",
            "prev:Load Data",
            "limit:nvidia.com/gpu:1",
            "report: it's # \u201ctrue\u201d",
        ],
    ),
    ("print(total)", ["pipeline-metrics"]),
]


def kale(folder: Path) -> Path:
    cells = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {"tags": tags},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for number, (source, tags) in enumerate(CELLS, start=1)
    ]
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    place = folder / "kale.ipynb"
    place.write_text(json.dumps(document), encoding="utf-8")
    return place


def test_it_is_converted_as_it_is(tmp_path: Path) -> None:
    path = kale(tmp_path)
    before = path.read_bytes()
    conversion = nb2pipe.convert(path, lock=False, root=tmp_path)
    assert [d.code for d in conversion.pipeline.diagnostics] == ["NB116"]
    stages = {stage.name: stage for stage in conversion.pipeline.stages}
    assert list(stages) == ["load_data", "train"]
    assert stages["load_data"].parameters == ("n",)
    assert stages["train"].cells[-1].metrics
    assert path.read_bytes() == before
    # The settings stand in the project, too.
    loaded = {stage.name: stage.configuration for stage in loader.load(tmp_path / "kale").stages}
    assert loaded == {name: stage.configuration for name, stage in stages.items()}
    assert loaded["load_data"] == StageSettings(cache=False, image="python:3.12 {{x}}")
    assert loaded["train"] == StageSettings(
        limits=("nvidia.com/gpu:1",), report=" it's # \u201ctrue\u201d"
    )
    assert not nb2pipe.convert(path, lock=False, root=tmp_path, mode="check").differs
