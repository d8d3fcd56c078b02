"""The files that Ploomber reads: ``pipeline.yaml``, ``env.yaml`` and ``tasks.py``.

``pipeline.yaml`` is the one copy of the structure and ``env.yaml`` that of the parameters' values;
``nb2pipe run`` on a converted project reads both as Ploomber does (``project/loader.py``).
``tasks.py`` is the same text for every pipeline, and so is ``process_states.py``, which only those
have that hand on the working directory, the environment or settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from nb2pipe.analysis.groups import GROUPS
from nb2pipe.emit.scalars import WORDS, comment, entry, key, plain, scalar
from nb2pipe.model import Edge, Parameter, Pipeline, Stage

# Keys that mean something to Ploomber's env.yaml or in a Jinja expression.
_TAKEN = frozenset(
    {"path", "meta", "true", "false", "none", "self", "loop", "caller", "super"}
    | {"range", "dict", "lipsum", "cycler", "joiner", "namespace"}
)


def files(pipeline: Pipeline, package: str) -> dict[str, str]:
    """All files for Ploomber, by their path in the project's folder.

    Args:
        pipeline: an analysed notebook without errors.
        package: the import package of its modules.
    """
    here = Path(__file__).parent
    found = {
        "pipeline.yaml": pipeline_yaml(pipeline, package),
        "env.yaml": env_yaml(pipeline),
        "tasks.py": (here / "templates" / "tasks.py").read_text(encoding="utf-8"),
    }
    if any(state in GROUPS for stage in pipeline.stages for state in stage.states):
        states = here.parent / "execution" / "kernel" / "states.py"
        found["process_states.py"] = states.read_text(encoding="utf-8")
    return found


def pipeline_yaml(pipeline: Pipeline, package: str) -> str:
    """``pipeline.yaml``: stages, what each takes from which other and why, products."""
    lines = [
        f"# The {package} pipeline: its stages, what they take from one another, their products.",
        "# Beside an input: the cell that makes the value -> the cell that reads it.",
        "meta:",
        "  extract_upstream: false",
        "",
        "tasks:",
    ]
    keys = parameter_keys(pipeline)
    external = _external_files(pipeline)
    for stage in pipeline.stages:
        edges = [edge for edge in pipeline.edges if edge.target == stage.name]
        lines += _task(stage, edges, package, keys, external, shared=has_shared(pipeline))
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def env_yaml(pipeline: Pipeline) -> str:
    """``env.yaml``: the value of every parameter that a stage reads."""
    keys = parameter_keys(pipeline)
    read = [parameter for parameter in pipeline.parameters if parameter.name in keys]
    head = "# The values of the pipeline's parameters, when none are given to a run.\n"
    if not read:
        return f"{head}# It has none.\n{{}}\n"
    if any(plain(parameter.default) != parameter.default for parameter in read):
        head += (
            "# Ploomber takes a text that looks like a number, true, false, null or a list for\n"
            """# just that. In a second pair of quotes it stays text: '"1"'.\n"""
        )
    entries = (
        f"{_about(parameter)}{entry(keys[parameter.name], plain(parameter.default))}\n"
        for parameter in read
    )
    return head + "\n" + "".join(entries)


def parameter_keys(pipeline: Pipeline) -> dict[str, str]:
    """The key in ``env.yaml`` of each parameter that a stage reads: its name, where that can be."""
    read = {name for stage in pipeline.stages for name in stage.parameters}
    names = [parameter.name for parameter in pipeline.parameters if parameter.name in read]
    keys = {name: name for name in names if _is_free(name)}
    for name in names:
        if name not in keys:
            free = "param_" + "_".join(part for part in name.split("_") if part)
            while free in keys.values():
                free += "x"
            keys[name] = free
    return {name: keys[name] for name in names}


def has_shared(pipeline: Pipeline) -> bool:
    """Whether the pipeline's package has a ``shared.py``."""
    shared = pipeline.shared
    return bool(shared.body or shared.settings)


def task_name(stage: str) -> str:
    """A stage's name as Ploomber's task; ``none`` and the like would not stay text."""
    return f"{stage}_" if stage.lower() in WORDS else stage


def _is_free(name: str) -> bool:
    return name.lower() not in _TAKEN and not name.startswith("_") and "__" not in name


def _about(parameter: Parameter) -> str:
    text = comment(parameter.help)
    return f"# {text}\n" if text else ""


def _external_files(pipeline: Pipeline) -> frozenset[str]:
    """The files that stages read and none of them writes: the pipeline's data."""
    written = {path for stage in pipeline.stages for path in stage.writes}
    return frozenset(path for stage in pipeline.stages for path in stage.reads) - written


def _task(
    stage: Stage,
    edges: list[Edge],
    package: str,
    keys: dict[str, str],
    external: frozenset[str],
    *,
    shared: bool,
) -> Iterator[str]:
    sources = dict.fromkeys(edge.source for edge in edges)
    yield f"  - name: {scalar(task_name(stage.name))}"
    yield "    source: tasks.run"
    yield f"    product: {scalar(f'products/{stage.name}.pkl')}"
    if sources:
        yield f"    upstream: [{', '.join(scalar(task_name(source)) for source in sources)}]"
        for edge in edges:
            if edge.variable is None and edge.state is None:
                yield f"    # after {edge.source}: {comment(edge.reason)}"
    yield "    params:"
    yield f"      function: {scalar(f'{package}.{stage.name}.{stage.name}')}"
    made = {edge.variable: edge for edge in edges if edge.variable is not None}
    yield from _block("inputs", (_given(item.name, made[item.name]) for item in stage.inputs))
    yield from _block("parameters", (_parameter(name, keys[name]) for name in stage.parameters))
    states = {edge.state: edge for edge in edges if edge.state is not None}
    yield from _block("states", (_given(state, states.get(state)) for state in stage.states))
    data = [path for path in stage.reads if path in external]
    if data:
        yield "      data:"
        yield "        dotted_path: tasks::digests"
        yield from _list("files", data)
    yield from _facts(stage, [path for path in stage.reads if path not in external])
    yield "      resources_:"
    yield f"        module: {scalar(f'{package}/{stage.name}.py')}"
    if shared:
        yield f"        shared: {scalar(f'{package}/shared.py')}"


def _given(name: str, edge: Edge | None) -> str:
    if edge is None:
        return f"{key(name)}: null"
    cells = comment(f"{edge.producer_cell} -> {edge.consumer_cell}")
    return f"{key(name)}: {scalar(task_name(edge.source))}  # {cells}"


def _parameter(name: str, value: str) -> str:
    return f'{key(name)}: "{value} = {{{{[{value}]}}}}"'


def _facts(stage: Stage, reads: list[str]) -> Iterator[str]:
    """What only ``nb2pipe run`` needs to know."""
    settings = stage.configuration
    lines = [*_list("reads", reads), *_list("writes", stage.writes)]
    if stage.unobservable:
        lines.append(f"        unobservable: {scalar(stage.unobservable)}")
    if settings.cache is not None:
        lines.append(f"        cache: {str(settings.cache).lower()}")
    if settings.timeout is not None:
        lines.append(f"        {entry('timeout', settings.timeout)}")
    lines += _list("secrets", settings.secrets)
    for name in ("image", "report"):
        if text := getattr(settings, name):
            lines.append(f"        {name}: {scalar(text)}")
    lines += _list("limits", settings.limits)
    if lines:
        yield "      nb2pipe:"
        yield from lines


def _block(title: str, entries: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(entries):
        if number == 0:
            yield f"      {title}:"
        yield f"        {line}"


def _list(title: str, items: Iterable[str]) -> Iterator[str]:
    for number, item in enumerate(items):
        if number == 0:
            yield f"        {title}:"
        yield f"          - {scalar(item)}"
