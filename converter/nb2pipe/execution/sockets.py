"""Folders for the sockets of kernels.

The path of a socket may have about a hundred characters, so that it cannot lie beside the notebook:
the folders are temporary ones. Each is locked as long as its run lives; what a killed run left is
removed by the next one, on whatever machine or in whatever container the other may be running.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

LONGEST = 80
PREFIX = "nb2pipe-kernel-"
LOCK = "lock"
YOUNG = 60.0  # seconds in which a folder may still be without its lock


@contextlib.contextmanager
def folder() -> Iterator[Path | None]:
    """A folder for the sockets of one kernel (None: it talks over TCP).

    Sockets with names have no race for port numbers between runs at the same time.
    """
    if sys.platform == "win32":
        yield None
        return
    made = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        with (made / LOCK).open("wb") as lock:
            _take(lock.fileno())
            yield made if len(str(made)) <= LONGEST else None
    finally:
        shutil.rmtree(made, ignore_errors=True)


def clean() -> None:
    """Remove the folders of runs that are gone, and nothing else that has such a name."""
    if sys.platform == "win32":
        return
    for place in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            found = place.lstat()
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid():
                _remove_abandoned(place)
        except OSError:  # gone meanwhile, or another's
            continue


def _remove_abandoned(place: Path) -> None:
    try:
        with (place / LOCK).open("rb") as lock:
            if not _take(lock.fileno()):
                return
            for item in place.iterdir():
                if stat.S_ISSOCK(item.lstat().st_mode):
                    item.unlink()
            if [item.name for item in place.iterdir()] == [LOCK]:
                (place / LOCK).unlink()
    except FileNotFoundError:
        if time.time() - place.stat().st_mtime < YOUNG:
            return
    place.rmdir()  # refuses when there is anything in it


def _take(descriptor: int) -> bool:
    """Lock the open file; False: a run that lives has it."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
