"""Files that nb2pipe wrote and that Jupyter's contents hide.

They are the executed notebooks and reports of runs, and workflows.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jupyterlab_nb2pipe.problems import Refused
from jupyterlab_nb2pipe.root import Root

SUFFIXES = {".ipynb", ".html", ".json", ".jsonl", ".log", ".md", ".txt", ".yml"}
NOTEBOOK = "application/x-ipynb+json"


def read(root: Root, path: str, *, most: int) -> dict[str, Any]:
    """A file as ``IFile``.

    Args:
        root: the server's root directory.
        path: the file, as the server calls it.
        most: how many bytes it may have.

    Raises:
        Refused: it is none of nb2pipe's (403), not there (404), too large (413) or no text (415).
    """
    parts = root.parts(path)
    if not (_of_a_run(parts) or _workflow(parts)):
        raise Refused(
            403,
            "only executed notebooks, reports and workflows are read here",
            place=path,
            advice="Open other files in the file browser.",
        )
    place = root.file("/".join(parts), hidden=True)
    if not _same_kind(root, place):
        raise Refused(403, "a link leads elsewhere", place=path)
    try:
        stat = place.stat()
        if stat.st_size > most:
            raise Refused(413, f"the file has more than {most} bytes", place=path)
        text = place.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(415, "the file is no text", place=path) from None
    except OSError as error:
        raise Refused(404, f"the file cannot be read: {error.strerror}", place=path) from None
    return {
        "path": "/".join(parts),
        "name": parts[-1],
        "last_modified": datetime.fromtimestamp(stat.st_mtime, UTC).isoformat(),
        **_content(place, text),
    }


def _content(place: Path, text: str) -> dict[str, Any]:
    if place.suffix == ".ipynb":
        try:
            notebook = json.loads(text)
        except (ValueError, RecursionError):
            notebook = None
        if isinstance(notebook, dict):
            return {
                "format": "json",
                "type": "notebook",
                "mimetype": NOTEBOOK,
                "content": notebook,
            }
    mimetype = "text/yaml" if place.suffix == ".yml" else mimetypes.guess_type(place.name)[0]
    return {
        "format": "text",
        "type": "file",
        "mimetype": mimetype or "text/plain",
        "content": text,
    }


def _same_kind(root: Root, place: Path) -> bool:
    """Whether the file that a link leads to may be read as well."""
    parts = place.resolve().relative_to(root.folder).parts
    return _of_a_run(parts) or _workflow(parts)


def _of_a_run(parts: Sequence[str]) -> bool:
    if ".nb2pipe" not in parts or Path(parts[-1]).suffix not in SUFFIXES:
        return False
    at = parts.index(".nb2pipe")
    inside = parts[at + 1 :]
    return (
        len(inside) > 2
        and inside[0] == "runs"
        and not any(part.startswith(".") for part in (*parts[:at], *inside))
    )


def _workflow(parts: Sequence[str]) -> bool:
    *before, github, workflows, name = ["", "", "", *parts][-max(3, len(parts)) :]
    return (
        (github, workflows) == (".github", "workflows")
        and name.startswith("nb2pipe-")
        and name.endswith(".yml")
        and not any(part.startswith(".") for part in before)
    )
