"""What differs between the files on disk and those that ``convert`` would write."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nb2pipe.emit import environment, tree
from nb2pipe.errors import Nb2pipeError, ProjectConflict, StorageFailed

Status = Literal["created", "updated", "unchanged", "deleted", "kept"]
Origin = Literal["ours", "edited", "foreign"]

ENVIRONMENT_LOCK = "uv.lock"


@dataclass(frozen=True)
class Change:
    """What becomes of one file.

    ``name`` is its path from the project's folder. ``before`` and ``after`` are its bytes; None
    when it is not there. ``origin`` says whose the file on disk is: as nb2pipe wrote it, edited
    since, or written by others. ``kept`` is a file that is no longer generated, but was edited.
    """

    name: str
    path: Path
    status: Status
    before: bytes | None
    after: bytes | None
    origin: Origin = "ours"

    @property
    def reason(self) -> str:
        """Why it is not unchanged, to be read after the file's name."""
        if self.status == "created":
            return "is missing"
        if self.status == "deleted":
            return "is no longer generated"
        if self.status == "kept":
            return "is no longer generated but was edited: it is kept"
        return {
            "edited": "was edited since nb2pipe wrote it",
            "foreign": "was not written by nb2pipe",
            "ours": "would be written differently",
        }[self.origin]

    def diff(self, shown: str) -> str:
        """The change as a unified diff, with the file named as ``shown``; "" when there is none."""
        if self.status in ("unchanged", "kept"):
            return ""
        import difflib

        old, new = _lines(self.before), _lines(self.after)
        lines = difflib.unified_diff(
            old,
            new,
            f"a/{shown}" if self.before is not None else "/dev/null",
            f"b/{shown}" if self.after is not None else "/dev/null",
        )
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in lines
        )


def digest(name: str, content: bytes) -> str:
    """The digest of a generated file; line endings do not count, nor do the user's settings."""
    content = content.replace(b"\r\n", b"\n")
    if name == tree.PYPROJECT:
        content = environment.split(content.decode("utf-8", "replace"))[0].encode()
    return hashlib.sha256(content).hexdigest()


def compare(
    targets: Mapping[str, str], project: Path, owned: Mapping[str, Set[str]]
) -> list[Change]:
    """Compare what would be written with what is on disk.

    Args:
        targets: the text of every file by its path from the project's folder.
        project: the project's folder.
        owned: digests of what nb2pipe wrote, by path; files there that are no targets are to go.

    Returns:
        One change for every target and every file to go, in the order of their names.

    Raises:
        StorageFailed: a file cannot be read.
        ProjectConflict: a folder stands where a file would be, or the reverse.
    """
    changes = []
    for name in sorted({*targets, *owned}):
        path = place(project, name)
        before = _read(path)
        known = before is not None and digest(name, before) in owned.get(name, ())
        if name in targets:
            after = targets[name].encode("utf-8")
            changes.append(_written(name, path, before, after, known, name in owned))
        elif before is not None:
            status: Status = "deleted" if known else "kept"
            origin: Origin = "ours" if known else "edited"
            changes.append(Change(name, path, status, before, None, origin))
    return changes


def place(project: Path, name: str) -> Path:
    """Where a file lies, of which the path from the project's folder is given."""
    path = project
    if Path(name).is_absolute():  # another drive
        return Path(name)
    for part in name.split("/"):
        path = path.parent if part == ".." else path / part
    return path


def refuse_conflicts(changes: Iterable[Change], *, force: bool, shown: Mapping[Path, str]) -> None:
    """Refuse to overwrite what is not nb2pipe's.

    Args:
        changes: what would happen.
        force: overwrite generated files that were edited by hand.
        shown: how to name the files to people.

    Raises:
        ProjectConflict: files of others, or edited ones without ``force``.
    """
    updated = [change for change in changes if change.status == "updated"]
    foreign = [shown[change.path] for change in updated if change.origin == "foreign"]
    if foreign:
        raise ProjectConflict(
            f"nb2pipe did not write {listed(foreign)} and would have to overwrite it",
            advice="Choose another folder with -o or another name with --name, or move it away.",
        )
    edited = [shown[change.path] for change in updated if change.origin == "edited"]
    if edited and not force:
        raise ProjectConflict(
            f"edited since nb2pipe wrote it: {listed(edited)}",
            advice="See what would change with --diff; move the edit into the notebook, or "
            "overwrite it with --force.",
        )


def _written(
    name: str, path: Path, before: bytes | None, after: bytes, known: bool, recorded: bool
) -> Change:
    if before is None:
        return Change(name, path, "created", None, after)
    if before.replace(b"\r\n", b"\n") == after:
        return Change(name, path, "unchanged", before, after)
    origin: Origin = "ours" if known else "edited" if recorded else "foreign"
    return Change(name, path, "updated", before, after, origin)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except (IsADirectoryError, NotADirectoryError) as error:
        raise _blocked(path) from error
    except OSError as error:
        if path.is_dir():
            raise _blocked(path) from error
        raise StorageFailed(
            f"the file cannot be read: {error.strerror}",
            place=str(path),
            advice="Look at its permissions.",
        ) from error


def _blocked(path: Path) -> Nb2pipeError:
    kind = "folder stands where a file" if path.is_dir() else "file stands where a folder"
    return ProjectConflict(
        f"a {kind} would be written",
        place=str(path),
        advice="Choose another folder with -o or another name with --name, or move it away.",
    )


def listed(names: list[str], most: int = 8) -> str:
    """Names for a message; of many only the first."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def _lines(content: bytes | None) -> list[str]:
    text = (content or b"").replace(b"\r\n", b"\n").decode("utf-8", "replace")
    return text.splitlines(keepends=True)
