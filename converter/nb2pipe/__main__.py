"""The program ``nb2pipe``, also ``python -m nb2pipe``: errors in words, and the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

import click

from nb2pipe.cli import cli
from nb2pipe.errors import Nb2pipeError, PipelineRefused

_ISSUES = "https://github.com/nb2pipe/nb2pipe/issues"


def main() -> None:
    """Run the command line and end the process with its exit code."""
    # Beside JupyterLab, jsonschema (which nbformat needs) compiles 38 grammars for the formats of
    # addresses that no notebook has: half the time until a stage runs. It does without them.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads our output has gone; Python would complain about it while it shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run the command line.

    Args:
        arguments: what stands after the program's name.

    Returns:
        The exit code: 0 fine, 1 a finding or a failed stage, 2 bad input or usage, 130 interrupted.
    """
    _write_any_text()
    try:
        code = cli.main(args=list(arguments), prog_name="nb2pipe", standalone_mode=False)
    except PipelineRefused as error:
        _say_refusal(error)
        return error.exit_code
    except Nb2pipeError as error:
        click.echo(f"Error: {error}", err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return 130
    except BrokenPipeError:
        return 1
    except Exception as error:
        if os.environ.get("NB2PIPE_DEBUG"):
            raise
        click.echo(
            f"Error: nb2pipe has a bug: {type(error).__name__}: {error}\n"
            f"  Run the command with NB2PIPE_DEBUG=1 to see where, and report it at {_ISSUES}.",
            err=True,
        )
        return 2
    return code if isinstance(code, int) else 0


def _say_refusal(error: PipelineRefused) -> None:
    from nb2pipe.cli.findings import as_text

    for finding in error.diagnostics:
        click.echo(as_text(finding, error.place or "notebook"), err=True)
    click.echo(f"Error: {error}", err=True)


def _write_any_text() -> None:
    """Results are UTF-8 wherever they go; a console that lacks a character gets an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


if __name__ == "__main__":
    main()
