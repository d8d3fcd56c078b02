"""A copy of the notebook's folder, in which the runs that are compared take place.

Every run finds the folder as it was, under the same path, and what it writes is gone afterwards:
nothing of the user's is touched, and no run sees the files of another. Files are cloned where the
file system can, and copied otherwise; large ones that cannot be cloned, environments and
repositories are links (``kernel/guard.py`` copies a linked file before it is written). Around the
copy stand links to what lies beside the folder, so that paths such as ``../data`` lead where they
did. What a notebook writes outside its folder is written there, as when it is run by hand.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from nb2pipe.errors import StorageFailed
from nb2pipe.execution.store import FOLDER, STALE

LARGE = 32 << 20
MOST = 20_000
_LEFT_OUT = {FOLDER, "__pycache__", ".ipynb_checkpoints"}
_LINKED = {".git", ".hg", ".venv", "venv", "node_modules", ".tox"}
_CLONE = 0x40049409  # FICLONE


@dataclass(frozen=True)
class Workplace:
    """``folder`` is the copy, made anew by ``refresh``; ``records`` takes what was observed."""

    original: Path
    folder: Path
    records: Path

    def refresh(self) -> None:
        """Make the copy what the folder was.

        Raises:
            StorageFailed: the disk is full, or a file cannot be read.
        """
        try:
            _remove(self.folder)
            self.folder.mkdir()
            _copy(self.original, self.folder)
        except OSError as error:
            raise StorageFailed(
                f"cannot copy the notebook's folder: {error.strerror or error}",
                place=str(error.filename or self.original),
                advice="Free some space, or move the notebook to a folder of its own.",
            ) from error


@contextmanager
def workplace(folder: Path, top: Path | None) -> Iterator[Workplace]:
    """A workplace for a notebook's folder, removed at the end.

    Args:
        folder: the notebook's folder.
        top: a folder above it from which on what lies beside is reached (None: its parent).

    Raises:
        StorageFailed: the folder cannot be written.
    """
    base = folder / FOLDER / "verify"
    was_there = base.parent.exists()
    _clean(base)
    place = base / f"{os.getpid()}-{secrets.token_hex(4)}"
    try:
        (place / "records").mkdir(parents=True)
        copy = _surroundings(folder, top or folder.parent, place / "at")
    except OSError as error:
        raise StorageFailed(
            f"cannot write: {error.strerror or error}",
            place=str(error.filename or place),
            advice="Free some space, or make the folder writable.",
        ) from error
    try:
        yield Workplace(folder, copy, place / "records")
    finally:
        _remove(place)
        with suppress(OSError):
            base.rmdir()
            if not was_there:
                base.parent.rmdir()


def _clean(base: Path) -> None:
    """Remove what killed runs left."""
    for left in base.glob("*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > STALE:
                _remove(left)


def _surroundings(folder: Path, top: Path, place: Path) -> Path:
    """Links to what lies beside the folder, up to ``top``; where the copy will be."""
    place.mkdir()
    try:
        levels = folder.relative_to(top).parts
    except ValueError:
        levels = (folder.name,)
        top = folder.parent
    if not levels:
        levels, top = (folder.name or "root",), folder.parent
    original = top
    for level, following in enumerate(levels):
        if level:
            place.mkdir()
        with suppress(OSError), os.scandir(original) as entries:
            for count, entry in enumerate(entries):
                if count < MOST and entry.name != following and entry.name != FOLDER:
                    _link(entry.path, place / entry.name)
        original, place = original / following, place / following
    return place


def _link(target: str, link: Path) -> None:
    with suppress(OSError):  # without it, a path that leads there fails in every run alike
        link.symlink_to(target)


def _copy(source: Path, target: Path) -> None:
    """Copy a folder, the upper levels first."""
    waiting = [(source, target)]
    count = 0
    while waiting:
        before, after = waiting.pop(0)
        with os.scandir(before) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                count += 1
                copy = after / entry.name
                if entry.name in _LEFT_OUT:
                    continue
                if entry.is_symlink():
                    _copy_link(Path(entry.path), copy, source)
                elif entry.is_dir():
                    apart = entry.name in _LINKED or Path(entry.path, "pyvenv.cfg").exists()
                    if apart or count > MOST:
                        _link(entry.path, copy)
                        continue
                    copy.mkdir()
                    waiting.append((Path(entry.path), copy))
                elif entry.is_file():
                    _copy_file(entry, copy)


def _copy_link(link: Path, copy: Path, folder: Path) -> None:
    target = os.readlink(link)  # noqa: PTH115 - as it is written
    inside = (link.parent / target).resolve().is_relative_to(folder.resolve())
    keep = inside and not os.path.isabs(target)  # noqa: PTH117
    copy.symlink_to(target if keep else link.resolve())


def _copy_file(entry: os.DirEntry[str], copy: Path) -> None:
    if entry.stat().st_size <= LARGE:
        shutil.copy2(entry.path, copy)
    elif not _cloned(entry.path, copy):
        copy.symlink_to(entry.path)


def _cloned(source: str, copy: Path) -> bool:
    """Whether the file system made a copy that takes no room."""
    if not sys.platform.startswith("linux"):
        return False
    import fcntl

    try:
        with Path(source).open("rb") as old, copy.open("wb") as new:
            fcntl.ioctl(new.fileno(), _CLONE, old.fileno())
        shutil.copystat(source, copy)
    except OSError:
        copy.unlink(missing_ok=True)
        return False
    return True


def _remove(place: Path) -> None:
    if place.is_symlink():
        place.unlink()
    elif place.exists():
        shutil.rmtree(place, ignore_errors=True)
