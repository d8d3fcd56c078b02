"""The terminal's view of a run: a line for each stage that ended, and what is running now."""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

import click

from nb2pipe.execution.events import (
    CellStarted,
    Event,
    Note,
    RunStarted,
    StageFinished,
    StageStarted,
)

COLOURS = {"ran": "green", "reused": "cyan", "failed": "red", "skipped": "yellow"}


class Progress:
    """A listener that writes to standard error; on a terminal it also shows what is running."""

    def __init__(self) -> None:
        self._width = 0
        self._running: dict[str, tuple[float, int, int]] = {}
        self._live: Any = None
        self._lock = threading.Lock()
        self._terminal = sys.stderr.isatty()

    def __call__(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, RunStarted):
            self._width = max((len(name) for name in event.stages), default=0)
            count = len(event.stages)
            self._say(f"{event.pipeline}: {count} stage{'' if count == 1 else 's'}")
        elif isinstance(event, StageStarted):
            self._started(event)
        elif isinstance(event, CellStarted):
            with self._lock:
                if event.stage in self._running:
                    start, done, count = self._running[event.stage]
                    self._running[event.stage] = (start, done + 1, count)
        elif isinstance(event, StageFinished):
            with self._lock:
                self._running.pop(event.stage, None)
            self._say(self._finished(event))
        elif isinstance(event, Note):
            self._say(f"note: {event.message}")

    def close(self) -> None:
        """Take down what shows the running stages."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _started(self, event: StageStarted) -> None:
        with self._lock:
            self._running[event.stage] = (time.monotonic(), 0, len(event.cells))
        if not self._terminal:
            self._say(f"  {event.stage:<{self._width}}  running ({_why(event.reason)})")
        elif self._live is None:
            from rich.console import Console
            from rich.live import Live

            console = Console(stderr=True, highlight=False)
            self._live = Live(
                get_renderable=self._now, console=console, transient=True, refresh_per_second=8
            )
            self._live.start()

    def _now(self) -> Any:
        from rich.console import Group
        from rich.spinner import Spinner

        with self._lock:
            shown = [
                f"{name:<{self._width}}  cell {done} of {count}, {time.monotonic() - start:.0f} s"
                for name, (start, done, count) in self._running.items()
            ]
        return Group(*(Spinner("dots", text=text) for text in shown))

    def _finished(self, event: StageFinished) -> str:
        status = click.style(f"{event.status:<7}", fg=COLOURS[event.status])
        line = f"  {event.stage:<{self._width}}  {status}  "
        if event.status == "ran":
            return f"{line}{event.seconds:.1f} s ({_why(event.reason)})"
        if event.status == "failed":
            return f"{line}{place(event.cell, event.line)}{event.error}"
        return f"{line}{_why(event.reason)}"

    def _say(self, text: str) -> None:
        if self._live is not None:
            from rich.text import Text

            self._live.console.print(Text.from_ansi(text))
        else:
            click.echo(text, err=True)


def place(cell: str | None, line: int | None) -> str:
    """A cell and a line as the start of a message."""
    if cell is None:
        return ""
    return f"cell {cell}: " if line is None else f"cell {cell}, line {line}: "


def _why(reason: str) -> str:
    return reason.partition(": ")[2] or reason
