"""Requests that are refused: the status, and what a person is told."""

from __future__ import annotations

from typing import Any

from tornado import web

from nb2pipe.errors import Nb2pipeError, PipelineRefused


class Refused(web.HTTPError):
    """A request that is answered with a problem instead of what it asked for.

    Args:
        status: the HTTP status.
        message: one sentence on what is wrong.
        place: where: a path, a cell; "" when nowhere in particular.
        advice: one sentence on the next step.
        **further: what else the answer holds (``kind``, ``diagnostics``).
    """

    def __init__(
        self, status: int, message: str, *, place: str = "", advice: str = "", **further: Any
    ) -> None:
        super().__init__(status, message)
        self.document = {"message": message, "place": place, "advice": advice, **further}


def problem(error: Nb2pipeError) -> dict[str, Any]:
    """An error of nb2pipe's as the JSON of ``IProblem``.

    Args:
        error: the error.
    """
    document: dict[str, Any] = {
        "message": error.message,
        "place": error.place,
        "advice": error.advice,
        "kind": type(error).__name__,
    }
    if isinstance(error, PipelineRefused):
        from nb2pipe.cli.findings import as_json

        document["diagnostics"] = [as_json(finding) for finding in error.diagnostics]
    return document


def refused(status: int, error: Nb2pipeError) -> Refused:
    """An error of nb2pipe's as a refused request.

    Args:
        status: the HTTP status.
        error: the error.
    """
    return Refused(status, **problem(error))
