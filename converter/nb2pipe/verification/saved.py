"""The outputs saved in the notebook's file, against those of a fresh run.

Where they differ, the session that saved them had a hidden state: cells that ran in another order
or were edited since, other data, other versions of libraries.
"""

from __future__ import annotations

import json
from typing import Any

from nb2pipe import notebook as notebooks
from nb2pipe.verification import outputs, stability
from nb2pipe.verification.comparison import Comparison
from nb2pipe.verification.stability import Instability
from nb2pipe.verification.verdict import Difference


def differences(comparison: Comparison, found: Instability) -> list[Difference] | None:
    """The cells whose saved outputs a fresh run does not give.

    Dates and times of day are masked, and cells that are known not to repeat themselves left out.

    Args:
        comparison: has the fresh run.
        found: what the notebook does not repeat.

    Returns:
        None: the file has no outputs, or parameters were given. Cells that had not run when the
        file was saved are left out.
    """
    if comparison.subject.given:
        return None
    kept = _saved(comparison)
    if kept is None or not any(kept.values()):
        return None
    differs = []
    for cell in comparison.order:
        if cell in found.outputs or cell not in kept:
            continue
        before = outputs.shown(kept[cell], comparison.folders)
        now = comparison.shown(comparison.notebook, cell)
        before, now = ([one for one in side if one.kind != "stderr"] for side in (before, now))
        if stability.alike_but_for_times(before, now, numbers=False):
            continue
        said = outputs.difference(before, now)
        number = comparison.numbers[cell]
        stage = comparison.stage_of.get(cell, "")
        differs.append(Difference("saved", "output", cell, number, stage, detail=said))
    return differs


def _saved(comparison: Comparison) -> dict[str, list[Any]] | None:
    """The outputs in the file by cell, where it is still the notebook that was read."""
    import nbformat

    path = comparison.pipeline.notebook.path
    try:
        text = path.read_text(encoding="utf-8-sig")
        cells = notebooks.reads(text, path).cells
        document = json.loads(text)
        if document["nbformat"] == 3:
            document = nbformat.convert(nbformat.from_dict(document), 4)
    except (OSError, ValueError, KeyError):
        return None
    if [cell.source for cell in cells] != [
        cell.source for cell in comparison.pipeline.notebook.cells
    ]:
        return None
    pairs = zip(cells, document["cells"], strict=True)
    return {
        one.id: list(raw.get("outputs", ()))
        for one, raw in pairs
        if raw.get("outputs") or one.execution_count is not None
    }
