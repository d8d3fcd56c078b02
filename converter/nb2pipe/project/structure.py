"""``pipeline.yaml`` as read: the tasks, and what each takes from which other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from nb2pipe.emit.scalars import read_back
from nb2pipe.errors import ProjectUnreadable

SETTINGS = ("cache", "timeout", "secrets")
RESTORE = "Restore the file from git, or convert the notebook again."


@dataclass(frozen=True)
class Task:
    """One task.

    ``parameters`` maps a parameter to its key in ``env.yaml``. ``settings`` are
    the stage's, unchecked.
    """

    stage: str
    upstream: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str | None] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    unobservable: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Structure:
    """All tasks, in the file's order, and the package that holds their modules."""

    package: str
    tasks: tuple[Task, ...]


def read(source: str, place: str) -> Structure:
    """Read the text of ``pipeline.yaml``.

    Args:
        source: the text.
        place: the file's path, for messages.

    Raises:
        ProjectUnreadable: it is no YAML, or not the structure that nb2pipe writes.
    """
    entries = _Part(yaml_mapping(source, place), place, "").list("tasks")
    parts = [_Part.of(entry, place, f"task {number}") for number, entry in enumerate(entries, 1)]
    names: dict[str, str] = {}
    packages: list[str] = []
    for part in parts:
        package, stage = _function(part)
        if part.text("name") in names:
            part.refuse(f"there is another task {part.text('name')}")
        names[part.text("name")] = stage
        packages.append(package)
    if len(set(packages)) != 1:
        raise ProjectUnreadable(
            "the tasks are of different packages" if packages else "there are no tasks",
            place=place,
            advice=RESTORE,
        )
    return Structure(packages[0], tuple(_task(part, names) for part in parts))


def yaml_mapping(source: str, place: str) -> dict[str, Any]:
    """The mapping that a text of YAML is, read as Ploomber reads it.

    Raises:
        ProjectUnreadable: it is no YAML, or no mapping.
    """
    import yaml

    try:
        content = yaml.safe_load(source)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{place}, line {mark.line + 1}" if mark else place
        reason = getattr(error, "problem", None) or str(error)
        raise ProjectUnreadable(
            f"the file is no YAML: {reason}", place=where, advice="Correct that line."
        ) from error
    if not isinstance(content, dict):
        raise ProjectUnreadable("the file holds no mapping", place=place, advice=RESTORE)
    return content


def _task(part: _Part, names: Mapping[str, str]) -> Task:
    def stage(name: object, what: str) -> str:
        if not isinstance(name, str) or name not in names:
            part.refuse(f"{what} comes from {name!r}, which is no task")
        return names[name]

    params = part.part("params")
    facts = params.part("nb2pipe")
    states = params.part("states").content
    return Task(
        stage=_function(part)[1],
        upstream=tuple(stage(name, "something") for name in part.list("upstream")),
        inputs={n: stage(s, n) for n, s in params.part("inputs").content.items()},
        parameters=dict(_parameter(params, n) for n in params.part("parameters").content),
        states={n: None if s is None else stage(s, n) for n, s in states.items()},
        reads=(*params.part("data").texts("files"), *facts.texts("reads")),
        writes=facts.texts("writes"),
        unobservable=facts.text("unobservable", ""),
        settings={key: facts.content[key] for key in SETTINGS if key in facts.content}
        | {key: facts.text(key) for key in ("image", "report") if key in facts.content}
        | {key: list(facts.texts(key)) for key in ("limits",) if key in facts.content},
    )


def _function(part: _Part) -> tuple[str, str]:
    """The package and the stage of a task: its function is ``package.stage.stage``."""
    names = part.part("params").text("function").split(".")
    if len(names) != 3 or names[1] != names[2] or not all(map(str.isidentifier, names)):
        part.refuse("its function is not of the form package.stage.stage")
    return names[0], names[1]


def _parameter(params: _Part, name: str) -> tuple[str, str]:
    """A parameter and its key: the text is ``key = {{[key]}}``."""
    text = params.part("parameters").text(name)
    key, _, value = text.partition(" = ")
    if not key or value != f"{{{{[{key}]}}}}":
        params.refuse(f"parameter {name} is not of the form key = {{{{[key]}}}}")
    return name, key


@dataclass(frozen=True)
class _Part:
    """A mapping in the file, read with checks that name it."""

    content: Mapping[str, Any]
    place: str
    name: str

    @classmethod
    def of(cls, content: object, place: str, name: str) -> _Part:
        part = cls({}, place, name)
        if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
            part.refuse("it is no mapping with text as keys")
        return cls(content, place, name)

    def refuse(self, message: str) -> NoReturn:
        place = f"{self.place}, {self.name}" if self.name else self.place
        raise ProjectUnreadable(message, place=place, advice=RESTORE)

    def part(self, key: str) -> _Part:
        return self.of(self.content.get(key) or {}, self.place, f"{self.name}, {key}".strip(", "))

    def list(self, key: str) -> list[Any]:
        value = self.content.get(key) or []
        if not isinstance(value, list):
            self.refuse(f"{key} is no list")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        value = read_back(self.content.get(key, default))
        if not isinstance(value, str):
            self.refuse(f"it has no text as {key}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        values = tuple(read_back(value) for value in self.list(key))
        if not all(isinstance(value, str) for value in values):
            self.refuse(f"{key} holds something other than text")
        return values
