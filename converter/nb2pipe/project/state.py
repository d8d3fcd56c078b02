"""What is on disk before a conversion: the lock, pyproject.toml, what git has, a journal."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nb2pipe.emit import environment, tree
from nb2pipe.emit import lock as locks
from nb2pipe.emit.lock import Lock
from nb2pipe.errors import ProjectConflict, ProjectUnreadable, StorageFailed
from nb2pipe.project import drift, repository
from nb2pipe.project.writer import Journal, Writer


@dataclass(frozen=True)
class State:
    """A project's folder as it is.

    ``lock`` is nb2pipe.lock, ``lock_text`` its text; ``committed`` is that of git ``HEAD``.
    ``document`` is the parsed pyproject.toml, ``settings_text`` the part of it that is the user's.
    """

    lock: Lock | None = None
    lock_text: str | None = None
    committed: Lock | None = None
    journal: Journal = field(default_factory=Journal)
    document: Mapping[str, Any] = field(default_factory=dict)
    settings_text: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether nb2pipe wrote this project, or was about to."""
        return self.lock is not None or bool(self.journal.files)

    @property
    def settings(self) -> Mapping[str, Any]:
        """What pyproject.toml sets for the pipeline."""
        table = self.document.get("tool", {}).get("nb2pipe", {})
        return {key: value for key, value in table.items() if key != "facts"}

    @property
    def environment(self) -> str:
        """What the uv.lock at hand was resolved from, as the lock records it."""
        return self.lock.environment if self.lock is not None else ""

    @property
    def owned(self) -> dict[str, set[str]]:
        """Digests of the files that are nb2pipe's, by name."""
        owned: dict[str, set[str]] = {}
        if self.lock is not None:
            owned = {name: {digest} for name, digest in self.lock.files.items()}
            owned[locks.NAME] = set()
            if self.lock_text is not None and locks.is_sealed(self.lock_text):
                owned[locks.NAME] = {drift.digest(locks.NAME, self.lock_text.encode())}
        for name, digests in self.journal.files.items():
            owned.setdefault(name, set()).update(digests)
        return owned


def read(project: Path, *, force: bool) -> State:
    """Read what is on disk.

    Args:
        project: the project's folder; it need not be there.
        force: go on with a damaged pyproject.toml as if it were not there, and with a damaged
            lock from the one that git has.

    Raises:
        ProjectUnreadable: the lock or pyproject.toml is damaged.
        ProjectConflict: folders stand where these files would be.
        StorageFailed: they cannot be read.
    """
    place = project / locks.NAME
    lock_text = text(place)
    committed = _committed(place)
    lock: Lock | None = None
    if lock_text is not None:
        try:
            lock = locks.read(lock_text, display(place))
        except ProjectUnreadable:
            if not force or committed is None:
                raise
            lock = committed
            lock_text = None
    pyproject = text(project / tree.PYPROJECT)
    document: dict[str, Any] = {}
    if pyproject is not None:
        try:
            document = tomllib.loads(pyproject)
        except tomllib.TOMLDecodeError as error:
            if not force:
                raise ProjectUnreadable(
                    f"no TOML: {error}",
                    place=display(project / tree.PYPROJECT),
                    advice="Correct it or restore it from git; --force writes it anew.",
                ) from error
            pyproject = None
    return State(
        lock=lock,
        lock_text=lock_text,
        committed=committed,
        journal=Writer(project).journal() or Journal(),
        document=document,
        settings_text=environment.split(pyproject)[1] if pyproject is not None else "",
    )


def text(path: Path) -> str | None:
    """A generated file's text, with plain line endings; None when it is not there.

    Raises:
        ProjectConflict: a folder stands there.
        StorageFailed: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if path.is_dir():
            raise ProjectConflict(
                "a folder stands where a file would be written",
                place=display(path),
                advice="Choose another folder with -o, or move it away.",
            ) from error
        raise StorageFailed(
            f"the file cannot be read: {error.strerror}",
            place=display(path),
            advice="Look at its permissions.",
        ) from error


def display(path: Path) -> str:
    """A path for people: from the working directory where it lies below it."""
    try:
        return path.relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return str(path)


def _committed(place: Path) -> Lock | None:
    source = repository.committed(place)
    if source is None:
        return None
    try:
        return locks.read(source, str(place))
    except ProjectUnreadable:  # what is on disk counts then
        return None
