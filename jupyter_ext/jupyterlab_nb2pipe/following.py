"""Files that a process is still writing, read line by line as they grow."""

from __future__ import annotations

from pathlib import Path

LONGEST = 4000  # characters of a line for people
CHUNK = 1 << 20


class Lines:
    """The lines of a file that grows.

    Args:
        path: the file; it need not be there yet.
        longest: what is longer than this many bytes is cut (None: nothing is).
    """

    def __init__(self, path: Path, *, longest: int | None = None) -> None:
        self._path = path
        self._longest = longest
        self._offset = 0
        self._rest = b""

    def read(self, *, last: bool = False) -> list[str]:
        """The lines that were finished since the last call.

        Args:
            last: nothing more is written: an unfinished line counts as well.
        """
        found: list[bytes] = []
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                while chunk := file.read(CHUNK):
                    self._offset += len(chunk)
                    *finished, rest = (self._rest + chunk).split(b"\n")
                    found += finished
                    self._rest = rest if self._longest is None else rest[: self._longest]
        except FileNotFoundError:
            return []
        if last and self._rest:
            found.append(self._rest)
            self._rest = b""
        return [line[: self._longest].decode("utf-8", "replace") for line in found]
