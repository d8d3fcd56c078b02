"""The facts of a project on disk."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from nb2pipe.errors import FactsUnreadable, ProjectUnreadable, StorageFailed
from nb2pipe.evidence.facts import ADVICE, NAME, read, text
from nb2pipe.model import Facts, Notebook


def project_of(notebook: Path) -> Path:
    """The folder of a notebook's project: what was converted with ``-o`` or ``--name`` counts.

    Projects one level below the notebook's folder are found by their lock; one elsewhere is known
    only to who names it.

    Args:
        notebook: the notebook's path.

    Returns:
        The folder named after the notebook where it is the project's, or no folder is.
    """
    from nb2pipe.emit import lock
    from nb2pipe.project.names import from_stem

    folder = notebook.absolute().parent
    usual = folder / from_stem(notebook.stem)
    if (usual / NAME).exists() or (usual / lock.NAME).exists():
        return usual
    for path in sorted(folder.glob(f"*/{lock.NAME}")):
        if _notebook_of(path) == notebook.absolute():
            return path.parent
    return usual


def _notebook_of(path: Path) -> Path | None:
    """The notebook that a lock is of; None where it cannot be read as one."""
    from nb2pipe.emit import lock

    try:
        found = lock.read(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeError, ProjectUnreadable):
        return None
    return Path(os.path.normpath(path.parent / found.notebook))


def beside(notebook: Notebook, project: Path | None = None) -> Notebook:
    """The notebook with the facts that its project has; the same where there are none.

    Args:
        notebook: the notebook as read.
        project: the project's folder (None: see ``project_of``).

    Raises:
        FactsUnreadable: the facts are damaged.
    """
    folder = project or project_of(notebook.path)
    path = folder / NAME
    try:
        source = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return notebook
    except (OSError, UnicodeError) as error:
        raise FactsUnreadable(
            f"the file cannot be read: {error}", place=str(path), advice=ADVICE
        ) from error
    return replace(notebook, facts=read(source, str(path)))


def write(facts: Facts, project: Path) -> Path:
    """Write ``facts.json`` into a project's folder, which is made when it is not there.

    Args:
        facts: what was recorded.
        project: the project's folder.

    Returns:
        The file.

    Raises:
        StorageFailed: the disk is full, or the folder cannot be written.
    """
    from nb2pipe.execution.store import write_atomically

    path = project / NAME
    try:
        project.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text(facts).encode("utf-8", "surrogatepass"))
    except OSError as error:
        raise StorageFailed(
            f"cannot write: {error.strerror or error}",
            place=str(path),
            advice="Free some space, or make the folder writable.",
        ) from error
    return path
