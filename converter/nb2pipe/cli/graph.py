"""``nb2pipe graph``: the stages and why each one comes after another."""

from __future__ import annotations

import click

from nb2pipe import graph
from nb2pipe.cli.source import load_pipeline, split_option


@click.command("graph")
@click.argument("notebook")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "mermaid"]),
    default="text",
    show_default=True,
    help="For the terminal, or for Markdown.",
)
@split_option
@click.option("--path", help="With '-': where the notebook would lie.")
def command(notebook: str, form: str, split: str | None, path: str | None) -> None:
    """Show a notebook's stages and why each edge is there. '-' is standard input."""
    pipeline = load_pipeline(notebook, path, split=split)
    click.echo(graph.mermaid(pipeline) if form == "mermaid" else graph.text(pipeline))
