"""Processes that the server starts: in sessions of their own, ended with the server.

What a process writes goes to files, not pipes: nothing waits for a reader, and a kernel that
outlives its run holds nothing open that somebody reads.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

INTERVAL = 0.05  # seconds between two looks at a process
# Not `nb2pipe-`: folders of that name are the core's, which cleans them up.
PREFIX = "jupyterlab-nb2pipe-"


class Process:
    """A process of nb2pipe's interpreter, with a folder of its own for what it reads and writes.

    ``folder`` is readable by its owner only and is gone after ``close``; ``log`` in it is what the
    process writes to standard output and standard error.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.log = self.folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self, module: str, arguments: Sequence[str], cwd: Path) -> None:
        """Start ``python -m module``; text in arguments is only ever data.

        Args:
            module: the module.
            arguments: its arguments.
            cwd: its working directory, from which nothing is imported.

        Raises:
            OSError: it could not be started.
        """
        # -P: a file in the working directory must not take the place of a module.
        command = [sys.executable, "-P", "-m", module, *arguments]
        self._process = await asyncio.to_thread(self._popen, command, cwd)

    def _popen(self, command: Sequence[str], cwd: Path) -> subprocess.Popen[bytes]:
        group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # on Windows
        with self.log.open("wb") as log:
            # Standard input stays open as long as the server lives: see `attached`.
            return subprocess.Popen(
                command,
                cwd=cwd,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                creationflags=group,
            )

    @property
    def pid(self) -> int | None:
        """The process's number; None before it was started."""
        return None if self._process is None else self._process.pid

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        return None if self._process is None else self._process.poll()

    async def wait(self, seconds: float | None = None) -> int | None:
        """Wait for the end.

        Args:
            seconds: how long at most (None: for ever).

        Returns:
            The exit code; None when it still runs.
        """
        loop = asyncio.get_running_loop()
        until = None if seconds is None else loop.time() + seconds
        while (code := self.poll()) is None and (until is None or loop.time() < until):
            await asyncio.sleep(INTERVAL)
        return code

    def interrupt(self) -> None:
        """Ask it to end, as Ctrl-C does: nb2pipe then ends the kernels it started."""
        if self._process is None or self.poll() is not None:
            return
        if sys.platform == "win32":
            if self._process.stdin is not None:
                self._process.stdin.close()
        else:
            self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End it and what is left in its process group."""
        if self._process is None:
            return
        if sys.platform == "win32":
            self._process.kill()
            return
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self._process.kill()

    async def end(self, grace: float) -> None:
        """Interrupt it, wait, and kill its group when it is not gone by then.

        Args:
            grace: how many seconds to wait.
        """
        self.interrupt()
        if await self.wait(grace) is None:
            self.kill()
            await self.wait(grace)

    def close(self) -> None:
        """Remove the folder and let go of a process that has ended."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        shutil.rmtree(self.folder, ignore_errors=True)
