"""The server's root directory: what its paths mean on disk, and nothing outside of it."""

from __future__ import annotations

import os
from pathlib import Path

from jupyterlab_nb2pipe.problems import Refused

# What jupyter-collaboration calls the drive of documents that are edited together.
COLLABORATION = "RTC:"
LONGEST = 4096


class Root:
    """The folder that the server shows.

    Args:
        folder: the folder.
        hidden: whether files and folders whose names begin with a dot are shown.
    """

    def __init__(self, folder: Path, *, hidden: bool = False) -> None:
        self.folder = folder.expanduser().resolve()
        self._hidden = hidden

    def parts(self, path: str) -> tuple[str, ...]:
        """The names that a path of the server's consists of.

        Args:
            path: the path, relative to the root directory, with forward slashes.

        Raises:
            Refused: it is no path, or leads upwards.
        """
        path = path.removeprefix(COLLABORATION)
        if not path.strip("/") or "\0" in path or len(path) > LONGEST or not _encodable(path):
            raise Refused(400, "this is no path of a file", place=ascii(path[:100]))
        parts = tuple(part for part in path.split("/") if part not in ("", "."))
        if ".." in parts or (os.name == "nt" and any(mark in path for mark in "\\:")):
            raise Refused(
                403,
                "the path leads out of the server's root directory",
                place=path,
                advice="Name a file below it.",
            )
        return parts

    def place(self, path: str, *, hidden: bool = False) -> Path:
        """Where a path of the server's lies on disk; nothing need be there.

        Args:
            path: the path, relative to the root directory, with forward slashes.
            hidden: also when a part of it begins with a dot.

        Raises:
            Refused: it is no path, is hidden, or leads out of the root directory.
        """
        parts = self.parts(path)
        if not (hidden or self._hidden) and any(part.startswith(".") for part in parts):
            raise self.missing(path)
        place = self.folder.joinpath(*parts)
        try:
            inside = place.resolve().is_relative_to(self.folder)
        except (OSError, RuntimeError, ValueError):  # a circle of links, a name that is too long
            raise self.missing(path) from None
        if not inside:
            raise Refused(
                403,
                "a link leads out of the server's root directory",
                place=path,
                advice="Start the server in a folder that holds what it points to.",
            )
        return place

    def file(self, path: str, *, hidden: bool = False) -> Path:
        """Where a file of the server's lies on disk.

        Args:
            path: the path, relative to the root directory, with forward slashes.
            hidden: also when a part of it begins with a dot.

        Raises:
            Refused: as ``place``, or there is no such file.
        """
        place = self.place(path, hidden=hidden)
        try:
            if place.is_file():
                return place
        except OSError:  # a name that is too long
            pass
        raise self.missing(path)

    def notebook(self, path: str) -> Path:
        """Where a notebook that is open in a browser lies on disk.

        Args:
            path: the path, relative to the root directory, with forward slashes.

        Raises:
            Refused: as ``place``, or it is not there any more.
        """
        self.place(path)
        try:
            return self.file(path)
        except Refused:
            raise Refused(
                404,
                "the notebook is not there any more",
                place="/".join(self.parts(path)),
                advice="It was deleted, moved or renamed. Save it to write it there again, or open "
                "it where it is now.",
            ) from None

    def path(self, place: str | Path) -> str | None:
        """The server's path of a place on disk; None when it lies outside of the root directory.

        Args:
            place: the place; a relative one counts from the root directory.
        """
        absolute = self.folder / place
        for tried in (Path(os.path.normpath(absolute)), absolute.resolve()):
            if tried.is_relative_to(self.folder):
                return tried.relative_to(self.folder).as_posix()
        return None

    def missing(self, path: str) -> Refused:
        """The refusal of a path where nothing is."""
        return Refused(404, "there is no such file", place=path, advice="Look at the path.")


def _encodable(path: str) -> bool:
    try:
        os.fsencode(path)
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
