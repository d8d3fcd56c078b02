"""uv.lock, by the uv that stands in nb2pipe's own environment."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from nb2pipe.environment import indexes
from nb2pipe.environment.facts import Facts
from nb2pipe.errors import LockFailed, StorageFailed

_SECONDS = 600
# Settings of this machine that would change what the lock says.
_NOT_OURS = {"UV_FIND_LINKS", "UV_NO_INDEX", "UV_EXCLUDE_NEWER", "UV_FROZEN", "UV_LOCKED"}
_NOT_OURS |= {"UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_NO_SOURCES"}
_NOT_OURS |= {"UV_PROJECT", "UV_WORKING_DIR", "UV_PROJECT_ENVIRONMENT", "VIRTUAL_ENV"}


def lock(
    pyproject: str, *, existing: str | None, project: Path, facts: Facts, upgrade: bool = False
) -> str:
    """Resolve the exact versions of an environment, with hashes.

    Works on a copy, so that nothing of the project changes when it fails.

    Args:
        pyproject: text of the generated pyproject.toml.
        existing: text of the uv.lock at hand, whose versions are kept where they still fit.
        project: the project's folder, beside which the copy lies when paths count from it.
        facts: the facts in ``pyproject``.
        upgrade: take newer versions.

    Returns:
        The text of uv.lock.

    Raises:
        LockFailed: uv is missing or found no solution.
        StorageFailed: the copy cannot be written.
    """
    with _copy_beside(project, facts) as folder:
        try:
            (folder / "pyproject.toml").write_text(pyproject, encoding="utf-8", newline="\n")
            if existing is not None:
                (folder / "uv.lock").write_text(existing, encoding="utf-8", newline="\n")
        except OSError as error:
            raise StorageFailed(
                f"a temporary folder cannot be written: {error.strerror}", place=str(folder)
            ) from error
        command = [_uv(), "lock", "--project", str(folder), "--no-progress", "--color", "never"]
        if upgrade:
            command.append("--upgrade")
        _run(command, folder, _environment(facts))
        return (folder / "uv.lock").read_text(encoding="utf-8")


@contextlib.contextmanager
def _copy_beside(project: Path, facts: Facts) -> Iterator[Path]:
    """A temporary folder; beside the project when relative paths must lead to the same places."""
    relative = any("path" in d.source for d in facts.distributions.values())
    try:
        if relative:
            project.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=f".{project.name}-nb2pipe-", dir=project.parent if relative else None
        ) as name:
            yield Path(name)
    except OSError as error:
        raise StorageFailed(
            f"a temporary folder cannot be made: {error.strerror}", place=str(project.parent)
        ) from error


def _uv() -> str:
    from uv import find_uv_bin

    try:
        return str(find_uv_bin())
    except FileNotFoundError as error:
        raise LockFailed(
            "uv is not installed beside nb2pipe",
            advice="Install nb2pipe again, or leave out uv.lock with --no-lock.",
        ) from error


def _environment(facts: Facts) -> dict[str, str]:
    """The environment for uv: without this machine's indexes, with the credentials of ours."""
    environ = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
    environ.pop("UV_PYTHON", None)
    for index, (user, password) in credentials(facts, os.environ).items():
        stem = "UV_INDEX_" + re.sub(r"[^A-Z0-9]", "_", index.upper())
        environ.setdefault(f"{stem}_USERNAME", user)
        environ.setdefault(f"{stem}_PASSWORD", password)
    return environ


def credentials(facts: Facts, environ: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """User and password of the recorded indexes, by name, as this machine is configured."""
    if not facts.indexes:
        return {}
    here = indexes.configured(Path(sys.prefix), environ).credentials
    return {index.name: here[index.url] for index in facts.indexes if index.url in here}


def _run(command: list[str], folder: Path, environ: dict[str, str]) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LockFailed(
            f"uv lock did not finish: {error}",
            advice="Try again, or leave out uv.lock with --no-lock.",
        ) from error
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        said = [line for line in said if not line.startswith(("Using ", "warning:"))]
        text = "\n    ".join(said).replace(str(folder), folder.name)
        raise LockFailed(
            f"uv lock failed:\n    {text}",
            advice="Without a network, or for packages that no index has, use --no-lock.",
        )
