"""``nb2pipe run``: the stages of a notebook or of a converted project."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

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
    from nb2pipe.model import RunRecord

EXIT_CODES = {"succeeded": 0, "failed": 1, "cancelled": 130}


@click.command("run")
@click.argument("target")
@parameter_options
@params_env_option
@click.option("--stage", "stages", metavar="NAME", multiple=True, help="Run this, and its needs.")
@click.option("--until", metavar="NAME", help="Run up to this stage.")
@click.option("--force", is_flag=True, help="Reuse nothing (of the stages named with --stage).")
@click.option(
    "--engine",
    type=click.Choice(["kernel"]),
    default="kernel",
    show_default=True,
    help="What executes a stage.",
)
@interpreter_options
@jobs_option
@split_option
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document.")
@click.option(
    "--events",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Append one JSON object a line as things happen.",
)
@click.option(
    "--summary",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Append the run as Markdown, for the page of a CI job.",
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    target: str,
    pairs: tuple[tuple[str, str], ...],
    params_file: Path | None,
    params_env: str | None,
    stages: tuple[str, ...],
    until: str | None,
    force: bool,
    engine: str,
    kernel: str | None,
    python: str | None,
    jobs: int | None,
    split: str | None,
    as_json: bool,
    events: Path | None,
    summary: Path | None,
) -> None:
    """Run the stages of a notebook, or of a converted project's folder.

    A stage in which nothing changed is reused. Everything is kept in .nb2pipe/ beside the notebook.

    The version of the run is that in nb2pipe.lock: of the project, or for a notebook of the project
    beside it, with +changed where the notebook was edited since. A notebook that was never
    converted has version 0.0.0.
    """
    from nb2pipe import execution, parameters
    from nb2pipe import notebook as notebooks
    from nb2pipe.cli.findings import as_text
    from nb2pipe.execution import target as targets
    from nb2pipe.execution.events import EventFile
    from nb2pipe.execution.progress import Progress

    one_interpreter(kernel, python)
    if split is not None and not Path(target).is_dir():
        found = targets.of_notebook(with_stages(notebooks.read(target), split))
    else:
        found = targets.load(target)
    for finding in found.warnings:
        click.echo(as_text(finding, target), err=True)
    mapping = {} if params_file is None else dict(parameters.read_file(params_file))
    values, texts = ({}, []) if params_env is None else parameters.read_variable(params_env)
    given = parameters.given(found.project.parameters, [*texts, *pairs], mapping | values)
    progress = Progress()
    file = None if events is None else EventFile(events)
    try:
        with terminated_as_interrupted():
            record = execution.run(
                found.project,
                given=given,
                stages=stages,
                until=until,
                force=force,
                jobs=jobs,
                kernel=kernel,
                python=python,
                cells=found.cells,
                listeners=[progress, *([] if file is None else [file])],
            )
    finally:
        progress.close()
        if file is not None:
            file.close()
    if summary is not None:
        from nb2pipe.execution.summary import markdown

        with summary.open("a", encoding="utf-8", newline="\n") as page:
            page.write(markdown(record, found.project))
    if as_json:
        click.echo(json.dumps(document(record), ensure_ascii=False, indent=2))
    _summary(record, err=as_json)
    ctx.exit(EXIT_CODES[record.status])


@contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """A request to terminate ends a run as Ctrl-C does: kernels ended, the record kept."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # not in the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def document(record: RunRecord) -> dict[str, Any]:
    """The run as ``--json`` writes it.

    Args:
        record: the run.
    """
    return {
        "status": record.status,
        "run_id": record.run_id,
        "pipeline": record.pipeline,
        "version": record.version,
        "stages": [
            {
                "name": stage.name,
                "status": stage.status,
                "notebook": shown(stage.notebook),
                "seconds": stage.seconds,
                "key": stage.key,
                "reason": stage.reason,
                **(
                    {"error": stage.error, "cell": stage.cell, "line": stage.line}
                    if stage.status == "failed"
                    else {}
                ),
            }
            for stage in record.stages
        ],
        "metrics": dict(record.metrics),
        "report": shown(record.report),
    }


def shown(path: Path | None) -> str | None:
    """A path relative to the working directory, with forward slashes."""
    if path is None:
        return None
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def _summary(record: RunRecord, *, err: bool) -> None:
    from nb2pipe.execution.progress import place

    for stage in record.stages:
        if stage.status == "failed":
            where = f" (executed: {shown(stage.notebook)})" if stage.notebook else ""
            text = f"stage {stage.name} failed: {place(stage.cell, stage.line)}{stage.error}{where}"
            click.echo(f"Error: {text}", err=True)
    width = max((len(name) for name in record.metrics), default=0)
    for name, value in record.metrics.items():
        click.echo(f"{name:<{width}}  {value:g}", err=err)
    if record.report is not None:
        click.echo(f"report: {shown(record.report)}", err=err)
    if record.tracking_uri:
        from nb2pipe.execution.tracking_ui import ui_command

        click.echo(f"MLflow: {ui_command(record.tracking_uri)}", err=err)
