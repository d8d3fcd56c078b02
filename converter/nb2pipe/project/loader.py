"""A converted project on disk as the ``Project`` that ``run`` executes, hand edits included.

The order and the sources of inputs come from ``pipeline.yaml``, the parameters' values from
``env.yaml``, everything else from the modules as they are. Nothing of the project is imported.
"""

from __future__ import annotations

import ast
import graphlib
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from nb2pipe import parameters, stage_settings
from nb2pipe.emit import lock, unroll
from nb2pipe.emit.scalars import read_back
from nb2pipe.errors import ParameterInvalid, ProjectUnreadable
from nb2pipe.model import Parameter, Project, StageCode, StageSettings
from nb2pipe.project import signatures, structure
from nb2pipe.project.structure import RESTORE, Task

PIPELINE = "pipeline.yaml"
ENV = "env.yaml"


def load(folder: Path) -> Project:
    """Read a converted project.

    Args:
        folder: the project's folder, which holds ``pipeline.yaml``.

    Raises:
        ProjectUnreadable: it is no converted project, or a file of it is missing or damaged.
        ParameterInvalid: ``env.yaml`` holds a value that its parameter's type does not admit.
    """
    if not (folder / PIPELINE).is_file():
        raise ProjectUnreadable(
            f"the folder is no converted project: it has no {PIPELINE}",
            place=str(folder),
            advice="Give the folder that `nb2pipe convert` wrote, or a notebook.",
        )
    root = folder.absolute()
    locked = lock.read(_text(folder / lock.NAME), str(folder / lock.NAME))
    plan = structure.read(_text(folder / PIPELINE), str(folder / PIPELINE))
    settings = _settings(plan.tasks, folder / "pyproject.toml")
    stages: list[StageCode] = []
    found: dict[str, tuple[Parameter, str | None]] = {}
    for task in plan.tasks:
        path = folder / plan.package / f"{task.stage}.py"
        source = _text(path)
        stage = _stage(task, source, path, settings.get(task.stage, StageSettings()))
        assumed = locked.stages[task.stage].assumed if task.stage in locked.stages else ()
        stages.append(replace(stage, assumed=assumed))
        for parameter in signatures.parameters(source, task.stage, str(path)):
            found.setdefault(parameter.name, (parameter, task.parameters.get(parameter.name)))
    _check_sources(stages, folder / PIPELINE)
    notebook_folder = Path(os.path.normpath(root / locked.notebook)).parent
    shared = folder / plan.package / "shared.py"
    return Project(
        name=plan.package,
        package=plan.package,
        folder=notebook_folder,
        stages=tuple(stages),
        shared=_text(shared) if shared.is_file() else "",
        parameters=tuple(parameter for parameter, _ in found.values()),
        values=_values(folder / ENV, found.values()),
        version=locked.version,
        source=str(root),
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        message = "the file is missing"
        raise ProjectUnreadable(message, place=str(path), advice=RESTORE) from error
    except (OSError, UnicodeError) as error:
        message = f"the file cannot be read: {getattr(error, 'strerror', None) or error}"
        raise ProjectUnreadable(message, place=str(path), advice=RESTORE) from error


def _stage(task: Task, source: str, path: Path, settings: StageSettings) -> StageCode:
    """A stage as its module is now.

    Raises:
        ProjectUnreadable: the module and the task do not agree on inputs or parameters.
    """
    try:
        module = unroll.unroll(source, task.stage)
    except ProjectUnreadable as error:
        _, _, line = error.place.partition(", ")
        place = f"{path}, {line}" if line else str(path)
        raise ProjectUnreadable(error.message, place=place, advice=error.advice) from error
    for what, mine, theirs in (
        ("input", module.inputs, task.inputs),
        ("parameter", module.parameters, task.parameters),
    ):
        for name in theirs:
            if name not in mine:
                raise ProjectUnreadable(
                    f"{task.stage} does not take the {what} {name} that {PIPELINE} gives it",
                    place=str(path),
                    advice=f"Take it out of the task's {what}s there, or restore the module.",
                )
    for name in module.inputs:
        if name not in task.inputs:
            raise ProjectUnreadable(
                f"{task.stage} takes {name}, and {PIPELINE} does not say which stage makes it",
                place=str(path),
                advice=f"Add `{name}: STAGE` to the task's inputs in {PIPELINE}.",
            )
    return StageCode(
        name=task.stage,
        source=source,
        inputs=tuple((name, task.inputs[name]) for name in module.inputs),
        outputs=module.outputs,
        parameters=module.parameters,
        states=tuple(task.states.items()),
        after=tuple(
            stage
            for stage in task.upstream
            if stage not in task.inputs.values() and stage not in task.states.values()
        ),
        reads=task.reads,
        writes=task.writes,
        unobservable=task.unobservable,
        configuration=settings,
    )


def _check_sources(stages: Iterable[StageCode], place: Path) -> None:
    """See that every input is an output of its source, and that there is an order.

    Raises:
        ProjectUnreadable: it is not, or the stages wait for one another in a circle.
    """
    by_name = {stage.name: stage for stage in stages}
    for stage in by_name.values():
        for name, source in stage.inputs:
            if name not in by_name[source].outputs:
                raise ProjectUnreadable(
                    f"{stage.name} takes {name} from {source}, which does not return it",
                    place=str(place),
                    advice=f"Return {name} in {source}, or name the stage that makes it.",
                )
    try:
        graphlib.TopologicalSorter({s.name: s.upstream for s in by_name.values()}).prepare()
    except graphlib.CycleError as error:
        raise ProjectUnreadable(
            f"the stages wait for one another: {' -> '.join(error.args[1])}",
            place=str(place),
            advice="Take one of these out of the other's upstream and inputs.",
        ) from error


def _values(path: Path, found: Iterable[tuple[Parameter, str | None]]) -> dict[str, Any]:
    """The parameters' values: those in ``env.yaml``, or the default where it has no key."""
    content = structure.yaml_mapping(_text(path), str(path))
    values: dict[str, Any] = {}
    for parameter, key in found:
        if key is None:
            values[parameter.name] = parameter.default
            continue
        if key not in content:
            raise ProjectUnreadable(
                f"the value of {parameter.name} is missing",
                place=str(path),
                advice=f"Add `{key}: {parameter.source}`.",
            )
        values[parameter.name] = _value(parameter, content[key], path)
    return values


def _value(parameter: Parameter, written: Any, path: Path) -> Any:
    """A value as ``env.yaml`` has it: text stands for what it would on the command line.

    Raises:
        ParameterInvalid: the parameter's type does not admit it.
    """
    unquoted = read_back(written)
    # What the notebook says stays as it is: the default of `x: float = 1` is an int.
    if repr(parameter.default) in (repr(unquoted), repr(_evaluated(written))):
        return parameter.default
    try:
        if isinstance(written, str) and unquoted is written:
            return parameters.parse(parameter, written)
        return parameters.check(parameter, unquoted)
    except ParameterInvalid as error:
        raise ParameterInvalid(
            error.message, place=f"{path}, {error.place}", advice=error.advice
        ) from error


def _evaluated(written: Any) -> Any:
    """What a text is as a literal."""
    try:
        return ast.literal_eval(written) if isinstance(written, str) else written
    except (ValueError, SyntaxError):
        return written


def _settings(tasks: Iterable[Task], path: Path) -> Mapping[str, StageSettings]:
    """The stages' settings: those of the notebook, and over them ``[tool.nb2pipe.stages]``.

    Raises:
        ProjectUnreadable: a setting is not what it may be.
    """
    try:
        content = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise ProjectUnreadable(
            f"the file is no TOML: {error}", place=str(path), advice="Correct that line."
        ) from error
    given = content.get("tool", {}).get("nb2pipe", {}).get("stages", {})
    merged = {task.stage: dict(task.settings) for task in tasks}
    for name, values in given.items() if isinstance(given, dict) else ():
        merged[name] = {**merged.get(name, {}), **values} if isinstance(values, dict) else values
    settings, findings = stage_settings.checked(
        {"stages": merged if isinstance(given, dict) else given}, [task.stage for task in tasks]
    )
    for finding in findings:
        raise ProjectUnreadable(finding.message, place=str(path), advice=finding.advice)
    return settings
