"""The runs of a notebook's folder, as they are kept in ``.nb2pipe/runs/``."""

from __future__ import annotations

import json
import math
import secrets
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nb2pipe.execution.store import FOLDER, json_bytes, write_atomically
from nb2pipe.model import RunRecord, StageRecord


def new_folder(root: Path) -> Path:
    """A new folder for a run; its name is the run's id, and sorts by time.

    Args:
        root: the ``.nb2pipe`` folder.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    folder = root / "runs" / f"{stamp}-{secrets.token_hex(3)}"
    folder.mkdir(parents=True)
    return folder


def save(record: RunRecord, root: Path) -> Path:
    """Write a run's record; its path."""
    path = root / "runs" / record.run_id / "run.json"
    content = {item.name: getattr(record, item.name) for item in fields(record)}
    content["stages"] = [
        {item.name: getattr(stage, item.name) for item in fields(stage)} for stage in record.stages
    ]
    content["parameters"] = {name: _packed(v) for name, v in record.parameters.items()}
    write_atomically(path, json_bytes(_relative(content, root), ordered=True))
    return path


def load(path: Path) -> RunRecord:
    """Read a run's record.

    Args:
        path: its ``run.json``.

    Raises:
        ValueError: it is damaged.
    """
    root = path.parent.parent.parent
    try:
        content = json.loads(path.read_bytes())
        content["stages"] = tuple(
            StageRecord(**{**stage, "notebook": _place(stage["notebook"], root)})
            for stage in content["stages"]
        )
        content["parameters"] = {n: _unpacked(v) for n, v in content["parameters"].items()}
        content["report"] = _place(content["report"], root)
        return RunRecord(**content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is damaged") from error


def listing(folder: Path) -> list[RunRecord]:
    """The runs in a notebook's folder that came to an end, the newest first."""
    try:
        places = sorted((folder / FOLDER / "runs").iterdir(), reverse=True)
    except OSError:
        return []
    found = []
    for place in places:
        try:
            found.append(load(place / "run.json"))
        except ValueError:
            continue  # a run that was killed, or is running
    return found


def _relative(content: Any, root: Path) -> Any:
    """Paths relative to the folder of nb2pipe's state: the notebook's folder may move."""
    if isinstance(content, Path):
        return (
            content.relative_to(root).as_posix() if content.is_relative_to(root) else str(content)
        )
    if isinstance(content, Mapping):
        return {name: _relative(value, root) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [_relative(value, root) for value in content]
    return content


def _place(text: str | None, root: Path) -> Path | None:
    return None if text is None else root / text


def _packed(value: Any) -> Any:
    """A parameter's value as strict JSON, exact: what JSON has not is an object of one key."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": repr(value)}
    if isinstance(value, tuple):
        return {"tuple": [_packed(item) for item in value]}
    if isinstance(value, list):
        return [_packed(item) for item in value]
    if isinstance(value, Mapping):
        return {"dict": [[_packed(key), _packed(item)] for key, item in value.items()]}
    return value


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unpacked(item) for item in value]
    if isinstance(value, dict):
        ((kind, content),) = value.items()
        if kind == "float":
            return float(content)
        if kind == "tuple":
            return tuple(_unpacked(item) for item in content)
        return {_unpacked(key): _unpacked(item) for key, item in content}
    return value
