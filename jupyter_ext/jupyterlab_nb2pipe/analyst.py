"""Notebooks as they are in the browser, analysed beside the event loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from jupyterlab_nb2pipe import documents, requests
from jupyterlab_nb2pipe.problems import problem, refused
from jupyterlab_nb2pipe.requests import NotebookRequest
from jupyterlab_nb2pipe.root import Root
from nb2pipe.errors import Nb2pipeError
from nb2pipe.model import Notebook, Pipeline

if TYPE_CHECKING:
    from nb2pipe.analysis.progress import Memory

P = ParamSpec("P")
T = TypeVar("T")
# Notebooks that are being edited; each takes some hundred kB.
_MOST_MEMORIES = 16


class Analyst:
    """Answers questions about notebooks, one after the other.

    A question whose asker has gone, since the notebook has changed again, is dropped.

    Args:
        root: the server's root directory.
    """

    def __init__(self, root: Root) -> None:
        self._root = root
        self._memories: dict[str, Memory] = {}  # the notebook analysed last is the last
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="nb2pipe-analysis")

    async def analysis(self, data: bytes) -> str:
        """The ``IAnalysis`` of a notebook, as JSON.

        Args:
            data: the body of the request.

        Raises:
            Refused: the body is not that of such a request.
        """
        return await self.run(lambda: self._analysis(requests.notebook(data)))

    async def suggestion(self, data: bytes) -> str:
        """The ``ISuggestion`` for a notebook, as JSON.

        Args:
            data: the body of the request.

        Raises:
            Refused: the body is not that of such a request, or the notebook cannot be read.
        """
        return await self.run(lambda: self._suggestion(requests.notebook(data)))

    def close(self) -> None:
        """Take no more questions."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call something that analyses, when its turn comes.

        Args:
            function: what to call; one whose caller is cancelled before its turn is not called.
            *args: its arguments.
            **kwargs: its arguments.

        Returns:
            What it returns.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, partial(function, *args, **kwargs))

    def pipeline(self, data: bytes) -> Pipeline:
        """The pipeline of a notebook; to be called with ``run``.

        Args:
            data: the body of the request.

        Raises:
            Refused: the body is not that of such a request, or the notebook cannot be read.
        """
        from nb2pipe.analysis import analyse

        return analyse(self._read(requests.notebook(data)))

    def _analysis(self, request: NotebookRequest) -> str:
        from nb2pipe import tags
        from nb2pipe.analysis import analyse

        try:
            notebook = read(self._root, request)
        except Nb2pipeError as error:
            return json.dumps(documents.unreadable(problem(error)))
        tagging = tags.assign(notebook)
        pipeline = analyse(notebook, tagging=tagging, memory=self._memory(request.path))
        return json.dumps(documents.analysis(pipeline, tagging.cells))

    def _memory(self, path: str) -> Memory:
        """What the last analysis of the notebook left."""
        from nb2pipe.analysis.progress import Memory

        memory = self._memories.pop(path, None) or Memory()
        self._memories[path] = memory
        if len(self._memories) > _MOST_MEMORIES:
            del self._memories[next(iter(self._memories))]
        return memory

    def _suggestion(self, request: NotebookRequest) -> str:
        notebook = self._read(request)
        from nb2pipe.suggestion import document, suggest

        return json.dumps(document(suggest(notebook)))

    def _read(self, request: NotebookRequest) -> Notebook:
        try:
            return read(self._root, request)
        except Nb2pipeError as error:
            raise refused(409, error) from None


def read(root: Root, request: NotebookRequest) -> Notebook:
    """The notebook that a request holds.

    Args:
        root: the server's root directory.
        request: the notebook as it is in the browser.

    Raises:
        Refused: its path leads out of the root directory.
        NotebookUnreadable: it is no notebook that nb2pipe can read.
    """
    from nb2pipe import notebook
    from nb2pipe.evidence import files

    place: Path = root.place(request.path)
    return files.beside(notebook.reads(json.dumps(request.content), place))
