"""The analysis: a notebook becomes a pipeline, or a list of what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nb2pipe.analysis.progress import Memory
    from nb2pipe.model import Notebook, Pipeline
    from nb2pipe.tags import Tagging


def analyse(
    notebook: Notebook,
    *,
    name: str | None = None,
    tagging: Tagging | None = None,
    memory: Memory | None = None,
) -> Pipeline:
    """See ``passes.analyse``; imported when first called."""
    from nb2pipe.analysis.passes import analyse as run

    return run(notebook, name=name, tagging=tagging, memory=memory)
