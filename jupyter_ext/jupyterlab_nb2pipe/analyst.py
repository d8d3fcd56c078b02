"""Notebooks as they are in the browser, analysed beside the event loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jupyterlab_nb2pipe import documents, requests
from jupyterlab_nb2pipe.problems import problem, refused
from jupyterlab_nb2pipe.requests import NotebookRequest
from jupyterlab_nb2pipe.root import Root
from nb2pipe.errors import Nb2pipeError
from nb2pipe.model import Notebook


class Analyst:
    """Answers questions about notebooks, one after the other.

    A question whose asker has gone, since the notebook has changed again, is dropped.

    Args:
        root: the server's root directory.
    """

    def __init__(self, root: Root) -> None:
        self._root = root
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="nb2pipe-analysis")

    async def analysis(self, data: bytes) -> str:
        """The ``IAnalysis`` of a notebook, as JSON.

        Args:
            data: the body of the request.

        Raises:
            Refused: the body is not that of such a request.
        """
        return await self._answer(self._analysis, data)

    async def suggestion(self, data: bytes) -> str:
        """The ``ISuggestion`` for a notebook, as JSON.

        Args:
            data: the body of the request.

        Raises:
            Refused: the body is not that of such a request, or the notebook cannot be read.
        """
        return await self._answer(self._suggestion, data)

    def close(self) -> None:
        """Take no more questions."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _answer(self, answer: Callable[[NotebookRequest], str], data: bytes) -> str:
        # Cancelled with the request, it is never begun if it still waits for its turn.
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: answer(requests.notebook(data)))

    def _analysis(self, request: NotebookRequest) -> str:
        from nb2pipe import tags
        from nb2pipe.analysis import analyse

        try:
            notebook = read(self._root, request)
        except Nb2pipeError as error:
            return json.dumps(documents.unreadable(problem(error)))
        pipeline = analyse(notebook)
        return json.dumps(documents.analysis(pipeline, tags.assign(notebook).cells))

    def _suggestion(self, request: NotebookRequest) -> str:
        try:
            notebook = read(self._root, request)
        except Nb2pipeError as error:
            raise refused(409, error) from None
        from nb2pipe.suggestion import suggest

        return json.dumps(documents.suggestion(suggest(notebook)))


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

    place: Path = root.place(request.path)
    return notebook.reads(json.dumps(request.content), place)
