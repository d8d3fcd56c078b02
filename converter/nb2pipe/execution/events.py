"""What happens during a run, as one typed stream.

The terminal's progress and the file of ``--events`` read it; ``events.schema.json`` describes each
event as the JSON object that stands on a line of that file.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nb2pipe.errors import StorageFailed


def now() -> str:
    """The time in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened in a run; ``time`` is ISO 8601, UTC."""

    run_id: str
    time: str = field(default_factory=now)


@dataclass(frozen=True, kw_only=True)
class RunStarted(Event):
    """A run began; ``parameters`` are literals as text."""

    pipeline: str
    version: str
    stages: tuple[str, ...]
    parameters: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class StageStarted(Event):
    """A stage is to be run, and why; ``cells`` are the ids of its cells."""

    stage: str
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CellStarted(Event):
    """A cell of the source began."""

    stage: str
    cell: str


@dataclass(frozen=True, kw_only=True)
class CellFinished(Event):
    """A cell of the source ended."""

    stage: str
    cell: str
    seconds: float
    failed: bool


@dataclass(frozen=True, kw_only=True)
class StageFinished(Event):
    """A stage ended, was reused, or was skipped."""

    stage: str
    status: str
    seconds: float
    reason: str
    error: str
    cell: str | None
    line: int | None
    notebook: str | None
    metrics: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Note(Event):
    """Something that people should know and that fails nothing."""

    message: str


@dataclass(frozen=True, kw_only=True)
class RunFinished(Event):
    """The run ended."""

    status: str
    seconds: float
    metrics: Mapping[str, float]


Listener = Callable[[Event], None]


def kind(event: Event) -> str:
    """The event's name in the file: ``stage-finished``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", type(event).__name__).lower()


def document(event: Event) -> dict[str, Any]:
    """The event as a JSON object."""
    content: dict[str, Any] = {"event": kind(event)}
    for item in fields(event):
        value = getattr(event, item.name)
        content[item.name] = list(value) if isinstance(value, tuple) else value
    return content


class EventFile:
    """A listener that appends each event as a line of JSON to a file.

    Raises:
        StorageFailed: the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("a", encoding="utf-8", newline="\n")
        except OSError as error:
            raise StorageFailed(
                f"cannot write the events: {error.strerror}",
                place=str(path),
                advice="Name a file in a folder that exists and can be written.",
            ) from error

    def __call__(self, event: Event) -> None:
        """Write one event."""
        self._file.write(json.dumps(document(event), ensure_ascii=False, allow_nan=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Stream:
    """Hands each event to all listeners, one at a time, whatever thread it comes from."""

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = listeners
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Hand one event on."""
        with self._lock:
            for listener in self._listeners:
                listener(event)
