"""The only writer of notebooks: tags, when a person asks for them."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from nb2pipe import notebook as notebooks
from nb2pipe.errors import NotebookUnreadable, StorageFailed
from nb2pipe.model import Notebook, SetTags
from nb2pipe.suggestion.rewriting import rewritten


def retag(notebook: Notebook, changes: Sequence[SetTags]) -> None:
    """Write tags into the notebook's file, in one step; nothing else in it changes.

    Args:
        notebook: the notebook as it was read.
        changes: the tags that cells get.

    Raises:
        NotebookUnreadable: the file is of format 3, or has changed since it was read.
        StorageFailed: it cannot be written.
    """
    # A link stays one; what it points to is written.
    path = notebook.path.resolve()
    data = path.read_bytes()
    text = data.decode("utf-8")
    if notebooks.reads(text, notebook.path) != notebook:
        raise NotebookUnreadable(
            "the file has changed while stages were suggested",
            place=str(notebook.path),
            advice="Suggest again.",
        )
    numbers = {cell.id: cell.number for cell in notebook.cells}
    tags = {numbers[change.cell]: change.tags for change in changes}
    new = rewritten(text, tags, str(notebook.path))
    try:
        _replace(path, new.encode())
    except OSError as error:
        raise StorageFailed(
            f"the notebook cannot be written: {error.strerror or error}",
            place=str(notebook.path),
            advice="Look at the permissions of the file and its folder, and at the disk's space.",
        ) from error


def _replace(path: Path, content: bytes) -> None:
    mode = path.stat().st_mode
    if not os.access(path, os.W_OK):
        raise PermissionError(13, "Permission denied")
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
