"""Namespaces as what can be compared between processes: a form for every value, and who shares."""

from __future__ import annotations

import contextlib
import itertools
import random
import sys
import tempfile
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nb2pipe.verification.kernel import kinds  # noqa: F401 - before any child needs it
from nb2pipe.verification.kernel.form import Form, World
from nb2pipe.verification.values import CLOSE

# Names of the shell's own.
OWN = {"In", "Out", "get_ipython", "exit", "quit", "open"}


@dataclass(frozen=True)
class Snapshot:
    """Digests by name, their ``parts`` for people; ``shared`` are pairs that share an object.

    ``skeletons`` are digests of all but the floats, which are ``numbers``.
    """

    digests: Mapping[str, str]
    parts: Mapping[str, Sequence[tuple[str, str, str]]]
    shared: frozenset[tuple[str, str]]
    skeletons: Mapping[str, str]
    numbers: Mapping[str, bytes]
    uncomparable: frozenset[str] = frozenset()


def snapshot(namespace: Mapping[str, Any], package: str) -> Snapshot:
    """The values of a namespace, but for modules, functions and classes.

    Those are compared by what they do. Looking changes nothing: random generators are put back.
    """
    digests, parts, holders = {}, {}, {}
    skeletons, numbers = {}, {}
    uncomparable = set()
    with undisturbed(), tempfile.TemporaryDirectory() as folder:
        world = World(package, folder)
        for name in sorted(namespace):
            value = namespace[name]
            if name in OWN or name.startswith("_"):
                continue
            if isinstance(value, (types.ModuleType, types.FunctionType, types.BuiltinFunctionType)):
                continue
            if isinstance(value, type):
                continue
            form = Form(world)
            form.add("", value)
            inline, spooled = form.close()
            skeletons[name] = form.skeleton.hexdigest()
            numbers[name] = Path(folder, spooled).read_bytes() if spooled else bytes.fromhex(inline)
            digests[name] = form.exact.hexdigest()
            parts[name] = form.entries
            holders[name] = form.holds
            if form.uncomparable:
                uncomparable.add(name)
    shared = {
        (one, other)
        for one, other in itertools.combinations(holders, 2)
        if holders[one] & holders[other]
    }
    return Snapshot(digests, parts, frozenset(shared), skeletons, numbers, frozenset(uncomparable))


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """The global random generators are as before afterwards."""
    state = random.getstate()
    numpy: Any = sys.modules.get("numpy")
    numbers = numpy.random.get_state(legacy=False) if numpy is not None else None
    try:
        yield
    finally:
        random.setstate(state)
        if numpy is not None:
            numpy.random.set_state(numbers)


def differences(expected: Snapshot, found: Snapshot, unstable: Iterable[str] = ()) -> list[str]:
    """In what the values that both have differ."""
    ignored = set(unstable) | expected.uncomparable | found.uncomparable
    names = [n for n in found.digests if n in expected.digests and n not in ignored]
    said = [
        f"{name}{_part(expected.parts[name], found.parts[name])}"
        for name in names
        if expected.digests[name] != found.digests[name] and not _close(name, expected, found)
    ]
    # What shares in the notebook only is not seen by the stage, or its outputs would differ.
    said += [
        f"{one} and {other} share an object in the stage only"
        for one, other in sorted(found.shared - expected.shared)
        if one in names and other in names
    ]
    return said


def _close(name: str, expected: Snapshot, found: Snapshot) -> bool:
    """Whether only floats differ, by as little as ``nb2pipe verify`` calls close."""
    if expected.skeletons[name] != found.skeletons[name]:
        return False
    one, other = (np.frombuffer(side.numbers[name], "<f8") for side in (expected, found))
    return bool(np.allclose(one, other, rtol=CLOSE, atol=0, equal_nan=True))


def _part(expected: Sequence[tuple[str, str, str]], found: Sequence[tuple[str, str, str]]) -> str:
    """The first part in which two values differ."""
    for one, other in itertools.zip_longest(expected, found, fillvalue=("", "nothing", "")):
        if one != other:
            return " ≠ ".join(
                f"{path}: {text[:150]} {more[:80]}" for path, text, more in (one, other)
            )
    return ": other numbers"
