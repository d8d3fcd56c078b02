"""The values of a stage's artifact, loaded in this process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nb2pipe.errors import StorageFailed
from nb2pipe.execution.store import Store


def load(store: Store, digest: str, *, package: str, build: Path) -> dict[str, Any]:
    """The values that a stage handed on, by their names.

    Args:
        store: the store that has the artifact.
        digest: the artifact.
        package: the import package of the pipeline's modules.
        build: the folder that holds that package as it ran.

    Raises:
        StorageFailed: the artifact is gone, damaged, or not written by this store.
    """
    from nb2pipe.execution.kernel.artifact import read_artifact

    if not store.intact(digest):
        raise StorageFailed(
            "the values are gone from the store, or damaged",
            place=str(store.path(digest)),
            advice="Run the pipeline again.",
        )
    with _importable(package, build):
        values: dict[str, Any] = read_artifact(str(store.path(digest)), {"__name__": package})
    return values


@contextmanager
def _importable(package: str, build: Path) -> Iterator[None]:
    """The pipeline's own modules can be imported, and not those of another version of it."""
    loaded = sys.modules.get(package)
    if loaded is not None and not str(loaded.__file__).startswith(str(build)):
        for name in [n for n in sys.modules if n == package or n.startswith(f"{package}.")]:
            del sys.modules[name]
    sys.path.insert(0, str(build))
    try:
        yield
    finally:
        sys.path.remove(str(build))
