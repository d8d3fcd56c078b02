"""The analysis with one of its rules switched off: the proof must then find something wrong.

::

    python tests/proof/weakened.py                 # every rule; how many examples it took
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from unittest import mock

import generated
import generator
import proving
from categories import CATEGORIES

from nb2pipe.analysis import classes, methods, passes, recalls, regions, sharing, statements
from nb2pipe.analysis.effect import UnitEffect
from nb2pipe.analysis.machine import Machine
from nb2pipe.analysis.passes import _Analysis
from nb2pipe.analysis.regions import IMMUTABLE, Value
from nb2pipe.model import Notebook

EXAMPLES = 500


@dataclass(frozen=True)
class Rule:
    """A rule: the category in which its absence shows, and what stands in its place.

    ``also`` is what would find the same by another way.
    """

    category: str
    owner: Any
    attribute: str
    instead: Callable[..., Any]
    also: Rule | None = None


def _nothing(*_: Any, **__: Any) -> None:
    """In place of a method that has an effect."""


def _sure(self: Machine) -> UnitEffect:
    """Every binding is a sure one."""
    effect = self.effect
    effect.binds = {name for name in effect.touched if name in self.globals}
    effect.deletes = {name for name in effect.touched if name not in self.globals}
    return effect


def _read(self: Machine, name: str) -> None:
    """Only what a cell's own text reads."""
    if name not in self.bound_here and not self.depth:
        self.effect.reads.setdefault(name, self.position)


def _immutable_element(self: regions.Regions, value: Value) -> Value:
    return IMMUTABLE


def _not_held(self: regions.Regions, own: Any) -> set[int]:
    return set(own)


def _not_by_method(self: Any, base: Value, name: str, arguments: Any) -> Value:
    return self.regions.fresh("unknown")


def _added(self: Any, node: Any) -> None:
    import ast

    if isinstance(node.target, ast.Name):
        self.store(
            node.target.id, self._computed([self.load(node.target.id), self.evaluate(node.value)])
        )


def _without_edges(*_: Any) -> list[Any]:
    return []


RULES = MappingProxyType(
    {
        "values are changed in place": Rule("changed in place", Machine, "change", _nothing),
        "methods change what they belong to": Rule(
            "changed in place", methods.Methods, "_changing_method", _not_by_method
        ),
        "items and attributes are set": Rule(
            "changed in place", statements.Interpreter, "set_inside", _nothing
        ),
        "augmented assignment changes in place": Rule(
            "changed in place", statements.Interpreter, "_AugAssign", _added
        ),
        "what holds a changed value is changed": Rule(
            "aliases", regions.Regions, "reaching", _not_held
        ),
        "loop variables and items are parts": Rule(
            "changed in place", regions.Regions, "element", _immutable_element
        ),
        "what shares crosses together": Rule("aliases", sharing.Sharing, "keep", _nothing),
        "a name bound on some paths keeps its old value": Rule(
            "names and scopes", Machine, "finish", _sure
        ),
        "functions read when they are called": Rule(
            "functions", Machine, "_note_read", _read,
            also=Rule("functions", Machine, "_note_code", _nothing),
        ),
        "code inside values reads": Rule("code in values", Machine, "_note_code", _nothing),
        "global generators have a state": Rule("random state", Machine, "draw", _nothing),
        "settings hold afterwards": Rule("settings", _Analysis, "_replay_settings", _nothing),
        "files order stages": Rule("files", passes, "file_edges", _without_edges),
        "names in text are read": Rule("frames", methods.Methods, "_names_in_text", _nothing),
        "an object leads to its class": Rule(
            "state of classes", classes.Classes, "class_of", _nothing
        ),
        "a function that keeps results runs once": Rule(
            "state of classes", recalls, "called_anew", _without_edges
        ),
    }
)  # fmt: skip


@contextmanager
def off(name: str) -> Iterator[Rule]:
    """The analysis without a rule."""
    with ExitStack() as stack:
        part: Rule | None = RULES[name]
        while part is not None:
            stack.enter_context(mock.patch.object(part.owner, part.attribute, part.instead))
            part = part.also
        yield RULES[name]


class Found(Exception):
    """A notebook that comes out wrong."""


def examples_until_wrong(name: str, examples: int = EXAMPLES) -> tuple[int, str]:
    """How many notebooks it takes until one is wrong without the rule (0: none was), and it."""
    count = 0

    def judge(read: Notebook) -> None:
        nonlocal count
        count += 1
        verdict = proving.prove(read)
        if verdict.outcome == "wrong":
            raise Found(f"{verdict.reason}\n{generator.text(read)}")

    with off(name) as rule:
        try:
            generated.each(CATEGORIES[rule.category], examples, judge)
        except Found as found:
            return count, str(found)
    return 0, ""


def main() -> int:
    """The table: 1 when the proof did not see that a rule was off."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("words", nargs="*")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    unseen = 0
    for name, rule in RULES.items():
        if given.words and not any(word in name for word in given.words):
            continue
        generated.prepare([rule.category])
        count, said = examples_until_wrong(name)
        unseen += not count
        shown = f"after {count}" if count else "NOT SEEN"
        print(f"{name:50}{shown:12}{said.splitlines()[0][:100] if said else ''}", flush=True)
    return int(unseen > 0)


if __name__ == "__main__":
    sys.exit(main())
