"""Keeps what the cells write inside the copy of the notebook's folder.

Large files, and folders beyond the first thousands, are links there. A file that is about to be
written is copied first; a folder that is a link cannot be written into.
"""

from __future__ import annotations

import os
import shutil
from typing import Any

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_TRUNC | os.O_CREAT


class Guard:
    """The audit hook of one kernel; ``workplace`` is the copy of the notebook's folder."""

    def __init__(self, workplace: str) -> None:
        self.inside = os.path.join(os.path.abspath(workplace), "")
        self.real = os.path.join(os.path.realpath(workplace), "")

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Look at what opens a file.

        Raises:
            PermissionError: a file outside the copy would be written through a link in it.
        """
        if event == "open":
            path, mode, flags = arguments
            writes = any(x in mode for x in "wax+") if isinstance(mode, str) else flags & _WRITES
            if writes and isinstance(path, (str, bytes, os.PathLike)):
                self.before_writing(os.fsdecode(path))
        elif event == "sqlite3.connect" and isinstance(arguments[0], (str, bytes, os.PathLike)):
            self.before_writing(os.fsdecode(arguments[0]))

    def before_writing(self, path: str) -> None:
        """A link to a file becomes the file's copy."""
        path = os.path.abspath(path)
        if not path.startswith(self.inside):
            return
        if os.path.islink(path) and os.path.isfile(path):
            target = os.path.realpath(path)
            if not target.startswith(self.real):
                os.unlink(path)
                shutil.copy2(target, path)
        parent = os.path.join(os.path.realpath(os.path.dirname(path)), "")
        if not parent.startswith(self.real):
            raise PermissionError(
                f"{path} is in a folder that verify did not copy, so that it is not written"
            )
