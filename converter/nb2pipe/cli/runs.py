"""``nb2pipe runs``: past runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from nb2pipe.model import RunRecord


@click.command("runs")
@click.argument(
    "folder", type=click.Path(exists=True, path_type=Path), default=Path(), required=False
)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document.")
def command(folder: Path, as_json: bool) -> None:
    """List past runs: status, parameters, metrics and report.

    FOLDER is the notebook's folder, the notebook, or a converted project in it.  [default: .]
    """
    from nb2pipe.execution import runs

    found = runs.listing(_notebook_folder(folder))
    if as_json:
        click.echo(
            json.dumps({"runs": [_document(run) for run in found]}, ensure_ascii=False, indent=2)
        )
    elif found:
        for run in found:
            _say(run)
    else:
        click.echo("There are no runs here yet: nb2pipe run notebook.ipynb", err=True)


def _notebook_folder(place: Path) -> Path:
    """The folder that holds ``.nb2pipe/``: the place itself, or where a project's notebook is."""
    from nb2pipe.execution.store import FOLDER

    folder = place if place.is_dir() else place.parent
    if not (folder / FOLDER).is_dir() and (folder / "pipeline.yaml").is_file():
        from nb2pipe.project import loader

        return loader.load(folder).folder
    return folder


def _document(run: RunRecord) -> dict[str, Any]:
    from nb2pipe.cli.run import document

    return {
        **document(run),
        "started": run.started,
        "ended": run.ended,
        "parameters": {name: _plain(value) for name, value in run.parameters.items()},
        "tracking_uri": run.tracking_uri,
    }


def _plain(value: Any) -> Any:
    """A value as JSON where JSON has it, else as a Python literal."""
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (ValueError, TypeError):
        return repr(value)


def _say(run: RunRecord) -> None:
    from nb2pipe.cli.run import shown

    colour = {"succeeded": "green", "failed": "red"}.get(run.status, "yellow")
    counts = ", ".join(
        f"{count} {status}"
        for status in ("ran", "reused", "failed", "skipped")
        if (count := sum(stage.status == status for stage in run.stages))
    )
    status = click.style(run.status, fg=colour)
    click.echo(f"{run.run_id}  {run.pipeline} {run.version}".rstrip() + f"  {status}  {counts}")
    if run.parameters:
        click.echo("  " + ", ".join(f"{name}={value!r}" for name, value in run.parameters.items()))
    if run.metrics:
        click.echo("  " + ", ".join(f"{name} {value:g}" for name, value in run.metrics.items()))
    if run.report is not None:
        click.echo(f"  {shown(run.report)}")
