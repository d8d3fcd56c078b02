"""Whether a run's environment is the one that a converted project's ``uv.lock`` describes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nb2pipe.execution.interpreter import Interpreter
from nb2pipe.execution.store import Store, json_bytes, write_atomically
from nb2pipe.model import Project

NAME = "uv.lock"
FORMAT = "1"
SHOWN = 3


def note(project: Project, store: Store, interpreter: Interpreter) -> str:
    """What differs between the interpreter's packages and the project's lock, as one sentence.

    Only what the project's own dependencies bring counts, as far as it is for this platform and
    Python. What the lock says is remembered in the store: reading it takes longer than a run in
    which nothing changed.

    Args:
        project: what runs; a notebook has no lock.
        store: where what the lock says is remembered.
        interpreter: what the stages run in.

    Returns:
        The sentence, with up to three of the packages and what makes the locked environment; ""
        when nothing differs, or when there is no lock that can be read.
    """
    folder = Path(project.source) if project.source else project.folder
    try:
        content = (folder / NAME).read_bytes()
    except OSError:
        return ""
    differing = [
        f"{name} is {interpreter.installed.get(name) or 'not installed'} (locked: {version})"
        for name, version in _wanted(content, store, interpreter).items()
        if not _same(interpreter.installed.get(name, ""), version)
    ]
    if not differing:
        return ""
    more = len(differing) - SHOWN
    shown = ", ".join([*differing[:SHOWN], *([f"and {more} more"] if more > 0 else [])])
    place = shlex.quote(os.path.relpath(folder))
    return (
        f"the environment is not the locked one: {shown}; "
        f"make that with: uv sync --locked --project {place}"
    )


def _same(installed: str, locked: str) -> bool:
    """Whether a version is the locked one; a build (``2.6.0+cpu``) is, where none is locked."""
    return installed == locked or ("+" not in locked and installed.partition("+")[0] == locked)


def _wanted(content: bytes, store: Store, interpreter: Interpreter) -> Mapping[str, str]:
    """The locked version of every package that the project needs in such an interpreter."""
    question = [FORMAT, hashlib.sha256(content).hexdigest(), interpreter.version]
    name = hashlib.sha256(json_bytes([*question, interpreter.implementation])).hexdigest()[:32]
    path = store.root / "locked" / f"{name}.json"
    try:
        known: dict[str, str] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        known = _read(content, interpreter)
        write_atomically(path, json_bytes(known, ordered=True))
    return known


def _read(content: bytes, interpreter: Interpreter) -> dict[str, str]:
    import tomllib

    try:
        lock = tomllib.loads(content.decode("utf-8"))
        return dict(_reached(lock["package"], interpreter))
    except (ValueError, LookupError, TypeError, AttributeError):
        return {}  # uv says what is wrong with it


def _reached(packages: list[dict[str, Any]], interpreter: Interpreter) -> Iterator[tuple[str, str]]:
    """The packages, with versions, that the root of the lock leads to."""
    from packaging.markers import Marker

    environment = {
        "python_version": interpreter.minor_version,
        "python_full_version": interpreter.version,
        "implementation_name": interpreter.implementation,
        "extra": "",
    }

    def applies(entry: Mapping[str, Any]) -> bool:
        return "marker" not in entry or Marker(entry["marker"]).evaluate(environment)

    waiting = [
        entry
        for one in packages
        if one["source"].get("virtual") == "."
        for entry in _needed(one, ())
    ]
    seen: set[str] = set()
    while waiting:
        entry = waiting.pop(0)
        key = repr((entry["name"], entry.get("version"), entry.get("extra")))
        if key in seen or not applies(entry):
            continue
        seen.add(key)
        candidates = [
            one
            for one in packages
            if one["name"] == entry["name"]
            and entry.get("version", one.get("version")) == one.get("version")
            and ("version" in entry or _for_here(one, applies))
        ]
        if not candidates:
            continue
        package = candidates[0]
        if "version" in package and f"={package['name']}" not in seen:
            seen.add(f"={package['name']}")
            yield re.sub(r"[-_.]+", "-", package["name"]).lower(), package["version"]
        waiting.extend(_needed(package, entry.get("extra", ())))


def _for_here(package: Mapping[str, Any], applies: Any) -> bool:
    """Whether a package that the lock has in several versions is the one for this platform."""
    markers = package.get("resolution-markers")
    return not markers or any(applies({"marker": marker}) for marker in markers)


def _needed(package: Mapping[str, Any], extras: Any) -> list[Mapping[str, Any]]:
    optional = package.get("optional-dependencies", {})
    found = [*package.get("dependencies", ())]
    for extra in extras:
        found += optional.get(extra, ())
    return found
