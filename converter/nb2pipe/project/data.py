"""Digests of the data files that a pipeline reads."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path, PurePath

from nb2pipe.errors import StorageFailed
from nb2pipe.model import Pipeline

# A pointer of Git LFS stands for the file that it names.
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\r?\n(?:ext-[^\n]*\n)*"
    rb"oid sha256:([0-9a-f]{64})\b"
)
_POINTER_SIZE = 1024


def digests(pipeline: Pipeline, recorded: Mapping[str, str]) -> dict[str, str]:
    """The sha256 of every file that stages read by a literal path and no stage writes.

    Args:
        pipeline: the analysed notebook.
        recorded: the digests recorded before, which absent files keep.

    Returns:
        Paths as written in the notebook, and their digests.

    Raises:
        StorageFailed: a file is there but cannot be read.
    """
    folder = pipeline.notebook.path.parent
    written = {PurePath(path) for stage in pipeline.stages for path in stage.writes}
    found = {}
    for path in sorted({path for stage in pipeline.stages for path in stage.reads}):
        if PurePath(path) in written or "://" in path:
            continue
        file = folder / path
        try:
            digest = file_digest(file) if file.is_file() else recorded.get(path)
        except (OSError, ValueError) as error:
            raise StorageFailed(
                f"the data file cannot be read: {error}",
                place=str(file),
                advice="Look at its permissions.",
            ) from error
        if digest is not None:
            found[path] = digest
    return found


def file_digest(file: Path) -> str:
    """A file's sha256; for a Git LFS pointer that of the file it stands for."""
    with file.open("rb") as stream:
        start = stream.read(_POINTER_SIZE)
        if len(start) < _POINTER_SIZE and (match := _POINTER.match(start)):
            return match[1].decode("ascii")
        stream.seek(0)
        return hashlib.file_digest(stream, "sha256").hexdigest()
