"""``nb2pipe record``: one run of a notebook, and what its cells did."""

from __future__ import annotations

from pathlib import Path

import click

from nb2pipe.cli.options import interpreter_options, one_interpreter, parameter_options
from nb2pipe.cli.source import split_option, with_stages


@click.command("record")
@click.argument("notebook")
@parameter_options
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The project's folder.  [default: the notebook's project]",
)
@click.option("--name", default="", help="The pipeline's name.  [default: the notebook's]")
@interpreter_options
@split_option
def command(
    notebook: str,
    pairs: tuple[tuple[str, str], ...],
    params_file: Path | None,
    output: Path | None,
    name: str,
    kernel: str | None,
    python: str | None,
    split: str | None,
) -> None:
    """Run a notebook once, from top to bottom, and write what its cells did to facts.json.

    The run takes place in a copy of the notebook's folder. The file goes into the pipeline
    project, which need not be there yet, and holds no values: names, types, files and times. Commit
    it; check, convert and run read it.
    """
    from nb2pipe import notebook as notebooks
    from nb2pipe import parameters
    from nb2pipe.analysis import analyse
    from nb2pipe.cli.run import terminated_as_interrupted
    from nb2pipe.evidence import files, recording
    from nb2pipe.project import names
    from nb2pipe.project.state import display

    one_interpreter(kernel, python)
    if name and (reason := names.malformed(name)):
        folder = Path(notebook).absolute().parent
        raise names.refuse(name, reason, folder, folder / name, lambda _: False)
    source = with_stages(notebooks.read(notebook), split)
    mapping = {} if params_file is None else dict(parameters.read_file(params_file))
    given = parameters.given(analyse(source).parameters, pairs, mapping)
    with terminated_as_interrupted():
        found = recording.record(
            source,
            given=given,
            kernel=kernel,
            python=python,
            say=lambda text: click.echo(text, err=True),
        )
    project = output or (
        source.path.absolute().parent / name if name else files.project_of(source.path)
    )
    path = files.write(found.facts, project)
    click.echo(display(path))
    click.echo(
        f"{len(found.facts.cells)} cells in {found.seconds:.2f} s; looking at them took"
        f" {found.spent:.2f} s",
        err=True,
    )
