"""``nb2pipe convert``: a notebook becomes a project and its workflow."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nb2pipe.cli import findings
from nb2pipe.cli.options import one_interpreter
from nb2pipe.cli.source import STANDARD_INPUT, load_notebook, split_option

if TYPE_CHECKING:
    from nb2pipe.project.conversion import Mode
    from nb2pipe.project.drift import Change
    from nb2pipe.project.outcome import Conversion


@click.command("convert")
@click.argument("notebook")
@click.option(
    "-o",
    "--output",
    "output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The project's folder.  [default: NAME beside the notebook]",
)
@click.option("--name", default="", help="The pipeline's name.  [default: the notebook's]")
@click.option(
    "--root",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Where .github/workflows is.  [default: the top of the git working tree]",
)
@click.option(
    "--ci",
    type=click.Choice(["github", "none"]),
    default="github",
    show_default=True,
    help="The workflow to write.",
)
@click.option("--kernel", metavar="NAME", help="The kernel whose environment counts.")
@click.option("--python", metavar="PATH", help="The interpreter whose environment counts.")
@click.option("--diff", "show_diff", is_flag=True, help="Show what would change; write nothing.")
@click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Exit with 1 if the files are not what would be written; write nothing.",
)
@click.option("--force", is_flag=True, help="Overwrite generated files that were edited.")
@click.option("--upgrade", is_flag=True, help="Look at the environment again; newer packages.")
@click.option("--no-lock", is_flag=True, help="Leave uv.lock alone: no network is needed.")
@click.option("--verify", is_flag=True, help="Let the workflow run nb2pipe verify, too.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document.")
@split_option
@click.option("--path", help="With '-': where the notebook would lie.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    notebook: str,
    show_diff: bool,
    only_check: bool,
    no_lock: bool,
    as_json: bool,
    split: str | None,
    path: str | None,
    **given: Any,
) -> None:
    """Write the pipeline project and its CI workflow beside a notebook.

    Files that nb2pipe did not write are never touched, edited ones only with --force. With --diff
    or --check, '-' is standard input.
    """
    one_interpreter(given["kernel"], given["python"])
    if notebook == STANDARD_INPUT and not (show_diff or only_check):
        raise click.UsageError("'-' goes with --diff or --check, which write nothing.")
    source = load_notebook(notebook, path, split)
    from nb2pipe.project.conversion import Options, convert

    mode: Mode = "check" if only_check else "diff" if show_diff else "write"
    conversion = convert(source, Options(**given, lock=not no_lock), mode)
    shown = path or "notebook.ipynb" if notebook == STANDARD_INPUT else notebook
    for finding in conversion.pipeline.diagnostics:
        click.echo(findings.as_text(finding, shown), err=True)
    for note in conversion.notes:
        click.echo(f"note: {note}", err=True)
    if as_json:
        click.echo(json.dumps(document(conversion, show_diff), ensure_ascii=False, indent=2))
    elif show_diff:
        for change in conversion.changes:
            click.echo(change.diff(_shown(change)), nl=False)
    elif only_check:
        for said in conversion.drift():
            click.echo(said)
    else:
        for change in _changed(conversion.changes):
            click.echo(f"{change.status} {_shown(change)}")
    click.echo(_summary(conversion, mode), err=True)
    if only_check and conversion.differs:
        ctx.exit(1)


def document(conversion: Conversion, with_diff: bool) -> dict[str, Any]:
    """The conversion as ``--json`` writes it.

    Args:
        conversion: what was done, or would be.
        with_diff: each file's entry holds its unified diff.
    """
    entries: list[dict[str, Any]] = []
    for change in conversion.changes:
        entry = {"path": _shown(change), "status": change.status, "origin": change.origin}
        if with_diff:
            entry["diff"] = change.diff(_shown(change))
        entries.append(entry)
    if conversion.unresolved:
        entries.append(_unresolved(conversion, with_diff))
    return {
        "name": conversion.pipeline.name,
        "version": conversion.version,
        "differs": conversion.differs,
        "written_by": conversion.written_by or None,
        "unresolved": conversion.unresolved,
        "changed_data": list(conversion.changed_data),
        "files": entries,
        "notes": list(conversion.notes),
        "diagnostics": [findings.as_json(d) for d in conversion.pipeline.diagnostics],
    }


def _unresolved(conversion: Conversion, with_diff: bool) -> dict[str, Any]:
    """The entry of a uv.lock of which only uv could tell what it would be."""
    from nb2pipe.project.drift import ENVIRONMENT_LOCK
    from nb2pipe.project.state import display

    file = conversion.project / ENVIRONMENT_LOCK
    status = "updated" if file.exists() else "created"
    entry: dict[str, Any] = {"path": display(file), "status": status, "origin": "ours"}
    return entry | ({"diff": None} if with_diff else {})


def _shown(change: Change) -> str:
    from nb2pipe.project.state import display

    return display(change.path)


def _changed(changes: Iterable[Change]) -> list[Change]:
    return [change for change in changes if change.status not in ("unchanged", "kept")]


def _summary(conversion: Conversion, mode: Mode) -> str:
    title = f"{conversion.pipeline.name} {conversion.version}"
    if not conversion.differs:
        return f"{title}: everything is up to date"
    if conversion.written_by and mode != "write":
        return (
            f"{title}: the project was written by nb2pipe {conversion.written_by}, another version "
            "than this; convert again to renew it"
        )
    counts: dict[str, int] = {}
    for change in _changed(conversion.changes):
        counts[change.status] = counts.get(change.status, 0) + 1
    listed = ", ".join(f"{count} {status}" for status, count in counts.items())
    if mode == "write":
        return f"{title}: {listed or 'nothing'}"
    return f"{title}: the project is not what the notebook says; `nb2pipe convert` renews it"
