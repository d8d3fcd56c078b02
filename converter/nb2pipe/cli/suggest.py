"""``nb2pipe suggest``: stages for a notebook that has none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from nb2pipe.cli.source import STANDARD_INPUT, load_notebook, split_option

if TYPE_CHECKING:
    from nb2pipe.model import Notebook, Suggestion


@click.command("suggest")
@click.argument("notebook")
@click.option("--write", is_flag=True, help="Write the tags into the notebook.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@split_option
@click.option("--path", help="With '-': where the notebook would lie.")
def command(notebook: str, write: bool, as_json: bool, split: str | None, path: str | None) -> None:
    """Propose stages for a notebook, from its headings and from where little data crosses.

    Nothing is run, and nothing written without --write, which changes tags and nothing else. Cells
    that have tags keep them. With --split the stages begin at all main headings instead. '-' is
    standard input.
    """
    from nb2pipe.suggestion import document, suggest

    if write and notebook == STANDARD_INPUT:
        raise click.UsageError("--write needs the path of a notebook, not '-'.")
    source = load_notebook(notebook, path)
    if split is None:
        suggestion = suggest(source)
    else:
        from nb2pipe.splitting import proposed

        suggestion = proposed(source)
    if as_json:
        click.echo(json.dumps(document(suggestion), ensure_ascii=False, indent=2))
    else:
        click.echo(text(source, suggestion), nl=False)
    if write and suggestion.changes:
        from nb2pipe.project.notebook_file import retag

        retag(source, suggestion.changes)
        count = len(suggestion.changes)
        click.echo(f"{notebook}: tags of {count} cell{'s' * (count != 1)} written", err=True)
    elif suggestion.changes and not as_json:
        click.echo("Nothing was written; --write does.", err=True)


def text(notebook: Notebook, suggestion: Suggestion) -> str:
    """The suggestion for people: a line for each stage with its cells and reason, then notes."""
    numbers = {cell.id: cell.number for cell in notebook.cells}
    lines = []
    for change in suggestion.changes:
        role = next((tag for tag in change.tags if tag in ("setup", "parameters")), "")
        if role:
            lines.append(f"{role}: cell {numbers[change.cell]}")
    for stage in suggestion.stages:
        cells = _spans([numbers[cell] for cell in stage.cells])
        lines.append(f"stage {stage.name}: cell{'s' * (len(stage.cells) != 1)} {cells}")
        lines.append(f"    {stage.reason}")
    lines += suggestion.notes
    return "".join(f"{_visible(line)}\n" for line in lines)


def _spans(numbers: list[int]) -> str:
    """Numbers as people write them: 3-5, 8."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def _visible(line: str) -> str:
    """The line with nothing in it that a terminal obeys; headings are anyone's text."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
