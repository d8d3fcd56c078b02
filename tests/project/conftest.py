"""A small notebook with two stages, and conversions of it."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nb2pipe import notebook as notebooks
from nb2pipe.project.conversion import Mode, Options, convert
from nb2pipe.project.kernel import Kernel
from nb2pipe.project.outcome import Conversion

LOAD = "import math\n\nx = math.sqrt(seed)"
TRAIN = "y = x + 1\ny"


class Workplace:
    """A folder with a notebook in it.

    Args:
        folder: the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "churn.ipynb"
        self.project = folder / "churn"
        self.write()

    def write(self, *more: tuple[str, str], load: str = LOAD, train: str = TRAIN) -> None:
        """Write the notebook: parameters, load, train, and more cells as (tag, source)."""
        cells = [("parameters", "seed = 4"), ("stage:load", load), ("stage:train", train), *more]
        content: dict[str, Any] = {
            "cells": [
                {
                    "cell_type": "code",
                    "execution_count": None,
                    "id": f"cell{number}",
                    "metadata": {"tags": [tag]},
                    "outputs": [],
                    "source": source.splitlines(keepends=True),
                }
                for number, (tag, source) in enumerate(cells)
            ],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "x"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        self.path.write_text(json.dumps(content), encoding="utf-8")

    def convert(self, mode: Mode = "write", **options: Any) -> Conversion:
        """Convert the notebook, without uv.lock unless asked for."""
        chosen = Options(**{"lock": False, "ci": "none", **options})
        return convert(notebooks.read(self.path), chosen, mode)

    def digests(self) -> dict[str, str]:
        """The digest of every file in the folder."""
        return {
            path.relative_to(self.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }

    def changed(self, action: Callable[[], object]) -> set[str]:
        """The files that an action changes, makes or deletes."""
        before = self.digests()
        action()
        after = self.digests()
        return {n for n in {*before, *after} if before.get(n) != after.get(n)}


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    # Looking for the kernel takes a second; tests/cli does it for real.
    monkeypatch.setattr(Kernel, "_executable", Path(sys.executable))
    return Workplace(tmp_path)
