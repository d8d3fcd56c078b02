"""``nb2pipe verify``: the notebook against its pipeline."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nb2pipe.cli.options import (
    interpreter_options,
    jobs_option,
    one_interpreter,
    parameter_options,
    params_env_option,
)
from nb2pipe.cli.source import split_option, with_stages

if TYPE_CHECKING:
    from nb2pipe.model import Facts


@click.command("verify")
@click.argument("notebook")
@parameter_options
@params_env_option
@interpreter_options
@jobs_option
@split_option
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document.")
@click.option("--record", is_flag=True, help="Write facts.json, too, as nb2pipe record does.")
@click.option("--badge", is_flag=True, help="Write the verdict as a badge for a README, too.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    notebook: str,
    pairs: tuple[tuple[str, str], ...],
    params_file: Path | None,
    params_env: str | None,
    kernel: str | None,
    python: str | None,
    jobs: int | None,
    split: str | None,
    as_json: bool,
    record: bool,
    badge: bool,
) -> None:
    """Run a notebook, its pipeline and its stages' functions, and compare what they compute.

    Every value at every stage boundary, the final values and every output count. All runs start
    from the same seeds and take place in copies of the notebook's folder; nothing is reused, and
    nothing of yours is touched. Ends with 0 when they are equal, 1 when they are different and 2
    when they cannot be compared.
    """
    from nb2pipe import notebook as notebooks
    from nb2pipe import parameters, verification
    from nb2pipe.analysis import analyse
    from nb2pipe.cli.findings import as_text
    from nb2pipe.cli.run import terminated_as_interrupted
    from nb2pipe.errors import PipelineRefused
    from nb2pipe.evidence import files
    from nb2pipe.verification.text import lines

    one_interpreter(kernel, python)
    source = with_stages(files.beside(notebooks.read(notebook)), split)
    pipeline = analyse(source)
    if pipeline.errors:
        raise PipelineRefused(pipeline.errors, place=notebook)
    for finding in pipeline.diagnostics:
        click.echo(as_text(finding, notebook), err=True)
    mapping = {} if params_file is None else dict(parameters.read_file(params_file))
    values, texts = ({}, []) if params_env is None else parameters.read_variable(params_env)
    given = parameters.given(pipeline.parameters, [*texts, *pairs], mapping | values)
    with terminated_as_interrupted():
        verdict = verification.verify(
            source,
            given=given,
            kernel=kernel,
            python=python,
            jobs=jobs,
            say=lambda text: click.echo(text, err=True),
            record=partial(_write, source.path) if record else None,
        )
    if as_json:
        click.echo(json.dumps(verdict.document(), ensure_ascii=False, indent=2))
    for line in lines(verdict):
        click.echo(line, err=as_json)
    if badge and not as_json:
        click.echo(verdict.badge)
    ctx.exit(verdict.exit_code)


def _write(notebook: Path, facts: Facts) -> None:
    """Write what was recorded into the project beside the notebook."""
    from nb2pipe.evidence import files

    files.write(facts, files.project_of(notebook))
