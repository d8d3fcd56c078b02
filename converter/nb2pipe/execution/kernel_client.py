"""Papermill's engine for stages: kernels from an interpreter, not from an installed name.

This module imports papermill at its top; ``engine.prepare`` imports it when a stage must run.
"""

from __future__ import annotations

import contextvars
import os
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellExecutionError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines

from nb2pipe.execution import sockets
from nb2pipe.execution.engine import (
    OUTPUT_TIMEOUT,
    START_TIMEOUT,
    CellClock,
    Execution,
    RunningKernel,
)
from nb2pipe.execution.events import Listener
from nb2pipe.execution.executable import source_cell
from nb2pipe.execution.keys import HASH_SEED
from nb2pipe.execution.store import write_atomically


def register() -> None:
    """Make papermill know the engine."""
    papermill_engines.register("nb2pipe", StageEngine)


class StageEngine(Engine):  # type: ignore[misc]
    """Executes a stage's notebook in a kernel of its own."""

    @classmethod
    def execute_notebook(
        cls,
        nb: Any,
        kernel_name: str,
        output_path: str | None = None,
        *,
        execution: Execution,
        kernel: RunningKernel,
        emit: Listener,
        **_: Any,
    ) -> Any:
        """Execute; the notebook is saved after every cell and at the end, whatever happens."""
        manager = _Manager(nb, execution, CellClock(execution, emit))
        manager.notebook_start()
        try:
            # A context of its own: the libraries keep the thread's event loop in one.
            contextvars.copy_context().run(_in_own_loop, manager, execution, kernel)
        finally:
            manager.notebook_complete()
        return manager.nb


class _Manager(NotebookExecutionManager):  # type: ignore[misc]
    """Papermill's keeper of the notebook: saves it whole and without secrets, tells of cells."""

    def __init__(self, nb: Any, execution: Execution, clock: CellClock) -> None:
        super().__init__(nb, output_path=str(execution.output), progress_bar=False)
        self.execution = execution
        self.clock = clock

    def save(self, **_: Any) -> None:
        self.execution.mask.notebook(self.nb)
        text = nbformat.writes(nbformat.from_dict(self.nb))
        write_atomically(self.execution.output, text.encode("utf-8", "surrogatepass"))
        self.last_save_time = self.now()

    def cell_start(self, cell: Any, cell_index: int | None = None, **options: Any) -> None:
        super().cell_start(cell, cell_index, **options)
        self.clock.started(cell)

    def cell_complete(self, cell: Any, cell_index: int | None = None, **options: Any) -> None:
        if source_cell(cell) is None:
            cell.execution_count = None
        super().cell_complete(cell, cell_index, **options)
        self.clock.ended(cell)


class _OneSpec(KernelSpecManager):
    """Knows the one kernel that was chosen."""

    def __init__(self, execution: Execution) -> None:
        super().__init__()
        interpreter = execution.interpreter
        self._spec = KernelSpec(
            argv=list(interpreter.argv),
            display_name=interpreter.display_name,
            language="python",
            env=dict(interpreter.environment),
        )

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return self._spec


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client; a kernel that dies fails its cell, and own cells leave no history."""

    stage_kernel: RunningKernel

    def start_new_kernel(self, **options: Any) -> None:
        super().start_new_kernel(**options)
        self.stage_kernel.started(self.km)

    def execute(self, **options: Any) -> Any:
        self.reset_execution_trackers()
        with self.setup_kernel(**options):
            if self.papermill_execute_cells():
                reply = self.wait_for_reply(self.kc.kernel_info())
                self.nb.metadata["language_info"] = reply["content"]["language_info"]
            self.set_widgets_metadata()
        return self.nb

    def papermill_execute_cells(self) -> bool:
        """Execute the cells up to the first that fails; whether none did."""
        for index, cell in enumerate(self.nb.cells):
            try:
                self.nb_man.cell_start(cell, index)
                self.execute_cell(cell, index, store_history=source_cell(cell) is not None)
            except CellExecutionError as error:
                self.nb_man.cell_exception(cell, cell_index=index, exception=error)
                return False
            except DeadKernelError as error:
                reason = self.stage_kernel.reason or "the kernel died"
                cell.outputs.append(
                    nbformat.v4.new_output(
                        "error", ename="DeadKernelError", evalue=reason, traceback=[reason]
                    )
                )
                self.nb_man.cell_exception(cell, cell_index=index, exception=error)
                return False
            finally:
                self.nb_man.cell_complete(cell, cell_index=index)
        return True


def _in_own_loop(manager: _Manager, execution: Execution, kernel: RunningKernel) -> None:
    loop = ensure_event_loop()
    try:
        with sockets.folder() as folder:
            _execute(manager, execution, kernel, folder)
    finally:
        loop.close()


def _execute(
    manager: _Manager, execution: Execution, kernel: RunningKernel, folder: Path | None
) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in execution.withheld}
    environment |= execution.environment
    environment["PYTHONHASHSEED"] = HASH_SEED
    environment["NB2PIPE_KERNEL"] = str(Path(__file__).parent / "kernel" / "__init__.py")
    environment["NB2PIPE_TASK"] = str(execution.work / "task.json")
    options: dict[str, Any] = {}
    if folder is not None:
        options = {"transport": "ipc", "ip": str(folder / "kernel")}
        environment["NB2PIPE_SOCKETS"] = str(folder)
    km = AsyncKernelManager(
        kernel_name=execution.interpreter.kernel,
        kernel_spec_manager=_OneSpec(execution),
        connection_file=str(execution.work / "kernel.json"),
        **options,
    )
    client = _Client(
        manager,
        km=km,
        kernel_name=execution.interpreter.kernel,
        startup_timeout=START_TIMEOUT,
        iopub_timeout=OUTPUT_TIMEOUT,
        timeout=None,
    )
    client.stage_kernel = kernel
    with (execution.work / "kernel.log").open("wb") as log:
        client.execute(
            cwd=str(execution.folder),
            env=environment,
            cleanup_kc=True,
            stdout=log,
            stderr=log,
        )
