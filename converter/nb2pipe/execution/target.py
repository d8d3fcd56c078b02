"""What a run is pointed at: a notebook, or the folder of a converted project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nb2pipe.errors import PipelineRefused
from nb2pipe.model import Diagnostic, Project


@dataclass(frozen=True)
class Target:
    """A project to run; ``cells`` are the notebook's cells by id, ``warnings`` its findings."""

    project: Project
    cells: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Diagnostic, ...] = ()


def load(path: str | Path) -> Target:
    """Read what is to run.

    Args:
        path: a notebook, which is analysed now, or a converted project's folder.

    Raises:
        NotebookUnreadable: the file is no notebook.
        PipelineRefused: the notebook has errors.
        ProjectUnreadable: the folder is no converted project.
    """
    place = Path(path)
    if place.is_dir():
        from nb2pipe.project import loader

        return Target(loader.load(place))
    from nb2pipe import notebook
    from nb2pipe.analysis import analyse
    from nb2pipe.emit.project import from_pipeline

    source = notebook.read(place)
    pipeline = analyse(source)
    if pipeline.errors:
        raise PipelineRefused(pipeline.errors, place=str(path))
    return Target(
        from_pipeline(pipeline),
        {cell.id: cell.source for cell in source.cells},
        pipeline.diagnostics,
    )


def line_in_notebook(original: str, executed: str, line: int) -> int | None:
    """The line of the notebook's cell that a line of the executed cell comes from.

    They differ in what was moved out of the cell, and where a magic was rewritten.
    """
    import difflib

    before, after = original.split("\n"), executed.split("\n")
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for first, second, length in matcher.get_matching_blocks():
        if second <= line - 1 < second + length:
            return first + line - second
    return None
