"""The past runs of a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyterlab_nb2pipe import documents
from jupyterlab_nb2pipe.root import Root
from nb2pipe.model import RunRecord


def of_notebook(place: Path, root: Root) -> list[dict[str, Any]]:
    """The runs of a notebook or of its converted project as ``IRun``, the newest first.

    Args:
        place: the notebook; it need not be there.
        root: the server's root directory.
    """
    from nb2pipe.execution import runs
    from nb2pipe.project import names

    name = names.from_stem(place.stem)

    def is_its(record: RunRecord) -> bool:
        # A project may be called differently, and a notebook may have been moved.
        return record.pipeline == name or Path(record.source).name == place.name

    return [documents.run(run, root) for run in runs.listing(place.parent) if is_its(run)]
