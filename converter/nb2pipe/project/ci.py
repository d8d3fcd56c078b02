"""Where the workflow stands, and what it must know to convert there with the same options."""

from __future__ import annotations

import os
from pathlib import Path

from nb2pipe.emit import workflow as text
from nb2pipe.model import Pipeline


def workflow(
    pipeline: Pipeline,
    *,
    root: Path,
    project: Path,
    version: str,
    given_name: str = "",
    given_output: bool = False,
    given_root: bool = False,
    lock: bool = True,
    verify: bool = False,
) -> tuple[Path, str]:
    """The workflow's place and text.

    Args:
        pipeline: the analysed notebook.
        root: the folder that is the top of the repository on GitHub.
        project: the project's folder.
        version: of nb2pipe.
        given_name: ``--name``, when it was given.
        given_output: whether ``-o`` was given.
        given_root: whether ``--root`` was given.
        lock: whether uv.lock is written.
        verify: whether the workflow verifies the pipeline, too.

    Raises:
        SettingInvalid: the schedule in the settings is none.
    """
    options: dict[str, str | None] = {}
    if given_name:
        options["--name"] = given_name
    if given_output:
        options["-o"] = relative(project, root)
    if given_root:
        options["--root"] = "."
    if not lock:
        options["--no-lock"] = None
    if verify:
        options["--verify"] = None
    if pipeline.notebook.split:
        options["--split"] = pipeline.notebook.split
    written = text.workflow(
        pipeline,
        notebook=relative(pipeline.notebook.path, root),
        project=relative(project, root),
        version=version,
        options=options,
    )
    return root / text.path(pipeline), written


def relative(path: Path, start: Path) -> str:
    """A path as seen from a folder, with ``/``; absolute when it is on another drive."""
    try:
        return Path(os.path.relpath(path, start)).as_posix()
    except ValueError:
        return path.as_posix()
