"""Answers questions about the environment it runs in; started with the kernel's interpreter.

It reads one JSON document from standard input and writes one to standard output. It imports
nothing of nb2pipe and runs on Python 3.8 and later, since nb2pipe need not be installed there.
"""

from __future__ import annotations

import sys

# The folder of this file must not hide modules of the environment.
_HERE = __file__.replace("\\", "/").rpartition("/")[0]
sys.path[:] = [entry for entry in sys.path if entry.replace("\\", "/") != _HERE]

import importlib.util  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
from importlib import metadata  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

if TYPE_CHECKING:
    Found = dict[str, metadata.Distribution]


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _distributions() -> Found:
    """All distributions by normalized name; the first on ``sys.path`` wins, as in an import."""
    found: Found = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(_normalized(name), distribution)
    return found


def _tops(distribution: metadata.Distribution) -> set[str]:
    """The top-level modules that a distribution installs."""
    tops = set((distribution.read_text("top_level.txt") or "").split())
    for path in distribution.files or ():
        top = path.parts[0]
        if len(path.parts) == 1:
            stem, _, suffix = top.partition(".")
            if suffix.endswith(("py", "so", "pyd")):
                tops.add(stem)
        elif top.isidentifier():
            tops.add(top)
    return tops


def _depth(distribution: metadata.Distribution, parts: list[str]) -> int:
    """How many leading parts of a dotted module name the distribution holds."""
    best = 0
    for path in distribution.files or ():
        names = [*path.parts[:-1], path.parts[-1].partition(".")[0]]
        depth = 0
        while depth < min(len(parts), len(names)) and parts[depth] == names[depth]:
            depth += 1
        best = max(best, depth)
    return best


def _direct_url(distribution: metadata.Distribution) -> Any:
    text = distribution.read_text("direct_url.json")
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None


def _location(module: str) -> str | None:
    """Where an import of the top-level module would find it, or None."""
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError, AttributeError):
        return None
    if spec is None:
        return None
    if spec.origin and spec.origin not in ("built-in", "frozen", "namespace"):
        return spec.origin
    places = list(spec.submodule_search_locations or ())
    return places[0] if places else spec.origin or "namespace"


def _editable_owner(location: str, found: Found) -> str | None:
    """The editable distribution whose source folder holds the file."""
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    place = os.path.realpath(location)
    for name, distribution in found.items():
        url = (_direct_url(distribution) or {}).get("url", "")
        if url.startswith("file:"):
            folder = os.path.realpath(url2pathname(urlsplit(url).path))
            if place == folder or place.startswith(folder + os.sep):
                return name
    return None


def _providers(modules: list[str], found: Found) -> dict[str, dict[str, Any]]:
    """Which distributions provide each module, and the shortest name for which that holds."""
    tops: dict[str, list[str]] = {}
    for name, distribution in found.items() if modules else ():
        for top in _tops(distribution):
            tops.setdefault(top, []).append(name)
    providers = {}
    for module in modules:
        parts = module.split(".")
        names = tops.get(parts[0], [])
        if len(names) > 1:  # a namespace: those that hold most of the dotted name
            depths = {name: _depth(found[name], parts) for name in names}
            names = [name for name in names if depths[name] == max(depths.values())]
        if not names:
            location = _location(parts[0])
            owner = _editable_owner(location, found) if location else None
            names = [owner] if owner else []
        shared = len(tops.get(parts[0], ())) > 1
        providers[module] = {"key": module if shared else parts[0], "names": sorted(names)}
    return providers


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """What was asked: providers of modules, versions of distributions, where names are found."""
    asked = request["modules"] or request["distributions"]
    found = _distributions() if asked else {}
    providers = _providers(request["modules"], found)
    wanted = {_normalized(name) for name in request["distributions"]}
    wanted.update(name for provider in providers.values() for name in provider["names"])
    return {
        "python": f"{sys.version_info[0]}.{sys.version_info[1]}",
        "prefix": sys.prefix,
        "providers": providers,
        "distributions": {
            name: {"version": found[name].version, "direct_url": _direct_url(found[name])}
            for name in sorted(wanted & set(found))
        },
        "locations": {name: _location(name) for name in request["names"]},
    }


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
