"""Imports that a stage needs though its cells read no name of theirs.

``import scipy as sp`` alone gives no ``sp.io.wavfile``: in a notebook an import anywhere before
does, ``from scipy.io.wavfile import read``. And ``sklearn.impute`` has ``IterativeImputer`` only
after ``from sklearn.experimental import enable_iterative_imputer``. A stage has only the imports of
names that it reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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


def enabling(
    statements: Iterable[str], imports: Collection[str], known: Mapping[str, str]
) -> list[str]:
    """The import statements that make names of a package importable, where that is imported.

    Args:
        statements: the notebook's import statements.
        imports: those that are there.
        known: packages by the modules that do so.
    """
    return [
        text
        for text in statements
        if (package := known.get(text.split()[1]))
        and text not in imports
        and any(other.split()[1].partition(".")[0] == package for other in imports)
    ]
