"""Whose folder it is that a project would be written to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nb2pipe.errors import ProjectConflict, StorageFailed
from nb2pipe.evidence import facts
from nb2pipe.project import drift
from nb2pipe.project.state import State, display

# What tools and systems leave in any folder.
_OVERLOOKED = {".venv", "__pycache__", ".nb2pipe", ".git", ".DS_Store", "lost+found"}
_ELSEWHERE = "Choose another folder with -o or another name with --name"


def refuse_other_notebook(state: State, notebook: Path, project: Path) -> None:
    """Refuse a folder that holds the project of another notebook.

    Raises:
        ProjectConflict: it does, and that notebook is still there.
    """
    if state.lock is None:
        return
    other = drift.place(project, state.lock.notebook)
    if other != notebook and other.is_file():
        raise ProjectConflict(
            f"the folder holds the project of {display(other)}",
            place=display(project),
            advice=f"{_ELSEWHERE}.",
        )


def refuse_strangers(project: Path, targets: Iterable[str]) -> None:
    """Refuse to start a project among files of others.

    Args:
        project: the project's folder, which nb2pipe has not written yet.
        targets: the files to write, by their path from it.

    Raises:
        ProjectConflict: the folder holds other files.
        StorageFailed: it cannot be read.
    """
    try:
        entries = {entry.name for entry in project.iterdir()}
    except FileNotFoundError:
        return
    except NotADirectoryError as error:
        raise ProjectConflict(
            "a file stands where the project's folder would be",
            place=display(project),
            advice=f"{_ELSEWHERE}.",
        ) from error
    except OSError as error:
        raise StorageFailed(
            f"the folder cannot be read: {error.strerror}",
            place=display(project),
            advice="Look at its permissions.",
        ) from error
    ours = {name.split("/")[0] for name in targets} | {drift.ENVIRONMENT_LOCK, facts.NAME}
    others = sorted(entries - ours - _OVERLOOKED)
    if others:
        raise ProjectConflict(
            f"the folder holds files that nb2pipe did not write: {drift.listed(others)}",
            place=display(project),
            advice=f"{_ELSEWHERE}; --force writes beside them and leaves them as they are.",
        )
