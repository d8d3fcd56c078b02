"""Conversions: each in a process of its own, ended with the server."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

from jupyterlab_nb2pipe.problems import Refused
from jupyterlab_nb2pipe.processes import Process
from jupyterlab_nb2pipe.requests import ConversionRequest
from jupyterlab_nb2pipe.root import Root

GRACE = 5.0
MOST = 2  # at the same time


class Conversions:
    """Converts notebooks below the server's root directory.

    Args:
        root: the server's root directory, outside of which nothing is written.
    """

    def __init__(self, root: Root) -> None:
        self._root = root
        self._running: set[Process] = set()
        self._turns = asyncio.Semaphore(MOST)

    async def convert(self, request: ConversionRequest) -> dict[str, Any]:
        """The ``IConversion`` of a notebook on disk.

        Args:
            request: the notebook, and whether anything is written.

        Raises:
            Refused: it cannot be converted (409), and nothing was written.
        """
        async with self._turns:
            return await self._converted(request)

    async def _converted(self, request: ConversionRequest) -> dict[str, Any]:
        place = self._root.notebook(request.path)
        process = Process()
        self._running.add(process)
        try:
            answer = await self._ask(process, place, request)
        finally:
            await process.end(GRACE)  # nothing to do, unless the server stops
            self._running.discard(process)
            process.close()
        if "problem" in answer:
            raise Refused(409, **answer["problem"])
        return self._document(answer["conversion"], place, request)

    async def close(self) -> None:
        """End what is running; a conversion is written whole or not at all."""
        for process in list(self._running):
            await process.end(GRACE)

    async def _ask(
        self, process: Process, place: Path, request: ConversionRequest
    ) -> dict[str, Any]:
        asked, answered = process.folder / "request.json", process.folder / "answer.json"
        document = {
            "notebook": str(place),
            "root": str(self._root.folder),
            "write": request.write,
            "force": request.force,
        }
        asked.write_text(json.dumps(document), encoding="utf-8")
        module = "jupyterlab_nb2pipe.conversion_process"
        await process.start(module, [str(asked), str(answered)], self._root.folder)
        await process.wait()
        try:
            answer: dict[str, Any] = json.loads(answered.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            said = process.log.read_text(encoding="utf-8", errors="replace").strip()
            raise Refused(
                500, f"the conversion ended without an answer: {said[-500:]}", place=request.path
            ) from None
        return answer

    def _document(
        self, found: dict[str, Any], place: Path, request: ConversionRequest
    ) -> dict[str, Any]:
        files = [
            {
                "path": self._root.path(file["path"]) or file["path"],
                "status": file["status"],
                "origin": file["origin"],
                "diff": file["diff"],
            }
            for file in found["files"]
        ]
        return {
            "name": found["name"],
            "version": found["version"],
            "written": request.write,
            "differs": found["differs"],
            "files": files,
            "notes": found["notes"],
            "diagnostics": found["diagnostics"],
            "rest": _command(["nb2pipe", "convert", str(place)]) if found["outside"] else None,
        }


def _command(words: list[str]) -> str:
    """The words as a person types them into a shell."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
