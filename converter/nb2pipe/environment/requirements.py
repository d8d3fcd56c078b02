"""From the imports of a pipeline to the requirements of its environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nb2pipe.environment import indexes, installs, local
from nb2pipe.environment.facts import Distribution, Facts
from nb2pipe.environment.ranges import version_range
from nb2pipe.environment.standard import is_standard, was_ever_standard
from nb2pipe.errors import RequirementUnresolved
from nb2pipe.model import Pipeline

if TYPE_CHECKING:
    from nb2pipe.environment.probe import Survey

Ask = Callable[[Sequence[str], Sequence[str]], "Survey"]

# What running a stage needs in the kernel's environment, whatever the notebook imports.
RUNNING = {"ipykernel": "ipykernel>=6.29,<8", "cloudpickle": "cloudpickle>=3,<4"}

# Only to say in a message what an import that is not installed probably is called.
_ALIASES = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "git": "gitpython",
    "igraph": "python-igraph",
    "jwt": "pyjwt",
    "magic": "python-magic",
    "OpenSSL": "pyopenssl",
    "PIL": "pillow",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "umap": "umap-learn",
    "yaml": "pyyaml",
}


@dataclass(frozen=True)
class Requirements:
    """What the generated project requires.

    ``dependencies`` are PEP 508 requirements, sorted. ``unknown`` are imports of which nothing
    is recorded and nobody could be asked. ``left_out`` are configured addresses of packages that
    only this machine has, and that are not written.
    """

    facts: Facts
    dependencies: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Import:
    """One import that something must provide, and where it stands."""

    module: str
    place: str
    optional: bool

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


@dataclass
class _Findings:
    """Facts as they are gathered."""

    modules: dict[str, str] = field(default_factory=dict)
    distributions: dict[str, Distribution] = field(default_factory=dict)


def resolve(
    pipeline: Pipeline, *, project: Path, recorded: Facts, ask: Ask | None, refresh: bool = False
) -> Requirements:
    """Find the distributions that a pipeline's imports need.

    What is recorded is used as it is; only what is not is asked for.

    Args:
        pipeline: the analysed notebook.
        project: the project's folder, from which paths of local packages count.
        recorded: the facts that the project holds already.
        ask: asks the kernel's environment (modules, distributions); None where it must not.
        refresh: ask for everything again.

    Returns:
        The facts that are needed, and the dependencies.

    Raises:
        RequirementUnresolved: an import that nothing installed provides.
        KernelUnusable: the kernel's environment does not answer.
    """
    folder = pipeline.notebook.path.parent
    known = Facts() if refresh and ask is not None else recorded
    lines = installs.read(pipeline.requirements, folder)
    asked_for = {_name(text): text for text in lines.requirements}
    wanted = list(_imports(pipeline, folder, known.python))
    missing = [i for i in wanted if _recorded(i.module, known.modules) is None]
    unrecorded = [name for name in asked_for if name not in known.distributions]

    python, package_indexes = known.python, known.indexes
    left_out: tuple[str, ...] = ()
    findings = _Findings(dict(known.modules), dict(known.distributions))
    unknown: list[str] = []
    if missing or unrecorded or not python:
        if ask is None:
            unknown = list(dict.fromkeys([*(i.module for i in missing), *unrecorded]))
            missing = []
        else:
            modules = list(dict.fromkeys(i.module for i in missing))
            answer = ask(modules, unrecorded)
            if not python:
                python = answer.python
                here = indexes.configured(answer.prefix, os.environ, lines.indexes)
                package_indexes, left_out = here.indexes, here.left_out
            missing = [i for i in missing if not is_standard(i.top, python)]
            _take(answer, missing, findings, unrecorded, set(asked_for), project)
            _refuse_unresolved(missing, findings, folder, pipeline)

    used = {}
    for item in wanted:
        key = _recorded(item.module, findings.modules)
        if key is not None and not is_standard(item.top, python):
            used[key] = findings.modules[key]
    names = {*used.values(), *asked_for} - {""}
    distributions = {
        name: findings.distributions.get(name, Distribution(name)) for name in sorted(names)
    }
    facts = Facts(python, dict(sorted(used.items())), distributions, package_indexes)
    return Requirements(facts, _dependencies(distributions, asked_for), tuple(unknown), left_out)


def _imports(pipeline: Pipeline, folder: Path, python: str) -> Iterable[_Import]:
    """Every import that the standard library and the notebook's folder do not answer."""
    written = {path for stage in pipeline.stages for path in stage.writes}
    locals_: list[str] = []
    numbers = {cell.id: cell.number for cell in pipeline.notebook.cells}
    found = []
    for module in pipeline.modules:
        top = module.module.partition(".")[0]
        if f"{top}.py" in written:
            continue
        if local.is_local(top, folder):
            locals_.append(top)
            continue
        number = numbers.get(module.cell)
        cell = f"cell {number}, " if number is not None else ""
        place = f"{pipeline.notebook.path.name}: {cell}line {module.line}"
        found.append(_Import(module.module, place, module.optional))
    for file, line, module in local.imports(locals_, folder):
        found.append(_Import(module.module, f"{file}: line {line}", module.optional))
    for item in found:
        standard = is_standard(item.top, python) if python else _surely_standard(item.top)
        if not standard:
            yield item


def _surely_standard(module: str) -> bool:
    """Whether every Python that a kernel may have has the module."""
    return was_ever_standard(module) and all(
        is_standard(module, python) for python in ("3.8", "3.99")
    )


def _recorded(module: str, modules: Mapping[str, str]) -> str | None:
    """The recorded name that answers for a dotted module: itself or a package it is in."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        if (name := ".".join(parts[:length])) in modules:
            return name
    return None


def _take(
    answer: Survey,
    missing: Sequence[_Import],
    findings: _Findings,
    unrecorded: Sequence[str],
    preferred: set[str],
    project: Path,
) -> None:
    """Put what the environment said into the findings."""
    from nb2pipe.environment.sources import source

    for item in missing:
        key, names = answer.providers.get(item.module, (item.top, ()))
        chosen = next((name for name in names if name in preferred), next(iter(names), ""))
        if chosen or item.optional:
            findings.modules.setdefault(key, chosen)
    names_wanted = {*findings.modules.values(), *unrecorded} - {""}
    for name in names_wanted - set(findings.distributions):
        direct = answer.direct_urls.get(name)
        findings.distributions[name] = Distribution(
            name,
            answer.versions.get(name, ""),
            source(direct, project) if direct else {},
        )


def _refuse_unresolved(
    missing: Sequence[_Import], findings: _Findings, folder: Path, pipeline: Pipeline
) -> None:
    unresolved = [
        item
        for item in missing
        if _recorded(item.module, findings.modules) is None
        and not local.is_namespace(item.top, folder)
    ]
    if not unresolved:
        return
    first = unresolved[0]
    others = [item.top for item in unresolved[1:] if item.top != first.top]
    also = f" (nor {', '.join(dict.fromkeys(others))})" if others else ""
    alias = _ALIASES.get(first.top)
    hint = f", where it is probably called {alias}" if alias else ""
    raise RequirementUnresolved(
        f"no distribution in the kernel's environment provides the module {first.top}{also}",
        place=str(folder / first.place),
        advice=f"Install it there{hint}; or put its file beside the notebook; or choose another "
        "environment with --kernel or --python.",
    )


def _name(requirement: str) -> str:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return installs.normalized(Requirement(requirement).name)
    except InvalidRequirement as error:
        raise RequirementUnresolved(
            f"%pip install {requirement}: {str(error).splitlines()[0]}",
            advice="Write a requirement such as 'pandas>=3' there.",
        ) from error


def _dependencies(
    distributions: Mapping[str, Distribution], asked_for: Mapping[str, str]
) -> tuple[str, ...]:
    needed = {name: Distribution(name) for name in RUNNING} | dict(distributions)
    return tuple(_dependency(needed[name], asked_for.get(name, "")) for name in sorted(needed))


def _dependency(distribution: Distribution, asked_for: str) -> str:
    """One PEP 508 requirement: what the notebook asked for, else what was installed."""
    if asked_for:
        from packaging.requirements import Requirement

        wanted = Requirement(asked_for)
        wanted.name = distribution.name
        if wanted.url:
            wanted.url = indexes.without_credentials(wanted.url)[0]
        elif not wanted.specifier and not distribution.source and distribution.version:
            extras = f"[{','.join(sorted(wanted.extras))}]" if wanted.extras else ""
            marker = f" ; {wanted.marker}" if wanted.marker else ""
            return f"{distribution.name}{extras}{version_range(distribution.version)}{marker}"
        return str(wanted)
    if distribution.source:
        return distribution.name
    if distribution.version:
        return distribution.name + version_range(distribution.version)
    return RUNNING.get(distribution.name, distribution.name)
