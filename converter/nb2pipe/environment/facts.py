"""Facts about the world that ``convert`` records once and then works from.

They stand in the generated pyproject.toml, so that a later ``convert`` needs neither the kernel's
environment nor a network and writes the same bytes on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nb2pipe.errors import ProjectUnreadable


@dataclass(frozen=True)
class Index:
    """A package index; ``url`` holds no credentials."""

    name: str
    url: str
    default: bool = False


@dataclass(frozen=True)
class Distribution:
    """A distribution as it was installed when the fact was recorded.

    ``version`` is "" when it was not installed. ``source`` is its entry in ``[tool.uv.sources]``
    (``{"path": "../lib", "editable": True}``), empty for one that comes from an index.
    """

    name: str
    version: str = ""
    source: Mapping[str, str | bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """What is known of the kernel's environment.

    ``python`` is its minor version (``3.11``). ``modules`` maps an imported module to its
    distribution's normalized name, to "" for an optional one that nothing provides.
    """

    python: str = ""
    modules: Mapping[str, str] = field(default_factory=dict)
    distributions: Mapping[str, Distribution] = field(default_factory=dict)
    indexes: tuple[Index, ...] = ()


def read(document: Mapping[str, Any], place: str) -> Facts:
    """The facts that a parsed pyproject.toml holds.

    Args:
        document: the parsed file.
        place: the file's path, for messages.

    Returns:
        The facts; empty ones when the file has none.

    Raises:
        ProjectUnreadable: the facts are damaged.
    """
    tool = document.get("tool", {})
    recorded = tool.get("nb2pipe", {}).get("facts", {})
    uv = tool.get("uv", {})
    try:
        modules = {str(k): str(v) for k, v in recorded.get("modules", {}).items()}
        versions = {str(k): str(v) for k, v in recorded.get("versions", {}).items()}
        sources = {str(k): dict(v) for k, v in uv.get("sources", {}).items()}
        indexes = tuple(
            Index(str(i["name"]), str(i["url"]), bool(i.get("default", False)))
            for i in uv.get("index", ())
        )
        python = str(recorded.get("python", ""))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ProjectUnreadable(
            f"the recorded facts are damaged: {error}",
            place=place,
            advice="Restore the file from git, or let `nb2pipe convert --upgrade --force` "
            "record them again.",
        ) from error
    distributions = {
        name: Distribution(name, versions.get(name, ""), sources.get(name, {}))
        for name in {*versions, *sources, *modules.values()} - {""}
    }
    return Facts(python, modules, distributions, indexes)
