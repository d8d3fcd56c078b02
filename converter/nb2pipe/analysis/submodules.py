"""Imports that a stage needs though its cells read no name of theirs.

``import scipy as sp`` alone gives no ``sp.io.wavfile``: in a notebook an import anywhere before
does, ``from scipy.io.wavfile import read``. And ``sklearn.impute`` has ``IterativeImputer`` only
after ``from sklearn.experimental import enable_iterative_imputer``. A stage has only the imports of
names that it reads.
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


def enabling(packages: Mapping[str, str], imports: Collection[str]) -> list[str]:
    """The import statements that make names of a package importable, where that is imported.

    Args:
        packages: the package by such a statement of the notebook.
        imports: the import statements that are there.
    """
    there = {text.split()[1].partition(".")[0] for text in imports}
    return [text for text, package in packages.items() if package in there and text not in imports]
