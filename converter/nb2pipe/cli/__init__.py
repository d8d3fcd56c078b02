"""The command line: one click group, its verbs imported when they are called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

# Help of the group names every verb without importing it: `nb2pipe --help` costs click alone.
VERBS = {
    "check": "Say what is wrong or risky in notebooks, with cell and line.",
    "suggest": "Propose stages for a notebook that has none.",
    "convert": "Write the pipeline project and its CI workflow beside a notebook.",
    "stages": "List a notebook's stages with what they take and give.",
    "graph": "Show the stages and why each one comes after another.",
    "record": "Run a notebook once and keep what its cells did, for convert to read.",
    "verify": "Show that the pipeline computes what the notebook computes.",
    "run": "Run a notebook's or a converted project's stages.",
    "runs": "List past runs with their parameters, metrics and reports.",
}


class Verbs(click.Group):
    """A group that knows its verbs by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order in which they are used."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of that name, imported."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"nb2pipe.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it; an unknown verb is answered with the nearest."""
        name = args[0]
        if name not in VERBS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, VERBS, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"There are {', '.join(VERBS)}."
            ctx.fail(f"No such command '{name}'. {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verbs with their lines of help."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


def _version(ctx: click.Context, _option: click.Parameter, wanted: Any) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"nb2pipe {version('nb2pipe')}")
        ctx.exit()


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 fine, 1 a finding or a failed stage, 2 bad input, 130 interrupted.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Turn a tagged Jupyter notebook into a pipeline that runs, here and in CI.

    Begin with `nb2pipe check notebook.ipynb`.
    """
