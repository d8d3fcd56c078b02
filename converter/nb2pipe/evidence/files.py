"""The facts of a project on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nb2pipe.errors import FactsUnreadable, StorageFailed
from nb2pipe.evidence.facts import ADVICE, NAME, read, text
from nb2pipe.model import Facts, Notebook


def beside(notebook: Notebook, project: Path | None = None) -> Notebook:
    """The notebook with the facts that its project has; the same where there are none.

    Args:
        notebook: the notebook as read.
        project: the project's folder (None: the one beside the notebook, named after it).

    Raises:
        FactsUnreadable: the facts are damaged.
    """
    from nb2pipe.project.names import from_stem

    folder = project or notebook.path.parent / from_stem(notebook.path.stem)
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
