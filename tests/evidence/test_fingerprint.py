"""Fingerprints: what reading leaves alone, what every kind of change moves, what is shared."""

from __future__ import annotations

import collections
import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from nb2pipe.execution.kernel.fingerprint import Fingerprint


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "number": [1.5, np.nan, 3.0],
            "text": ["a", None, "c"],
            "when": pd.to_datetime(["2020-01-01", "2021-01-01", "2022-01-01"]),
            "kind": pd.Categorical(["u", "v", "u"]),
            "whole": pd.array([1, None, 3], dtype="Int64"),
        }
    )


def fitted() -> LogisticRegression:
    return LogisticRegression().fit(np.arange(6.0).reshape(-1, 1), [0, 0, 0, 1, 1, 1])


CHANGES: dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {
    "list": (lambda: [1, 2.5, "x", None], lambda v: v.append(1)),
    "list item of another type": (lambda: [1, 2], lambda v: v.__setitem__(0, True)),
    "nested": (lambda: {"a": [[1], [2]]}, lambda v: v["a"][1].append(3)),
    "dict order": (lambda: {"a": 1, "b": 2}, lambda v: v.update(a=v.pop("a"))),
    "set": (lambda: {1, 2}, lambda v: v.add(3)),
    "array": (lambda: np.zeros((3, 4)), lambda v: v.__setitem__((2, 3), 1e-300)),
    "negative zero": (lambda: np.zeros(3), lambda v: v.__setitem__(0, -0.0)),
    "strided": (lambda: np.arange(20)[::3], lambda v: v.__setitem__(6, 0)),
    "objects": (lambda: np.array(["a", [1]], dtype=object), lambda v: v[1].append(2)),
    "large": (lambda: np.zeros(1_000_000), lambda v: v.__setitem__(777_777, 1)),
    "number": (frame, lambda v: v.__setitem__("number", [1.5, 2.0, 3.0])),
    "text": (frame, lambda v: v.loc.__setitem__((1, "text"), "b")),
    "category": (frame, lambda v: v.loc.__setitem__((1, "kind"), "u")),
    "column": (frame, lambda v: v.__setitem__("new", 1)),
    "index": (frame, lambda v: setattr(v, "index", [3, 4, 5])),
    "names": (frame, lambda v: setattr(v.index, "name", "row")),
    "series": (lambda: frame()["whole"].copy(), lambda v: v.__setitem__(1, 2)),
    "estimator": (fitted, lambda v: v.set_params(C=2.0)),
    "fitted again": (fitted, lambda v: v.coef_.__setitem__((0, 0), 0)),
    "generator": (lambda: np.random.default_rng(0), lambda v: v.random()),
    "old generator": (lambda: np.random.RandomState(0), lambda v: v.rand()),
    "deque": (lambda: collections.deque([1, [2]]), lambda v: v[1].append(3)),
    "counter": (lambda: collections.Counter("abc"), lambda v: v.update("a")),
    "partial": (lambda: functools.partial(sorted, [2, 1]), lambda v: v.args[0].append(0)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changes_is_seen_and_looking_changes_nothing(name: str) -> None:
    make, change = CHANGES[name]
    value = make()
    before = Fingerprint(value)
    again = Fingerprint(value)
    assert (again.content, again.plain) == (before.content, before.plain)
    change(value)
    assert Fingerprint(value).content != before.content
    assert not before.opaque


def test_reading_a_frame_and_a_model_changes_nothing() -> None:
    data, model = frame(), fitted()
    before = [Fingerprint(value).plain for value in (data, model)]
    data.groupby("kind", observed=True)["number"].mean()
    data.describe()
    str(data)
    _ = data.loc[1, "text"], data.T, data.sort_values("number")
    model.predict_proba(np.ones((2, 1)))
    repr(model)
    assert [Fingerprint(value).plain for value in (data, model)] == before


def test_what_cannot_be_told_apart_is_opaque(tmp_path: Any) -> None:
    class Sulking:
        def __reduce_ex__(self, protocol: Any) -> Any:
            raise TypeError("no")

        __slots__ = ()

    with (tmp_path / "file").open("w") as file:
        for value in (iter([1]), (n for n in [1]), file, {"inside": file}, Sulking()):
            assert Fingerprint(value).opaque, value


def test_shared_objects_and_memory_are_held_by_both() -> None:
    inner: list[int] = []
    data = np.arange(10.0)
    model = LogisticRegression()
    search = GridSearchCV(model, {"C": [1.0]})

    def shares(one: Any, other: Any) -> bool:
        first, second = Fingerprint(one), Fingerprint(other)
        return not first.holds.isdisjoint(second.holds)

    assert shares([inner], {"also": inner})
    assert shares(data, data[::2].reshape(5, 1))
    assert shares(search, model)
    assert not shares([[]], [[]])
    assert not shares(data, data.copy())
    assert not shares("text", "text")
    assert not shares(LogisticRegression(), LogisticRegression())


def test_a_ring_ends() -> None:
    ring: list[Any] = [1]
    ring.append(ring)
    before = Fingerprint(ring)
    ring.insert(0, 2)
    assert Fingerprint(ring).content != before.content
    assert not before.opaque


class Point:
    def __init__(self, held: list[int]) -> None:
        self._held = held


def test_in_passing_only_plain_values_are_looked_at() -> None:
    own = [__name__]

    def looked(value: Any) -> Fingerprint:
        return Fingerprint(value, own=own)

    for value in (frame(), [1, {"a": {2}}], np.random.default_rng(0), Point([1]), pd.Index([1])):
        assert not looked(value).opaque, value
    class_of_another = type("Other", (LogisticRegression,), {"__module__": __name__})
    for value in (LogisticRegression(), [functools.partial(print)], class_of_another()):
        assert looked(value).opaque, value
    assert looked(list(map(str, range(30_000)))).opaque is False  # in one piece
    before = looked([np.random.normal]).content
    np.random.normal()
    assert looked([np.random.normal]).content == before  # the global generator is another matter
    assert looked([[n] for n in range(30_000)]).opaque
    assert looked(np.zeros(1 << 24)).opaque
    point = Point([1])
    before = looked(point).content
    point._held.append(2)
    assert looked(point).content != before
