"""The workflow that runs a converted project on GitHub.

Its ``run:`` lines are constant text. Names, paths and values of the user reach them through
``env:`` alone, where an expression in them is made inert.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from nb2pipe.emit import dispatch, schedule
from nb2pipe.emit.dispatch import quoted
from nb2pipe.emit.ploomber import parameter_keys
from nb2pipe.model import Parameter, Pipeline

CHECKOUT = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2"
SETUP_UV = "astral-sh/setup-uv@37802adc94f370d6bfd71619e3f0bf239e1f3b78 # v7"
CACHE_RESTORE = "actions/cache/restore@27d5ce7f107fe9357f9df03efb73ab90386fccae # v5"
CACHE_SAVE = "actions/cache/save@27d5ce7f107fe9357f9df03efb73ab90386fccae # v5"
UPLOAD = "actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f # v6"

MINUTES = 60
_MOST_MINUTES = 360  # of a job on GitHub's runners
_OPTION = re.compile(r"--?[a-z][a-z-]*", re.ASCII)


def path(pipeline: Pipeline) -> str:
    """Where the workflow stands, below the root of the repository."""
    return f".github/workflows/nb2pipe-{pipeline.name}.yml"


def workflow(
    pipeline: Pipeline,
    *,
    notebook: str,
    project: str,
    version: str,
    options: Mapping[str, str | None] | None = None,
    cron: str | None = None,
) -> str:
    """The text of the workflow.

    Args:
        pipeline: an analysed notebook without errors.
        notebook: the notebook's path from the root of the repository, with ``/``.
        project: the project's folder from there, likewise.
        version: the version of nb2pipe that runs there.
        options: what ``convert`` was called with and must be called with there: option to value,
            None for one that takes no value. Paths are from the root of the repository.
        cron: a schedule from ``[tool.nb2pipe]``; None: that of the notebook's metadata, if any.

    Raises:
        SettingInvalid: the schedule is none.
    """
    if cron is None:
        cron = pipeline.notebook.settings.get("schedule")
    lines = [
        f"# Runs the {pipeline.name} pipeline on GitHub. Written by `nb2pipe convert`.",
        f"name: {quoted(f'nb2pipe {pipeline.name}')}",
        "",
        *_triggers(pipeline, cron),
        "",
        "permissions:",
        "  contents: read",
        "",
        "concurrency:",
        f'  group: {quoted(f"nb2pipe-{pipeline.name}-")[:-1]}${{{{ github.ref }}}}"',
        "  cancel-in-progress: ${{ github.event_name == 'pull_request' }}",
        "",
        "defaults:",
        "  run:",
        "    shell: bash",
        "",
        "jobs:",
        "  run:",
        f"    name: {quoted(f'Run {pipeline.name}')}",
        "    runs-on: ubuntu-24.04",
        f"    timeout-minutes: {_minutes(pipeline)}",
        "    env:",
        "      # Where nb2pipe comes from. The repository's variable may name a wheel or a fork.",
        f"      NB2PIPE_SOURCE: ${{{{ vars.NB2PIPE_SOURCE || 'nb2pipe=={version}' }}}}",
        f"      NB2PIPE_NOTEBOOK: {_data(_path(notebook))}",
        f"      NB2PIPE_PROJECT: {_data(_path(project))}",
    ]
    steps = _steps(pipeline, notebook.rpartition("/")[0], options or {})
    return "\n".join([*lines, "    steps:", *(f"      {line}".rstrip() for line in steps)]) + "\n"


def _triggers(pipeline: Pipeline, cron: str | None) -> Iterator[str]:
    yield "on:"
    yield "  push:"
    yield "  pull_request:"
    if cron is not None:
        yield "  schedule:"
        yield f"    - cron: {quoted(schedule.checked(cron, 'the setting nb2pipe.schedule'))}"
    yield "  workflow_dispatch:"
    for line in dispatch.lines(_parameters(pipeline)):
        yield f"    {line}"


def _parameters(pipeline: Pipeline) -> list[Parameter]:
    read = parameter_keys(pipeline)
    return [parameter for parameter in pipeline.parameters if parameter.name in read]


def _minutes(pipeline: Pipeline) -> int:
    """Enough for the time limits of the stages one after another, and an hour for the rest."""
    limits = sum(stage.configuration.timeout or 0 for stage in pipeline.stages)
    return min(MINUTES + math.ceil(limits / 60), _MOST_MINUTES)


def _steps(pipeline: Pipeline, folder: str, options: Mapping[str, str | None]) -> Iterator[str]:
    store = _pattern(f"{folder}/.nb2pipe" if folder else ".nb2pipe")
    key = f"nb2pipe-{pipeline.name}-"
    yield f"- uses: {CHECKOUT}"
    yield "  with:"
    yield "    lfs: true"
    yield "    persist-credentials: false"
    yield f"- uses: {SETUP_UV}"
    yield "- name: Take up what earlier runs have stored"
    yield f"  uses: {CACHE_RESTORE}"
    yield "  with:"
    yield f"    path: {_data(store)}"
    yield f'    key: {quoted(key)[:-1]}${{{{ github.run_id }}}}-${{{{ github.run_attempt }}}}"'
    yield f"    restore-keys: {quoted(key)}"
    yield "- name: Install the locked environment"
    locked = "" if "--no-lock" in options else " --locked"
    yield f'  run: uv sync{locked} --project "$NB2PIPE_PROJECT"'
    yield "- name: Install nb2pipe"
    yield '  run: uv tool install "$NB2PIPE_SOURCE"'
    yield "- name: Check that the project is what the notebook says"
    yield from _check(options)
    secrets = list(dict.fromkeys(s for t in pipeline.stages for s in t.configuration.secrets))
    if "--verify" in options:
        yield "- name: Show that the pipeline computes what the notebook computes"
        yield from _secrets(secrets, ["  env:"])
        yield "  run: >-"
        split = " --split headings" if pipeline.notebook.split else ""
        python = '--python "$NB2PIPE_PROJECT/.venv/bin/python"'
        yield f'    nb2pipe verify{split} {python} "$NB2PIPE_NOTEBOOK"'
    yield "- name: Run the pipeline"
    yield "  env:"
    yield f"    NB2PIPE_INPUTS: {_inputs(pipeline)}"
    yield from _secrets(secrets)
    yield "  run: >-"
    yield '    nb2pipe run "$NB2PIPE_PROJECT" --python "$NB2PIPE_PROJECT/.venv/bin/python"'
    yield '    --params-env NB2PIPE_INPUTS --summary "$GITHUB_STEP_SUMMARY"'
    yield "- name: Keep the executed notebooks and the report"
    yield "  if: ${{ always() }}"
    yield f"  uses: {UPLOAD}"
    yield "  with:"
    yield f'    name: {quoted(key)[:-1]}${{{{ github.run_attempt }}}}"'
    yield f"    path: {_data(f'{store}/runs')}"
    yield "    include-hidden-files: true"
    yield "    if-no-files-found: ignore"
    yield "- name: Store what was made, for the next run"
    yield "  if: ${{ always() }}"
    yield f"  uses: {CACHE_SAVE}"
    yield "  with:"
    yield f"    path: {_data(store)}"
    yield f'    key: {quoted(key)[:-1]}${{{{ github.run_id }}}}-${{{{ github.run_attempt }}}}"'


def _secrets(names: Sequence[str], before: Sequence[str] = ()) -> Iterator[str]:
    """Secrets as environment variables; ``before`` stands above them where there are any."""
    if names:
        yield from before
    for name in names:
        yield f"    {name}: ${{{{ secrets.{name} }}}}"


def _check(options: Mapping[str, str | None]) -> Iterator[str]:
    """The step that checks the project, with the options that it was made with."""
    words: list[str] = []
    values: dict[str, str] = {}
    for number, (option, value) in enumerate(options.items(), 1):
        if not _OPTION.fullmatch(option):
            raise ValueError(f"{option!r} is no option")
        if value is None:
            words.append(option)
            continue
        values[f"NB2PIPE_OPTION_{number}"] = value
        glue = "=" if option.startswith("--") else " "
        words.append(f'{option}{glue}"$NB2PIPE_OPTION_{number}"')
    if values:
        yield "  env:"
        for name, value in values.items():
            yield f"    {name}: {_data(value)}"
    yield f'  run: {" ".join(["nb2pipe convert --check", *words])} "$NB2PIPE_NOTEBOOK"'


def _inputs(pipeline: Pipeline) -> str:
    if not _parameters(pipeline) or dispatch.has_form(_parameters(pipeline)):
        return "${{ toJSON(inputs) }}"
    return "${{ inputs.params }}"


def _data(text: str) -> str:
    """A text where GitHub evaluates expressions: one in it gives itself."""
    return quoted(text.replace("${{", "${{ '${{' }}"))


def _path(text: str) -> str:
    """A path that no program takes for an option."""
    return f"./{text}" if text.startswith("-") else text


def _pattern(text: str) -> str:
    """A path where GitHub takes patterns."""
    return re.sub(r"([*?\[\]])", r"[\1]", text)
