"""uv.lock, by the uv that stands in nb2pipe's own environment."""

from __future__ import annotations

import contextlib
import json
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


def lock(pyproject: str, *, existing: str | None, project: Path, facts: Facts) -> str:
    """Resolve the exact versions of an environment, with hashes.

    Works on a copy, so that nothing of the project changes when it fails.

    Args:
        pyproject: text of the generated pyproject.toml.
        existing: text of the uv.lock at hand, whose versions are kept where they still fit; None
            starts from the versions in the kernel's environment.
        project: the project's folder, beside which the copy lies when paths count from it.
        facts: the facts in ``pyproject``.

    Returns:
        The text of uv.lock.

    Raises:
        LockFailed: uv is missing or found no solution.
        StorageFailed: the copy cannot be written.
    """
    with _copy_beside(project, facts) as folder:
        command = [_uv(), "lock", "--project", str(folder), "--no-progress", "--color", "never"]
        environ = _environment(facts)
        if existing is not None:
            _write(folder / "uv.lock", existing)
        elif pins := _pins(facts):
            # The versions that the notebook was run with, where an index has them: uv keeps them.
            _write(
                folder / "pyproject.toml", pyproject.replace("[tool.uv]", f"[tool.uv]\n{pins}", 1)
            )
            with contextlib.suppress(LockFailed):
                _run(command, folder, environ)
        _write(folder / "pyproject.toml", pyproject)
        _run(command, folder, environ)
        return (folder / "uv.lock").read_text(encoding="utf-8")


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StorageFailed(
            f"a temporary folder cannot be written: {error.strerror}", place=str(file.parent)
        ) from error


def _pins(facts: Facts) -> str:
    """The setting that holds uv to the versions in the kernel's environment."""
    pins = [
        f"{d.name}=={d.version.partition('+')[0]}"
        for d in facts.distributions.values()
        if d.version and not d.source
    ]
    return f"constraint-dependencies = {json.dumps(pins)}" if pins else ""


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
