"""The bodies of requests, checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jupyterlab_nb2pipe.problems import Refused
from nb2pipe.parameters.files import LARGEST_NUMBER


@dataclass(frozen=True)
class NotebookRequest:
    """A notebook as it is in the browser: its path, and its document of format 4."""

    path: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class ConversionRequest:
    """A notebook to convert, or to preview the conversion of."""

    path: str
    write: bool
    force: bool = False


@dataclass(frozen=True)
class JobRequest:
    """A notebook to run, with values of parameters by name as JSON has them."""

    path: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    until: str | None = None
    force: bool = False


def body(data: bytes) -> Mapping[str, Any]:
    """The JSON object that a request holds.

    Args:
        data: the body.

    Raises:
        Refused: it is no JSON object.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Refused(400, f"the request is no JSON: {error}") from None
    if not isinstance(document, dict):
        raise Refused(400, "the request is no JSON object")
    return document


def notebook(data: bytes) -> NotebookRequest:
    """Read a request that holds a notebook.

    Raises:
        Refused: the body is not that of such a request.
    """
    document = body(data)
    return NotebookRequest(_text(document, "path"), _object(document, "content"))


def conversion(data: bytes) -> ConversionRequest:
    """Read a request for a conversion.

    Raises:
        Refused: the body is not that of such a request.
    """
    document = body(data)
    return ConversionRequest(
        _text(document, "path"),
        write=_flag(document, "write"),
        force=_flag(document, "force", optional=True),
    )


def job(data: bytes) -> JobRequest:
    """Read a request for a run.

    Raises:
        Refused: the body is not that of such a request.
    """
    document = body(data)
    until = document.get("until")
    if until is not None and not isinstance(until, str):
        raise _wrong("until", "the name of a stage, or null")
    return JobRequest(
        _text(document, "path"),
        parameters=_values(document),
        until=until,
        force=_flag(document, "force", optional=True),
    )


def since(text: str) -> int:
    """The number of the last event that the asker has.

    Raises:
        Refused: it is no number.
    """
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Refused(400, "`since` must be the number of an event", place=text[:100])
    return int(text)


def _values(document: Mapping[str, Any]) -> Mapping[str, Any]:
    values = _object(document, "parameters") if "parameters" in document else {}
    for name, value in values.items():
        if type(value) is int and abs(value) > LARGEST_NUMBER:
            raise Refused(
                400,
                "a browser rounds numbers of that size",
                place=f"parameter {name}",
                advice="Give it as text.",
            )
    return values


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise _wrong(name, "a text")
    return value


def _object(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = document.get(name)
    if not isinstance(value, dict):
        raise _wrong(name, "an object")
    return value


def _flag(document: Mapping[str, Any], name: str, *, optional: bool = False) -> bool:
    value = document.get(name, False if optional else None)
    if not isinstance(value, bool):
        raise _wrong(name, "true or false")
    return value


def _wrong(name: str, wanted: str) -> Refused:
    return Refused(400, f"`{name}` of the request must be {wanted}")
