"""What a run is pointed at: a notebook, or the folder of a converted project."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from nb2pipe.errors import PipelineRefused, ProjectUnreadable
from nb2pipe.model import Diagnostic, Notebook, Pipeline, Project

NO_VERSION = "0.0.0"


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
    from nb2pipe.evidence import files

    return of_notebook(files.beside(notebook.read(place)))


def of_notebook(source: Notebook) -> Target:
    """A notebook, analysed now.

    Args:
        source: the notebook as read.

    Raises:
        PipelineRefused: the notebook has errors.
    """
    from nb2pipe.analysis import analyse
    from nb2pipe.emit.project import from_pipeline

    pipeline = analyse(source)
    if pipeline.errors:
        raise PipelineRefused(pipeline.errors, place=str(source.path))
    beside = _version_beside(pipeline)
    # The converted project's own package: what ran as one is reused as the other. Its name is
    # known to hide no library.
    package = None if beside is None else pipeline.name
    return Target(
        replace(from_pipeline(pipeline, package=package), version=beside or NO_VERSION),
        {cell.id: cell.source for cell in source.cells},
        pipeline.diagnostics,
    )


def _version_beside(pipeline: Pipeline) -> str | None:
    """The version of the converted project beside the notebook, if the notebook has one there.

    With ``+changed`` where the notebook is not as it was when it was converted.
    """
    from nb2pipe.emit import lock

    notebook = pipeline.notebook.path.absolute()
    folder = notebook.parent / pipeline.name
    try:
        text = (folder / lock.NAME).read_text(encoding="utf-8")
        found = lock.read(text, str(folder))
    except (OSError, UnicodeError, ProjectUnreadable):
        return None
    if Path(os.path.normpath(folder / found.notebook)) != notebook:
        return None  # another notebook's
    same = found.notebook_digest == lock.notebook_digest(pipeline)
    return found.version if same else f"{found.version}+changed"


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
