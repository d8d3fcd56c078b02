"""Options that several verbs have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

_pairs = click.option(
    "-p",
    "--parameter",
    "pairs",
    type=(str, str),
    metavar="NAME VALUE",
    multiple=True,
    help="Give a parameter a value.",
)
_params_file = click.option(
    "--params-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Values of parameters: JSON, YAML or TOML.",
)
_kernel = click.option("--kernel", metavar="NAME", help="The installed kernel to run in.")
_python = click.option("--python", metavar="PATH", help="The interpreter to run in.")

params_env_option = click.option(
    "--params-env",
    metavar="VARIABLE",
    help="Values of parameters: an environment variable that holds a JSON object.",
)
jobs_option = click.option(
    "-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Stages at the same time."
)


def parameter_options(command: F) -> F:
    """``-p`` and ``--params-file``: the arguments ``pairs`` and ``params_file``."""
    return _pairs(_params_file(command))


def interpreter_options(command: F) -> F:
    """``--kernel`` and ``--python``, of which one may be given."""
    return _kernel(_python(command))


def one_interpreter(kernel: str | None, python: str | None) -> None:
    """Make sure that at most one of ``--kernel`` and ``--python`` was given.

    Raises:
        UsageError: both were.
    """
    if kernel is not None and python is not None:
        raise click.UsageError("--kernel and --python exclude each other.")
