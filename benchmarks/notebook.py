"""A notebook of 100 code cells, such as people write: tables, functions, changes in place."""

from __future__ import annotations

import json
from pathlib import Path

CELLS = 100
STAGES = 10

SETUP = """\
import numpy as np
import pandas as pd

pd.set_option("display.precision", 3)
LIMIT = 20
"""
PARAMETERS = "seed = 7  # of the random numbers\nscale: float = 1.5\n"
HELPERS = '''\
def standardise(values):
    """Zero mean and unit variance."""
    return (values - values.mean()) / values.std()


def clipped(table, column, limit=LIMIT):
    result = table.copy()
    result[column] = result[column].clip(-limit, limit)
    return result
'''
STAGE = [
    "rng_{n} = np.random.default_rng(seed + {n})\n"
    "noise_{n} = rng_{n}.normal(size=len({before}), scale=scale)",
    '{table} = {before}.copy()\n{table}["x{n}"] = noise_{n}\n{table}.head()',
    '{table}["y{n}"] = standardise({table}["x{n}"]) * {n}',
    "totals_{n} = {{}}\n"
    "for name in {table}.columns:\n"
    "    if name.startswith('x'):\n"
    "        totals_{n}[name] = float({table}[name].sum())\n"
    "totals_{n}",
    '{table} = clipped({table}, "y{n}")\nprint(f"{{len({table})}} rows, {{totals_{n}}}")',
    "wide_{n} = [\n"
    "    (name, {table}[name].mean())\n"
    "    for name in {table}.columns\n"
    "    if {table}[name].dtype == float\n"
    "]",
    "def spread_{n}(column):\n"
    "    low, high = {table}[column].min(), {table}[column].max()\n"
    "    return high - low",
    "spreads_{n} = {{name: spread_{n}(name) for name, _ in wide_{n}}}\nspreads_{n}",
    "try:\n"
    '    first = {table}["x0"].iloc[0]\n'
    "except (KeyError, IndexError):\n"
    "    first = 0.0\n"
    '{table}["z{n}"] = {table}["y{n}"] + first',
    "{magic}{table}.sort_values('z{n}', inplace=True)",
]


def write(path: Path, *, magics: bool = False) -> None:
    """Write the notebook to ``path``; with magics, some of its cells are no plain Python."""
    magic = "%time " if magics else ""
    cells = [
        cell("code", SETUP, "imports"),
        cell("code", PARAMETERS, "parameters", ["parameters"]),
        cell("code", HELPERS, "helpers", ["setup"]),
        cell("code", 'start = pd.DataFrame({"a": range(100)})', "start", ["stage:start"]),
    ]
    before = "start"
    for number in range(STAGES):
        table = f"table_{number}"
        cells.append(cell("markdown", f"## Step {number}\n\nOne more table.", f"text-{number}"))
        for position, source in enumerate(STAGE):
            if len([one for one in cells if one["cell_type"] == "code"]) == CELLS:
                break
            text = source.format(n=number, table=table, before=before, magic=magic)
            tags = [] if position else [f"stage:step_{number}"]
            cells.append(cell("code", text, f"step-{number}-{position}", tags))
        before = table
    save(path, cells)


def save(path: Path, cells: list[dict[str, object]]) -> None:
    """Write a notebook of these cells to ``path``."""
    document = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(document, indent=1), encoding="utf-8", newline="\n")


def cell(kind: str, source: str, name: str, tags: list[str] | None = None) -> dict[str, object]:
    """A cell; ``name`` is its id."""
    made: dict[str, object] = {
        "cell_type": kind,
        "id": name,
        "metadata": {"tags": tags} if tags else {},
        "source": source.splitlines(keepends=True),
    }
    if kind == "code":
        made |= {"outputs": [], "execution_count": None}
    return made
