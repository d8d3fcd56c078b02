"""The notebook that a verb is given: a path, or ``-`` for standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nb2pipe.errors import NotebookUnreadable, PipelineRefused

if TYPE_CHECKING:
    from nb2pipe.model import Notebook, Pipeline

STANDARD_INPUT = "-"


split_option = click.option(
    "--split",
    type=click.Choice(["headings"]),
    help="Make stages of the sections of a notebook that has no tags.",
)


def load_notebook(
    argument: str, path_option: str | None = None, split: str | None = None
) -> Notebook:
    """Read the notebook that the command line names.

    Args:
        argument: the notebook's path, or ``-``.
        path_option: with ``-``, where the notebook would lie.
        split: ``headings`` makes stages of a notebook without tags; which, is said.

    Returns:
        The notebook.

    Raises:
        NotebookUnreadable: it cannot be read as a notebook.
        click.UsageError: ``--path`` without ``-``.
    """
    return with_stages(_read(argument, path_option), split)


def with_stages(notebook: Notebook, split: str | None) -> Notebook:
    """The notebook with the stages that ``--split`` makes; which, is said on standard error."""
    if split is None:
        return notebook
    from nb2pipe import splitting

    result, notes = splitting.split(notebook)
    for note in notes:
        click.echo(f"note: {''.join(c for c in note if c.isprintable())}", err=True)
    return result


def _read(argument: str, path_option: str | None) -> Notebook:
    from nb2pipe import notebook
    from nb2pipe.evidence import files

    if argument != STANDARD_INPUT:
        if path_option is not None:
            raise click.UsageError("--path goes with '-', the notebook on standard input.")
        return files.beside(notebook.read(argument))
    path = Path(path_option or "notebook.ipynb")
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotebookUnreadable(
            f"not a notebook: byte {error.start} is not UTF-8",
            place="standard input",
            advice="Notebooks are JSON in UTF-8.",
        ) from None
    return files.beside(notebook.reads(text, path))


def load_pipeline(
    argument: str,
    path_option: str | None = None,
    *,
    name: str | None = None,
    split: str | None = None,
) -> Pipeline:
    """Read and analyse the notebook that the command line names.

    Args:
        argument: the notebook's path, or ``-``.
        path_option: with ``-``, where the notebook would lie.
        name: the pipeline's name; the notebook's stem by default.
        split: ``headings`` makes stages of a notebook without tags.

    Returns:
        The pipeline, which has no errors.

    Raises:
        NotebookUnreadable: it cannot be read as a notebook.
        PipelineRefused: it has what ``check`` calls an error.
        click.UsageError: ``--path`` without ``-``.
    """
    from nb2pipe.analysis import analyse

    source = load_notebook(argument, path_option, split)
    pipeline = analyse(source, name=name)
    if pipeline.errors:
        raise PipelineRefused(pipeline.errors, place=str(source.path))
    return pipeline
