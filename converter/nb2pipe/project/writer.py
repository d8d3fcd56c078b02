"""The only writer of generated files.

What is to be written is first staged beside its place under a temporary name, so that a full disk
or a read-only folder stops everything while nothing has changed; then the files are renamed into
their places, the lock last. A journal, there from before the first file to after the last, lists
the digests of what is being written. When the process is killed in between, the next ``convert``
finds it and knows the half-written tree as nb2pipe's.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nb2pipe.emit import lock
from nb2pipe.errors import ProjectConflict, StorageFailed
from nb2pipe.project.drift import Change, digest

_STAGED = ".nb2pipe-new"
_WAIT = 60.0


@dataclass(frozen=True)
class Journal:
    """What an unfinished ``convert`` was writing.

    ``files`` maps names to digests that are nb2pipe's; ``environment`` is what the uv.lock among
    them was resolved from.
    """

    files: Mapping[str, frozenset[str]] = field(default_factory=dict)
    environment: str = ""


class Writer:
    """Writes one project.

    Args:
        project: the project's folder.
    """

    def __init__(self, project: Path) -> None:
        self._project = project
        self._state = project.parent / ".nb2pipe"
        self._journal = self._state / f"convert-{project.name}.json"
        self._lock = self._state / f"convert-{project.name}.lock"

    def journal(self) -> Journal | None:
        """The journal of a ``convert`` that was killed, or None."""
        try:
            content = json.loads(self._journal.read_text(encoding="utf-8"))
            files = {str(k): frozenset(map(str, v)) for k, v in content["files"].items()}
            return Journal(files, str(content["environment"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the project: no other ``convert`` writes it meanwhile.

        Raises:
            StorageFailed: the folder cannot be written.
            ProjectConflict: another ``convert`` holds the project for longer than a minute.
        """
        import filelock

        made = _missing_folders(self._state)
        guard = filelock.FileLock(self._lock)
        deadline = time.monotonic() + _WAIT
        while True:
            try:
                self._state.mkdir(parents=True, exist_ok=True)
                guard.acquire(timeout=max(0.0, deadline - time.monotonic()))
                break
            except (FileNotFoundError, FileExistsError) as error:
                # The other one has just tidied up the folder: it was missing for the lock, or there
                # for mkdir and gone when mkdir looked what it was.
                if self._state.is_file() or time.monotonic() > deadline:
                    _remove_folders(made)
                    raise _failed(error, self._state) from error
            except filelock.Timeout as error:
                raise ProjectConflict(
                    "another nb2pipe convert is writing the project",
                    place=str(self._project),
                    advice="Wait until it has ended, then convert again.",
                ) from error
            except OSError as error:
                _remove_folders(made)
                raise _failed(error, self._state) from error
        try:
            yield
        finally:
            # Removed while held, so that nobody waits for a file that is gone; Windows lets nobody
            # remove a file that is open.
            with contextlib.suppress(OSError):
                self._lock.unlink()
            guard.release()
            with contextlib.suppress(OSError):
                if os.name == "nt":
                    self._lock.unlink(missing_ok=True)
            _remove_folders([*made, self._state])

    def write(self, changes: Sequence[Change], environment: str) -> None:
        """Make the changes, all or none; call it while holding the project.

        Args:
            changes: what to write and delete; the lock is among them.
            environment: what the uv.lock among them was resolved from.

        Raises:
            StorageFailed: disk full, or a folder that cannot be written; nothing has changed.
        """
        writes = [c for c in changes if c.after is not None and c.status != "unchanged"]
        deletes = [c for c in changes if c.status == "deleted"]
        if not writes and not deletes and not self._journal.exists():
            return
        self._sweep(changes)
        self._note(changes, environment)
        made: list[Path] = []
        staged: list[tuple[Path, Path]] = []
        try:
            for change in sorted(writes, key=lambda c: c.name == lock.NAME):
                made += _make_folders(change.path.parent)
                temporary = change.path.with_name(f".{change.path.name}{_STAGED}")
                staged.append((temporary, change.path))
                _write_through(temporary, change.after or b"")
        except OSError as error:
            for temporary, _ in staged:
                with contextlib.suppress(OSError):
                    temporary.unlink(missing_ok=True)
            _remove_folders(made)
            with contextlib.suppress(OSError):
                self._journal.unlink(missing_ok=True)
            raise _failed(error, self._project) from error
        try:
            for change in deletes:
                change.path.unlink(missing_ok=True)
                _remove_folders([change.path.parent])
            for temporary, path in staged:
                temporary.replace(path)
            self._journal.unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailed(
                f"only a part could be written: {error.strerror or error}",
                place=str(error.filename or self._project),
                advice="Make the folder writable and convert again, which completes it.",
            ) from error

    def _note(self, changes: Sequence[Change], environment: str) -> None:
        """Write the journal; it also holds what an earlier, unfinished one lists."""
        before = self.journal() or Journal()
        files = {name: set(digests) for name, digests in before.files.items()}
        for change in changes:
            owned = files.setdefault(change.name, set())
            if change.after is not None and change.status != "kept":
                owned.add(digest(change.name, change.after))
            if change.before is not None and change.origin == "ours":
                owned.add(digest(change.name, change.before))
        content = {
            "files": {name: sorted(digests) for name, digests in sorted(files.items())},
            "environment": environment,
        }
        temporary = self._journal.with_name(f"{self._journal.name}.new")
        try:
            _write_through(temporary, json.dumps(content).encode())
            temporary.replace(self._journal)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise _failed(error, self._state) from error

    def _sweep(self, changes: Sequence[Change]) -> None:
        """Remove what a killed ``convert`` had staged."""
        if self._journal.exists():
            for folder in {change.path.parent for change in changes}:
                for leftover in folder.glob(f".*{_STAGED}"):
                    with contextlib.suppress(OSError):
                        leftover.unlink()


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _missing_folders(folder: Path) -> list[Path]:
    """The folders on the way to one that are not there, outermost first."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    return missing[::-1]


def _make_folders(folder: Path) -> list[Path]:
    missing = _missing_folders(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _remove_folders(made: Sequence[Path]) -> None:
    """Remove folders again that hold nothing."""
    for folder in reversed(made):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _failed(error: OSError, place: Path) -> StorageFailed:
    return StorageFailed(
        f"cannot be written: {error.strerror or error}",
        place=str(error.filename or place),
        advice="Make room, or make the folder writable; nothing was changed.",
    )
