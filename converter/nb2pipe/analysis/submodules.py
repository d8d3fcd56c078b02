"""Submodules that code reaches through their packages, because something imported them.

``import scipy as sp`` alone gives no ``sp.io.wavfile``: in a notebook an import anywhere before
does, ``from scipy.io.wavfile import read``. A stage has only the imports of names that it reads.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple


class Importer(NamedTuple):
    """What first imported a submodule: the index of the unit, and the module that it names."""

    unit: int
    module: str


def missing(reached: Mapping[str, Importer], imports: Collection[str]) -> list[str]:
    """Import statements for the submodules that none of those that are there brings.

    Args:
        reached: the submodules that are reached, by dotted name.
        imports: the import statements that are there.
    """
    found: list[str] = []
    for dotted, importer in sorted(reached.items(), reverse=True):  # the longer brings both
        if not any(
            importer.module in text or f"{text}.".startswith(f"import {dotted}.")
            for text in (*imports, *found)
        ):
            found.append(f"import {dotted}")
    return found
