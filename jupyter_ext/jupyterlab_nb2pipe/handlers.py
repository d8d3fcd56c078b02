"""The routes: each asks one object of the extension, and answers in JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from http.client import responses
from typing import Any, TypeVar, cast

from jupyter_server.auth import decorator
from jupyter_server.base.handlers import APIHandler
from tornado import web

from jupyterlab_nb2pipe import files, requests, runs
from jupyterlab_nb2pipe.analyst import Analyst
from jupyterlab_nb2pipe.conversion import Conversions
from jupyterlab_nb2pipe.environment import Environments
from jupyterlab_nb2pipe.jobs import Jobs
from jupyterlab_nb2pipe.problems import Refused, problem
from jupyterlab_nb2pipe.root import Root
from nb2pipe.errors import Nb2pipeError

Method = TypeVar("Method", bound=Callable[..., Any])


def permitted(action: str, resource: str | None = None) -> Callable[[Method], Method]:
    """Ask the server's authorizer before a method.

    Args:
        action: ``read``, ``write`` or ``execute``.
        resource: what it is done to, in the words of Jupyter Server (None: the handler's).
    """
    return cast(
        "Callable[[Method], Method]", decorator.authorized(action=action, resource=resource)
    )


@dataclass(frozen=True)
class Services:
    """What answers the routes; ``most`` is how many bytes a body or a file may have."""

    root: Root
    analyst: Analyst
    environments: Environments
    conversions: Conversions
    jobs: Jobs
    most: int


@web.stream_request_body
class Nb2pipeHandler(APIHandler):
    """A route of nb2pipe's: limits the body, and answers every refusal with ``IProblem``.

    The body is taken piece by piece, so that one that is too large is never held.
    """

    auth_resource = "contents"

    def initialize(self, services: Services) -> None:
        """Take what answers the route.

        Args:
            services: the extension's objects.
        """
        self.services = services
        self._pieces: list[bytes] = []
        self._size = 0
        self._asked: asyncio.Task[str] | None = None

    async def prepare(self, *, _redirect_to_login: bool = True) -> None:
        """Refuse who may not ask, and a body that says itself that it is too large."""
        await super().prepare()
        if self.current_user is None:  # before anything of the body is read
            raise web.HTTPError(403)
        length = self.request.headers.get("Content-Length", "0")
        if length.isdigit() and int(length) > self.services.most:
            raise self._too_large()

    def data_received(self, chunk: bytes) -> None:
        """Take a piece of the body, as long as it is not too large.

        Args:
            chunk: the piece.
        """
        self._size += len(chunk)
        if self._size <= self.services.most:
            self._pieces.append(chunk)
        else:
            self._pieces.clear()

    def body(self) -> bytes:
        """The body.

        Raises:
            Refused: it was too large.
        """
        if self._size > self.services.most:
            raise self._too_large()
        return b"".join(self._pieces)

    def answer(self, document: Any, status: int = 200) -> None:
        """Answer with a document.

        Args:
            document: what JSON has, or JSON as text.
            status: the HTTP status.
        """
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.finish(document if isinstance(document, str) else json.dumps(document))

    async def answer_asker(self, asked: Coroutine[Any, Any, str]) -> None:
        """Answer with what is worked out meanwhile, unless the asker goes first.

        Args:
            asked: works it out.
        """
        self._asked = asyncio.ensure_future(asked)
        try:
            self.answer(await self._asked)
        except asyncio.CancelledError:
            if not self._asked.cancelled():
                raise

    def on_connection_close(self) -> None:
        """Drop the question of an asker who has gone."""
        if self._asked is not None:
            self._asked.cancel()
        super().on_connection_close()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with an ``IProblem``.

        Args:
            status_code: the HTTP status.
            **kwargs: ``exc_info``, when an exception is answered.
        """
        error = kwargs.get("exc_info", (None, None, None))[1]
        self.answer(_problem(status_code, error), status_code)

    def _too_large(self) -> Refused:
        return Refused(
            413,
            f"the request has more than {self.services.most} bytes",
            advice="Notebooks are sent without their outputs; split this one.",
        )


def _problem(status: int, error: BaseException | None) -> dict[str, Any]:
    if isinstance(error, Refused):
        return error.document
    if isinstance(error, Nb2pipeError):
        return problem(error)
    if isinstance(error, web.HTTPError):
        message = error.log_message or responses.get(status, "")
        return {"message": message, "place": "", "advice": ""}
    advice = "The server's log says where; please report it."
    return {"message": "nb2pipe's server part has a bug", "place": "", "advice": advice}


class AnalysisHandler(Nb2pipeHandler):
    """``POST nb2pipe/analysis``."""

    @web.authenticated
    @permitted("read")
    async def post(self) -> None:
        """Analyse a notebook as it is in the browser."""
        await self.answer_asker(self.services.analyst.analysis(self.body()))


class SuggestionHandler(Nb2pipeHandler):
    """``POST nb2pipe/suggestion``."""

    @web.authenticated
    @permitted("read")
    async def post(self) -> None:
        """Propose stages for a notebook as it is in the browser."""
        await self.answer_asker(self.services.analyst.suggestion(self.body()))


class EnvironmentHandler(Nb2pipeHandler):
    """``POST nb2pipe/environment``."""

    @web.authenticated
    @permitted("read")
    async def post(self) -> None:
        """Say where the stages would run, and what is missing there."""
        analyst = self.services.analyst
        pipeline = await analyst.run(analyst.pipeline, self.body())
        self.answer(await asyncio.to_thread(self.services.environments.look, pipeline))


class ConversionHandler(Nb2pipeHandler):
    """``POST nb2pipe/conversion``."""

    @web.authenticated
    @permitted("write")
    async def post(self) -> None:
        """Convert a notebook on disk, or say what that would change."""
        request = requests.conversion(self.body())
        self.answer(await self.services.conversions.convert(request))


class JobsHandler(Nb2pipeHandler):
    """``nb2pipe/jobs``."""

    @web.authenticated
    @permitted("read")
    async def get(self) -> None:
        """The runs that the server started."""
        jobs = self.services.jobs.listing(self.get_query_argument("path", ""))
        self.answer({"jobs": [job.document() for job in jobs]})

    @web.authenticated
    @permitted("execute", resource="kernels")
    async def post(self) -> None:
        """Start a run of a notebook on disk."""
        job = await self.services.jobs.start(requests.job(self.body()))
        self.answer(job.document(), 202)


class JobHandler(Nb2pipeHandler):
    """``nb2pipe/jobs/<id>``."""

    @web.authenticated
    @permitted("read")
    async def get(self, job_id: str) -> None:
        """A run with what happened in it after an event.

        Args:
            job_id: the job's id.
        """
        job = self.services.jobs.get(job_id)
        since = requests.since(self.get_query_argument("since", "0"))
        self.answer({"job": job.document(), "events": job.history[since:]})

    @web.authenticated
    @permitted("execute", resource="kernels")
    async def delete(self, job_id: str) -> None:
        """Begin to end a run.

        Args:
            job_id: the job's id.
        """
        self.answer(self.services.jobs.cancel(job_id).document(), 202)


class RunsHandler(Nb2pipeHandler):
    """``GET nb2pipe/runs?path=``."""

    @web.authenticated
    @permitted("read")
    async def get(self) -> None:
        """The past runs of a notebook's pipeline, wherever they were started."""
        place = self.services.root.place(self.get_query_argument("path"))
        found = await asyncio.to_thread(runs.of_notebook, place, self.services.root)
        self.answer({"runs": found})


class FilesHandler(Nb2pipeHandler):
    """``GET nb2pipe/files?path=``."""

    @web.authenticated
    @permitted("read")
    async def get(self) -> None:
        """A file that nb2pipe wrote and that Jupyter's contents hide."""
        path = self.get_query_argument("path")
        services = self.services
        self.answer(await asyncio.to_thread(files.read, services.root, path, most=services.most))


ROUTES: list[tuple[str, type[Nb2pipeHandler]]] = [
    (r"nb2pipe/analysis", AnalysisHandler),
    (r"nb2pipe/suggestion", SuggestionHandler),
    (r"nb2pipe/environment", EnvironmentHandler),
    (r"nb2pipe/conversion", ConversionHandler),
    (r"nb2pipe/jobs", JobsHandler),
    (r"nb2pipe/jobs/([^/]+)", JobHandler),
    (r"nb2pipe/runs", RunsHandler),
    (r"nb2pipe/files", FilesHandler),
]
