"""The git working tree that a project lies in."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_SECONDS = 30


def top(folder: Path) -> Path | None:
    """The top of the git working tree that holds a folder, or None. Starts no process."""
    for place in (folder, *folder.parents):
        if (place / ".git").exists():
            return place
    return None


def committed(file: Path) -> str | None:
    """A file's text at git ``HEAD``.

    Args:
        file: the file; it need not exist on disk.

    Returns:
        The text; None outside of git, without git, or when HEAD does not have the file.
    """
    root = top(file.parent)
    if root is None:
        return None
    path = Path(os.path.relpath(file, root)).as_posix()
    try:
        done = subprocess.run(
            ["git", "cat-file", "blob", f"HEAD:{path}"],  # noqa: S607 - the git on PATH
            cwd=root,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
