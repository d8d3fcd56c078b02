"""What library calls do, read from ``knowledge.toml`` and validated when it is loaded."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any

RESULTS = frozenset(
    [
        "fresh",
        "holds",
        "copies",
        "shares",
        "shares_first",
        "element",
        "independent",
        "immutable",
        "data",
        "split",
    ]
)
KINDS = frozenset(
    {"immutable", "data", "estimator", "container", "figure", "generator", "iterator", "rng"}
    | {"unportable", "sentinel", "unknown"}
)


@dataclass(frozen=True)
class Effect:
    """What one library function does.

    ``changes``: positions of the arguments it changes in place. ``result``: how its result relates
    to its arguments: ``fresh`` (new, may hold them), ``holds``, ``copies`` (new, holds what they
    hold), ``shares`` (may be the argument itself or a view), ``shares_first``, ``element`` (an
    item of them), ``independent``, ``immutable``, ``data`` (a new array or frame), ``split`` (a
    list of new ones). ``reads`` and ``writes``: position of the path of a file. ``observes``:
    something outside that nb2pipe cannot watch. ``early``: imports after it may behave differently.
    ``alters``: a piece of process state that it changes. ``context``: one that it changes and, as
    a context manager, puts back.
    """

    changes: tuple[int, ...] = ()
    result: str = "fresh"
    kind: str = "unknown"
    type: str = ""
    draws: str = ""
    seeds: str = ""
    reads: int = -1
    writes: int = -1
    reads_any: bool = False
    writes_any: bool = False
    opens: bool = False
    generator: bool = False
    fits: bool = False
    setting: bool = False
    early: bool = False
    alters: str = ""
    context: str = ""
    refused: str = ""
    observes: str = ""

    @property
    def handles_files(self) -> bool:
        """Whether it is known what it does with the files that it is given."""
        single = self.opens or max(self.reads, self.writes) >= 0
        return single or self.reads_any or self.writes_any


@dataclass(frozen=True)
class Knowledge:
    """The whole file, indexed."""

    trusted: frozenset[str]
    estimators: frozenset[str]
    random: frozenset[str]
    keeping: frozenset[str]
    random_with: Mapping[str, str]
    random_unless: Mapping[str, str]
    exact: Mapping[str, Effect]
    below: Mapping[str, Effect]
    setting_targets: tuple[str, ...]
    early_targets: tuple[str, ...]
    changing: frozenset[str]
    returning_self: frozenset[str]
    fitting: frozenset[str]
    reading: frozenset[str]
    viewing: frozenset[str]
    drawing: frozenset[str]
    reading_files: Mapping[str, str] = field(default_factory=dict)
    listing_files: frozenset[str] = frozenset()
    commands: Mapping[str, frozenset[str]] = field(default_factory=dict)
    writing_files: Mapping[str, str] = field(default_factory=dict)
    endings: frozenset[str] = frozenset()
    submodules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    enabling: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def tuning(self) -> frozenset[str]:
        """Keywords of estimators that decide whether a result depends on random numbers."""
        return frozenset(self.random_unless.values())

    def function(self, dotted: str) -> Effect | None:
        """What the library function of that dotted name does; None when it is not known."""
        if dotted in self.exact:
            return self.exact[dotted]
        module, _, last = dotted.rpartition(".")
        for prefix in (f"{module}.{last.partition('_')[0]}_", None):
            if prefix and prefix in self.below:
                return self.below[prefix]
        while module:
            if module in self.below:
                return self.below[module]
            module = module.rpartition(".")[0]
        top = dotted.partition(".")[0]
        return Effect() if top in self.trusted else None

    def is_estimator(self, dotted: str) -> bool:
        """Whether the dotted name is a class of a library of estimators."""
        last = dotted.rpartition(".")[2]
        return dotted.partition(".")[0] in self.estimators and last[:1].isupper()


def _effect(name: str, entry: Mapping[str, Any]) -> Effect:
    known = {f.name: f.type for f in fields(Effect)}
    for key in entry:
        if key not in known:
            raise ValueError(f"knowledge.toml: {name!r} has an unknown key {key!r}")
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
    effect = Effect(**values)
    if effect.result not in RESULTS or effect.kind not in KINDS:
        raise ValueError(f"knowledge.toml: {name!r} has an unknown result or kind")
    return effect


def parse(text: str) -> Knowledge:
    """The knowledge in a TOML text.

    Raises:
        ValueError: an entry has an unknown key, result or kind, or a table is missing.
    """
    table = tomllib.loads(text)
    try:
        exact, below = {}, {}
        for name, entry in table["functions"].items():
            effect = _effect(name, entry)
            if name.endswith(".*"):
                below[name[:-2]] = effect
            elif name.endswith("_*"):
                below[name[:-1]] = effect
            else:
                exact[name] = effect
        methods = table["methods"]
        return Knowledge(
            trusted=frozenset(table["libraries"]["trusted"]),
            estimators=frozenset(table["estimators"]["packages"]),
            random=frozenset(table["estimators"]["random"]),
            keeping=frozenset(table["estimators"]["keeping"]),
            random_with=table["estimators"]["random_with"],
            random_unless={
                name: keyword
                for keyword, names in table["estimators"]["random_unless"].items()
                for name in names
            },
            exact=exact,
            below=below,
            setting_targets=tuple(table["settings"]["targets"]),
            early_targets=tuple(table["settings"]["early_targets"]),
            changing=frozenset(methods["changing"]),
            returning_self=frozenset(methods["returning_self"]),
            fitting=frozenset(methods["fitting"]),
            reading=frozenset(methods["reading"]),
            viewing=frozenset(methods["viewing"]),
            drawing=frozenset(methods["drawing"]),
            reading_files=methods["reading_files"],
            listing_files=frozenset(methods["listing_files"]),
            commands={kind: frozenset(names) for kind, names in table["commands"].items()},
            writing_files=methods["writing_files"],
            endings=frozenset(table["files"]["endings"]),
            enabling=table["enabling"],
            submodules={name: tuple(found) for name, found in table["submodules"].items()},
        )
    except KeyError as missing:
        raise ValueError(f"knowledge.toml: no entry {missing}") from None


@cache
def load() -> Knowledge:
    """The knowledge that comes with nb2pipe."""
    return parse(Path(__file__).with_name("knowledge.toml").read_text("utf-8"))
