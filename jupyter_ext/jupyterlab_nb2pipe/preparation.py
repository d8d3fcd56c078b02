"""What is asked of a notebook before it is run: that it can be, and what the values mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyterlab_nb2pipe.documents import is_plain
from jupyterlab_nb2pipe.problems import refused
from jupyterlab_nb2pipe.requests import JobRequest
from nb2pipe.errors import Nb2pipeError, ParameterInvalid, StageUnknown


@dataclass(frozen=True)
class Values:
    """Parameters' values for the command line.

    ``mapping`` goes into a file; ``pairs`` are literals that JSON does not have.
    """

    mapping: Mapping[str, Any]
    pairs: tuple[tuple[str, str], ...] = ()


def prepare(place: Path, request: JobRequest) -> Values:
    """Look whether a notebook can be run as it is asked for.

    Args:
        place: the notebook.
        request: stage and values. A text stands for what it would on the command line.

    Returns:
        The values, checked against the notebook's parameters.

    Raises:
        Refused: the notebook cannot be read, or has errors (409); there is no such stage or
            parameter, or a value does not fit (400).
    """
    from nb2pipe import parameters
    from nb2pipe.execution import modules, target

    try:
        project = target.load(place).project
        if request.until is not None:
            modules.known(project, request.until)
        texts = [(n, v) for n, v in request.parameters.items() if isinstance(v, str)]
        others = {n: v for n, v in request.parameters.items() if not isinstance(v, str)}
        given = parameters.given(project.parameters, texts, others)
    except (ParameterInvalid, StageUnknown) as error:
        raise refused(400, error) from None
    except Nb2pipeError as error:
        raise refused(409, error) from None
    return Values(
        {name: value for name, value in given.items() if is_plain(value)},
        tuple((name, repr(value)) for name, value in given.items() if not is_plain(value)),
    )
