"""``nb2pipe check``: what is wrong or risky in notebooks."""

from __future__ import annotations

import json
from pathlib import Path

import click

from nb2pipe.cli import findings
from nb2pipe.cli.source import STANDARD_INPUT, load_notebook, split_option
from nb2pipe.errors import NotebookUnreadable
from nb2pipe.model import Diagnostic


@click.command("check")
@click.argument("notebooks", metavar="NOTEBOOK...", nargs=-1, required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How findings are written.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 on warnings as well.")
@split_option
@click.option("--path", help="With '-': where the notebook would lie.")
@click.pass_context
def command(
    ctx: click.Context,
    notebooks: tuple[str, ...],
    form: str,
    strict: bool,
    split: str | None,
    path: str | None,
) -> None:
    """Say what is wrong or risky in notebooks, with cell and line.

    Nothing is run or written, and no environment is looked at. '-' is standard input.
    """
    if path is not None and notebooks != (STANDARD_INPUT,):
        raise click.UsageError("--path goes with '-', the notebook on standard input.")
    checked = [_checked(notebook, path, split) for notebook in notebooks]
    if form == "json":
        click.echo(json.dumps([_as_json(*one) for one in checked], ensure_ascii=False, indent=2))
    elif form == "github":
        for shown, found, unreadable in checked:
            _annotate(shown, found, unreadable)
    else:
        for shown, found, unreadable in checked:
            _say(shown, found, unreadable)
    failing = ("error", "warning") if strict else ("error",)
    if any(unreadable for _, _, unreadable in checked):
        ctx.exit(2)
    if any(finding.severity in failing for _, found, _ in checked for finding in found):
        ctx.exit(1)


Checked = tuple[str, tuple[Diagnostic, ...], NotebookUnreadable | None]


def _checked(argument: str, path: str | None, split: str | None) -> Checked:
    """The notebook's path to show, its findings, and why it could not be read."""
    from nb2pipe.analysis import analyse

    shown = path or "notebook.ipynb" if argument == STANDARD_INPUT else argument
    try:
        notebook = load_notebook(argument, path, split)
    except NotebookUnreadable as error:
        return shown, (), error
    return shown, analyse(notebook).diagnostics, None


def _as_json(
    shown: str, found: tuple[Diagnostic, ...], unreadable: NotebookUnreadable | None
) -> dict[str, object]:
    error = None
    if unreadable is not None:
        error = {
            "message": unreadable.message,
            "place": unreadable.place,
            "advice": unreadable.advice,
        }
    return {
        "notebook": shown,
        "error": error,
        "diagnostics": [findings.as_json(finding) for finding in found],
    }


def _annotate(
    shown: str, found: tuple[Diagnostic, ...], unreadable: NotebookUnreadable | None
) -> None:
    path = Path(shown).as_posix()
    if unreadable is not None:
        click.echo(findings.error_annotation(f"{unreadable.message}\n{unreadable.advice}", path))
    for finding in found:
        click.echo(findings.as_annotation(finding, path))


def _say(shown: str, found: tuple[Diagnostic, ...], unreadable: NotebookUnreadable | None) -> None:
    if unreadable is not None:
        click.echo(f"Error: {unreadable}", err=True)
        return
    for finding in found:
        click.echo(findings.as_text(finding, shown))
    errors = sum(finding.severity == "error" for finding in found)
    summary = ", ".join(
        f"{count} {word}{'s' if count != 1 else ''}"
        for count, word in ((errors, "error"), (len(found) - errors, "warning"))
        if count
    )
    click.echo(f"{shown}: {summary or 'nothing to complain about'}", err=True)
