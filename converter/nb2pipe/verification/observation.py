"""What was observed in a run: the outputs of its cells, and the values that they left behind."""

from __future__ import annotations

import array
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

Form = Mapping[str, Any]
LOADED = "@loaded"


@dataclass(frozen=True)
class Snapshot:
    """The moment after a cell.

    ``values`` names the form of each variable, ``groups`` are variables that share an object or
    memory, ``figures`` the forms of the figures that the cell showed, ``states`` digests of the
    global random generators, ``metrics`` the numbers in each variable of a metrics cell.
    """

    cell: str
    values: Mapping[str, str]
    groups: frozenset[tuple[str, ...]]
    figures: tuple[str, ...]
    states: Mapping[str, str]
    metrics: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def shares(self) -> set[tuple[str, str]]:
        """The pairs of names that share something."""
        return {
            (one, other)
            for group in self.groups
            for position, one in enumerate(group)
            for other in group[position + 1 :]
        }


@dataclass(frozen=True)
class Failure:
    """Where a run stopped, and why."""

    error: str
    cell: str | None = None
    line: int | None = None
    stage: str = ""


@dataclass
class Observation:
    """One run. Snapshots and outputs are by cell, or for calls of functions by stage.

    ``other`` are outputs of cells that are none of the notebook's, by stage.
    """

    records: tuple[Path, ...]
    outputs: Mapping[str, Sequence[Any]]
    seconds: float
    failure: Failure | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    other: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    @cached_property
    def snapshots(self) -> Mapping[str, Snapshot]:
        """What was seen after each cell."""
        found = {}
        for folder in self.records:
            for path in sorted((folder / "cells").glob("*.json")):
                content = json.loads(path.read_text(encoding="utf-8"))
                cell = content["cell"]
                found[f"{LOADED} {folder.name}" if cell == LOADED else cell] = Snapshot(
                    cell=cell,
                    values=content["values"],
                    groups=frozenset(tuple(group) for group in content["groups"]),
                    figures=tuple(content["figures"]),
                    states=content["states"],
                    metrics=content["metrics"],
                )
        return found

    def form(self, name: str) -> Form:
        """A form by its name."""
        for folder in self.records:
            path = folder / "forms" / f"{name}.json"
            if path.is_file():
                form: dict[str, Any] = json.loads(path.read_bytes())
                form["folder"] = str(folder)
                return form
        raise KeyError(name)


def numbers(form: Form) -> array.array[float]:
    """The floating-point numbers of a form, in their order."""
    found: array.array[float] = array.array("d")
    if form["file"]:
        found.frombytes(Path(form["folder"], "numbers", form["file"]).read_bytes())
    else:
        found.frombytes(bytes.fromhex(form["inline"]))
    if sys.byteorder == "big":
        found.byteswap()
    return found
