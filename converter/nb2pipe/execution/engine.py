"""One stage in one kernel, executed by papermill.

Papermill and what it brings are imported here only, and only when a stage must run.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nb2pipe.execution.events import CellFinished, CellStarted, Listener
from nb2pipe.execution.executable import source_cell
from nb2pipe.execution.interpreter import Interpreter
from nb2pipe.execution.secrecy import Mask

START_TIMEOUT = 120
OUTPUT_TIMEOUT = 60


@dataclass(frozen=True)
class Failure:
    """Why a stage did not end: the error, and the cell and line of the source where it was."""

    error: str
    cell: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Execution:
    """What the engine is to do: the prepared notebook, and what its kernel needs.

    ``output`` is the executed notebook, ``work`` holds ``task.json`` and takes what the kernel
    writes. ``environment`` are more environment variables for it, ``withheld`` those that the stage
    must not see.
    """

    stage: str
    run_id: str
    notebook: Any
    output: Path
    work: Path
    folder: Path
    interpreter: Interpreter
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None
    withheld: tuple[str, ...] = ()
    mask: Mask = field(default_factory=lambda: Mask(()))


class RunningKernel:
    """A kernel that can be ended from another thread, with the reason."""

    def __init__(self) -> None:
        self.reason = ""
        self._lock = threading.Lock()
        self._provisioner: Any = None

    def started(self, manager: Any) -> None:
        """Its process is there."""
        with self._lock:
            self._provisioner = manager.provisioner
            if self.reason:
                self._kill()

    def end(self, reason: str) -> None:
        """End the process and those that it started, now."""
        with self._lock:
            self.reason = self.reason or reason
            self._kill()

    def _kill(self) -> None:
        process = getattr(self._provisioner, "process", None)
        if process is None or process.poll() is not None:
            return
        if hasattr(os, "killpg"):
            try:
                os.killpg(self._provisioner.pgid, signal.SIGKILL)
            except ProcessLookupError:
                return
        else:
            process.kill()


def prepare() -> None:
    """Import papermill and its libraries; say nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import papermill  # noqa: F401

        from nb2pipe.execution import kernel_client

    kernel_client.register()
    for name in ("papermill", "papermill.translators", "traitlets"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def execute(execution: Execution, kernel: RunningKernel, emit: Listener) -> Failure | None:
    """Execute a stage's notebook; ``prepare`` was called before.

    The executed notebook is written as the stage goes, and is there also when it fails.

    Args:
        execution: what to execute.
        kernel: takes the kernel, so that others can end it.
        emit: hears of the cells.

    Returns:
        why it failed (None: it did not).
    """
    import nbformat
    import papermill
    from papermill.exceptions import PapermillException

    output = execution.output
    output.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(execution.notebook, output)
    timer: threading.Timer | None = None
    if execution.timeout is not None:
        limit = execution.timeout
        timer = threading.Timer(limit, kernel.end, [f"it took longer than {limit:g} seconds"])
        timer.daemon = True
        timer.start()
    # Papermill fills braces in paths.
    path = str(output).replace("{", "{{").replace("}", "}}")
    trouble = ""
    try:
        papermill.execute_notebook(
            path,
            path,
            engine_name="nb2pipe",
            progress_bar=False,
            log_output=False,
            kernel_name=execution.interpreter.kernel,
            execution=execution,
            kernel=kernel,
            emit=emit,
        )
        if not kernel.reason:
            return None
    except PapermillException as error:
        trouble = str(error)
    except Exception as error:
        trouble = f"{type(error).__name__}: {error}"
    finally:
        if timer is not None:
            timer.cancel()
        _close_event_loop()
    return _failure(execution, kernel, trouble)


def _close_event_loop() -> None:
    """Close the loop that jupyter_client made for this thread; the next stage gets a new one."""
    from jupyter_core.utils import ensure_event_loop

    ensure_event_loop().close()


def _failure(execution: Execution, kernel: RunningKernel, trouble: str) -> Failure:
    import nbformat

    failed = None
    try:
        executed = nbformat.read(execution.output, as_version=4)
        for cell in executed.cells:
            if cell.metadata.get("papermill", {}).get("exception") is True:
                failed = cell
    except (OSError, ValueError):
        executed = None
    note = _note(execution.work / "failure.json")
    said = str(note.get("message", ""))
    text = f"{note['type']}: {said}" if said else str(note.get("type", ""))
    own = note.get("type") in ("CannotCross", "AssumptionBroken")
    if own:
        text = said
    cell_id = source_cell(failed) if failed is not None else None
    line = note.get("line") if cell_id is not None else None
    if failed is not None and not text:
        text = _shown(failed)
    if kernel.reason:
        text = kernel.reason
    elif failed is not None and not text:
        text = _died(execution.work / "kernel.log")
    elif failed is None:
        text = f"its kernel did not start: {trouble.splitlines()[-1] if trouble else 'it ended'}"
    elif cell_id is None and not own:
        last = executed is not None and failed is executed.cells[-1]
        text = f"{'after its last' if last else 'before its first'} cell: {text}"
    return Failure(execution.mask.text(text), cell_id, line)


def _shown(cell: Any) -> str:
    """The error among a cell's outputs, unless it is that the kernel died."""
    for output in cell.get("outputs", ()):
        if output.output_type == "error" and output.ename != "DeadKernelError":
            return f"{output.ename}: {output.evalue}"
    return ""


def _note(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _died(log: Path) -> str:
    try:
        said = [
            line
            for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
            if line.startswith(("Fatal Python error", "Segmentation", "MemoryError", "terminate"))
        ]
    except OSError:
        said = []
    return "its kernel died" + (f" ({said[-1]})" if said else "")


class CellClock:
    """Tells the listener of the source's cells, with times."""

    def __init__(self, execution: Execution, emit: Listener) -> None:
        self._execution = execution
        self._emit = emit
        self._began: Callable[[], float] = time.monotonic
        self._start = 0.0

    def started(self, cell: Any) -> None:
        """A cell begins."""
        self._start = self._began()
        if (name := source_cell(cell)) is not None:
            self._emit(
                CellStarted(run_id=self._execution.run_id, stage=self._execution.stage, cell=name)
            )

    def ended(self, cell: Any) -> None:
        """The cell ended."""
        if (name := source_cell(cell)) is not None:
            self._emit(
                CellFinished(
                    run_id=self._execution.run_id,
                    stage=self._execution.stage,
                    cell=name,
                    seconds=round(self._began() - self._start, 3),
                    failed=cell.metadata.get("papermill", {}).get("exception") is True,
                )
            )
