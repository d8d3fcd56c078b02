"""nb2pipe.lock: the pipeline's version, what it was made from, and the files that are nb2pipe's.

JSON with a format version of its own. Everything that ``convert`` decides from earlier runs stands
here: the version counts from it, absent data files keep the digest it records, and a file on disk
is nb2pipe's to overwrite when its digest is recorded here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from nb2pipe.emit import meaning
from nb2pipe.errors import ProjectUnreadable
from nb2pipe.model import Facts, Pipeline

FORMAT = 1
NAME = "nb2pipe.lock"
FIRST_VERSION = "0.1.0"


@dataclass(frozen=True)
class LockedStage:
    """A stage's digest by meaning, and its interface: variable to type as text.

    ``assumed`` pairs a cell with a value that it leaves alone, or with two ("one other") that share
    nothing after it, as a recorded run showed.
    """

    digest: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[str, ...] = ()
    assumed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LockedParameter:
    """A parameter's type (annotation, kinds and choices as text) and default (as a literal)."""

    type: str
    default: str


@dataclass(frozen=True)
class Lock:
    """The content of nb2pipe.lock.

    ``notebook`` is the notebook's path from the project's folder. ``data`` maps the paths that
    stages read, as written in the notebook, to sha256. ``environment`` is the digest of what
    uv.lock was resolved from ("" without uv.lock). ``facts`` is the digest of the recorded facts
    ("" without any). ``files`` maps every file that nb2pipe wrote,
    by its path from the project's folder, to sha256.
    """

    nb2pipe: str
    pipeline: str
    version: str
    notebook: str
    notebook_digest: str
    digest: str
    parameters: Mapping[str, LockedParameter] = field(default_factory=dict)
    stages: Mapping[str, LockedStage] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    environment: str = ""
    facts: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


def describe(pipeline: Pipeline, *, tool: str, notebook: str, data: Mapping[str, str]) -> Lock:
    """The lock of a pipeline, with no version and no files yet.

    Args:
        pipeline: the analysed notebook.
        tool: version of nb2pipe.
        notebook: the notebook's path from the project's folder.
        data: sha256 of data files.
    """
    meanings = meaning.Meanings(pipeline)
    stages = {
        stage.name: LockedStage(
            meanings.stage(stage),
            {variable.name: variable.annotation for variable in stage.inputs},
            {variable.name: variable.annotation for variable in stage.outputs},
            stage.parameters,
            stage.assumed,
        )
        for stage in pipeline.stages
    }
    parameters = {
        p.name: LockedParameter(
            " ".join([p.annotation or "Any", *p.kinds, *(ascii(choice) for choice in p.choices)]),
            ascii(p.default),
        )
        for p in pipeline.parameters
    }
    edges = sorted({(e.source, e.target, e.variable or "", e.state or "") for e in pipeline.edges})
    whole = meaning.digest(
        {
            "stages": {name: _entry(stage) for name, stage in stages.items()},
            "parameters": {name: asdict(parameter) for name, parameter in parameters.items()},
            "edges": edges,
            "data": dict(data),
        }
    )
    return Lock(
        nb2pipe=tool,
        pipeline=pipeline.name,
        version="",
        notebook=notebook,
        notebook_digest=notebook_digest(pipeline),
        digest=whole,
        parameters=parameters,
        stages=stages,
        data=dict(sorted(data.items())),
        facts=facts_digest(pipeline.notebook.facts),
    )


def facts_digest(facts: Facts | None) -> str:
    """The digest of what was recorded, but for the times; "" when nothing was."""
    if facts is None:
        return ""
    return meaning.digest([{**_plain(asdict(cell)), "seconds": 0} for cell in facts.cells])


def _entry(stage: LockedStage) -> dict[str, Any]:
    """A stage as it stands in the lock: without assumptions where there are none."""
    entry = asdict(stage)
    if not entry["assumed"]:
        del entry["assumed"]
    return entry


def notebook_digest(pipeline: Pipeline) -> str:
    """The digest of a notebook without outputs, execution counts and line endings."""
    notebook = pipeline.notebook
    cells = [
        [cell.id, cell.kind, cell.source.replace("\r\n", "\n"), list(cell.tags)]
        for cell in notebook.cells
    ]
    return meaning.digest({"cells": cells, "settings": _plain(notebook.settings)})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def versioned(lock: Lock, before: Lock | None) -> Lock:
    """The lock with the version that follows from the one before.

    A stage, parameter or output that is gone or has another type raises the first number; another
    change of an interface (one more of them, other inputs) the second; changed code, defaults or
    data the third.
    """
    if before is None:
        return replace(lock, version=FIRST_VERSION)
    if before.digest == lock.digest:
        return replace(lock, version=before.version)
    first, second, third = (int(part) for part in before.version.split("."))
    if _breaks(before, lock):
        return replace(lock, version=f"{first + 1}.0.0")
    if _interface(before) != _interface(lock):
        return replace(lock, version=f"{first}.{second + 1}.0")
    return replace(lock, version=f"{first}.{second}.{third + 1}")


def _breaks(before: Lock, after: Lock) -> bool:
    for name, parameter in before.parameters.items():
        if name not in after.parameters or after.parameters[name].type != parameter.type:
            return True
    for name, stage in before.stages.items():
        if name not in after.stages:
            return True
        outputs = after.stages[name].outputs
        if any(outputs.get(variable) != type_ for variable, type_ in stage.outputs.items()):
            return True
    return False


def _interface(lock: Lock) -> object:
    return (
        {name: p.type for name, p in lock.parameters.items()},
        {
            name: (dict(stage.inputs), dict(stage.outputs), sorted(stage.parameters))
            for name, stage in lock.stages.items()
        },
    )


def text(lock: Lock) -> str:
    """The text of nb2pipe.lock."""
    content = {"format": FORMAT, **asdict(lock)}
    content["stages"] = {name: _entry(stage) for name, stage in lock.stages.items()}
    if not lock.facts:
        del content["facts"]
    content["seal"] = meaning.digest(content)
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def is_sealed(source: str) -> bool:
    """Whether the text is as nb2pipe wrote it."""
    content = json.loads(source)
    seal: object = content.pop("seal", None)
    return seal == meaning.digest(content)


def read(source: str, place: str) -> Lock:
    """Read the text of nb2pipe.lock.

    Args:
        source: the text.
        place: the file's path, for messages.

    Raises:
        ProjectUnreadable: the text is damaged, or of a format that only a newer nb2pipe knows.
    """
    restore = (
        "Restore the file from git (after a merge, one side of it), then convert again; "
        "with --force if files of the other side remain."
    )
    try:
        content = json.loads(source)
        number = int(content["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise ProjectUnreadable(
            f"the lock is damaged: {error}", place=place, advice=restore
        ) from error
    if number > FORMAT:
        raise ProjectUnreadable(
            f"the lock has format {number}, this nb2pipe knows formats up to {FORMAT}",
            place=place,
            advice="Upgrade nb2pipe.",
        )
    try:
        known = {entry.name for entry in fields(Lock)}
        values = {key: value for key, value in content.items() if key in known}
        values["stages"] = {
            str(name): LockedStage(
                **{
                    **stage,
                    "parameters": tuple(stage.get("parameters", ())),
                    "assumed": tuple((str(c), str(n)) for c, n in stage.get("assumed", ())),
                }
            )
            for name, stage in content["stages"].items()
        }
        values["parameters"] = {
            str(name): LockedParameter(**parameter)
            for name, parameter in content["parameters"].items()
        }
        lock = Lock(**values)
        [int(part) for part in lock.version.split(".")]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ProjectUnreadable(
            f"the lock is damaged: {error}", place=place, advice=restore
        ) from error
    return lock
