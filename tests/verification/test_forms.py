"""Values in canonical form: what is equal, close and different, and what cannot be looked into."""

import collections
import copy
import dataclasses
import datetime
import enum
import io
import pickle
import random
import sys
import threading
import types
from decimal import Decimal
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.utils import Bunch

from nb2pipe.verification.kernel import models, numbers
from nb2pipe.verification.kernel.form import Form, World


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


@dataclasses.dataclass
class Point:
    x: float
    y: float


class Slotted:
    __slots__ = ("hidden",)

    def __init__(self, hidden):
        self.hidden = hidden


Pair = collections.namedtuple("Pair", "left right")


def shared_list():
    item = [1]
    return [item, item]


def frame(**changes):
    made = pd.DataFrame(
        {
            "n": [1, 2, 3],
            "x": [0.5, float("nan"), 2.0],
            "s": ["a", "b", None],
            "c": pd.Categorical(["u", "v", "u"]),
            "t": pd.date_range("2024-01-01", periods=3, tz="UTC"),
            "m": pd.array([1, None, 3], dtype="Int64"),
        },
        index=pd.Index([10, 11, 12], name="id"),
    )
    return made.assign(**changes)


ALIKE = [
    None, True, 3, 2**70, "text", b"bytes", 1.5, float("nan"), 1 + 2j, (1, "a"), [1, [2]],
    {"b": 1, "a": [2.5]}, {3, 1, 2}, frozenset("ab"), range(3), Decimal("1.10"), Colour.RED,
    datetime.datetime(2024, 1, 2, 3), Path("a/b"), Point(1, 2.5), Slotted([1]), Pair(1, 2),
    collections.Counter("aab"), collections.deque([1, 2], maxlen=3), collections.OrderedDict(a=1),
    collections.defaultdict(list, a=[1]), partial(int, base=2), np.arange(5), np.float32(0.1),
    np.array(["a", None], dtype=object), np.array([1.0, np.nan]), np.ma.array([1, 2], mask=[0, 1]),
    np.zeros(2, dtype=[("a", "i4"), ("b", "f8")]), np.datetime64("2024-01-01"), np.dtype("f4"),
    np.random.default_rng(0), np.random.RandomState(3), random.Random(4), frame(), frame()["x"],
    frame().index, pd.MultiIndex.from_tuples([(1, "a"), (2, "b")], names=["i", "j"]), pd.NA, pd.NaT,
    pd.Timestamp("2024-01-01"), pd.Interval(0, 1), pd.Period("2024-01"), pd.interval_range(0, 3),
    shared_list(), list(range(100)), [0.5] * 100, ["x"] * 100, ValueError("no"), len, np.add, Point,
]  # fmt: skip


@pytest.mark.parametrize("value", ALIKE, ids=lambda value: type(value).__name__)
def test_a_value_and_what_a_pickle_makes_of_it_are_equal(value, compared):
    again = pickle.loads(pickle.dumps(value))
    assert compared(value, again).likeness == "equal"


DIFFERENT = [
    (1, 2), (1, True), (1, 1.0), ("a", "b"), ("1", 1), ([1, 2], [2, 1]), ([1], (1,)),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}), ({1, 2}, {1, 3}), ({1}, frozenset({1})),
    (Colour.RED, Colour.GREEN), (Point(1, 2.5), Point(1, 3.5)), (Slotted(1), Slotted(2)),
    (shared_list(), [[1], [1]]), (1.0, 1.001), (float("nan"), 1.0), (float("inf"), 1.0),
    (list(range(100)), [*range(99), 7]), ([0.5] * 100, [*[0.5] * 99, 0.6]),
    (np.arange(5), np.arange(5.0)), (np.arange(6), np.arange(6).reshape(2, 3)),
    (np.arange(5), np.array([0, 1, 2, 3, 5])), (np.float32(1), np.float64(1)),
    (np.random.RandomState(0), np.random.RandomState(1)), (random.Random(0), random.Random(1)),
    (frame(), frame(n=[1, 2, 4])), (frame(), frame(n=[1.0, 2.0, 3.0])),
    (frame(), frame()[["x", "n", "s", "c", "t", "m"]]), (frame(), frame().rename_axis("key")),
    (frame(), frame().iloc[::-1]), (frame(), frame(s=["a", "b", "z"])),
    (frame(), frame(c=pd.Categorical(["u", "v", "v"]))),
    (frame(), frame(m=pd.array([1, 2, 3], dtype="Int64"))),
    (frame()["x"], frame()["x"].rename("y")),
    (collections.defaultdict(list), collections.defaultdict(dict)),
    (partial(int, base=2), partial(int, base=3)), (ValueError("a"), ValueError("b")),
    (types.SimpleNamespace(a=1), types.SimpleNamespace(a=2)),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_values_that_differ_are_found_different(one, other, compared):
    found = compared(one, other)
    assert found.likeness == "different"
    assert found.detail


def test_floats_are_close_up_to_a_billionth_and_said_so(compared):
    assert compared([1.0], [1.0 + 1e-12]).likeness == "close"
    assert compared([1.0], [1.0 + 1e-8]).likeness == "different"
    found = compared({"a": np.array([1.0, 2.0])}, {"a": np.array([1.0, 2.0 + 1e-14])})
    assert (found.likeness, found.path) == ("close", "['a'][1]")
    assert "relative" in found.detail


def test_the_first_part_that_differs_is_named(compared):
    assert compared({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}).path == "['a'][1]['b']"
    found = compared(frame(), frame(x=[0.5, float("nan"), 2.5]))
    assert (found.path, found.detail) == ("['x'][2]", "2.0 → 2.5")
    many = np.arange(300_000.0)
    changed = many.copy()
    changed[123_456] = 0
    assert compared(many, changed).path == "[123456]"  # through a file


def compiled(text, **outer):
    namespace = {"__name__": "__main__", **outer}
    exec(text, namespace)
    return namespace["f"]


def test_a_function_is_the_same_in_a_cell_and_inside_a_function(compared):
    cell = compiled("def f(a, b=2):\n    return [a - b - limit for _ in range(a)]", limit=3)
    inside = compiled(
        "def stage(limit):\n    def f(a, b=2):\n"
        "        return [a - b - limit for _ in range(a)]\n    return f\nf = stage(3)"
    )
    assert compared(cell, inside).likeness == "equal"


@pytest.mark.parametrize(
    "text",
    [
        "def f(a, b=2):\n    return a - b",
        "def f(a, b=3):\n    return a + b",
        "def f(a, b=2):\n    return b + a",
        "def f(a, c=2):\n    return a + c",
        "def f(a, b=2):\n    return a + b + len(a)",
        "def f(a, b=2):\n    return [a + b]",
    ],
)
def test_an_edited_function_is_another_one(text, compared):
    assert compared(compiled("def f(a, b=2):\n    return a + b"), compiled(text)).likeness == (
        "different"
    )


def test_what_a_function_refers_to_counts_where_both_find_it(compared):
    text = "def f():\n    return limit"
    found = compared(compiled(text, limit=1), compiled(text, limit=2))
    assert found.likeness == "different"
    assert "limit" in found.detail
    assert compared(compiled(text, limit=1), compiled(text)).likeness == "equal"


def test_closures_count(compared):
    text = "def make(n):\n    def inner():\n        return n\n    return inner\nf = make({})"
    assert compared(compiled(text.format([1])), compiled(text.format([1]))).likeness == "equal"
    assert compared(compiled(text.format([1])), compiled(text.format([2]))).likeness == "different"


def test_a_class_of_the_notebook_is_its_members_wherever_it_is_defined(compared):
    text = "class f:\n    count = {}\n    def area(self):\n        return {}"
    one, moved = compiled(text.format(0, 1)), compiled(text.format(0, 1))
    moved.__module__ = "nb2pipe_trial.shared"
    assert compared(one(), moved()).likeness == "equal"
    assert compared(one(), compiled(text.format(5, 1))()).likeness == "different"
    assert compared(one(), compiled(text.format(0, 2))()).likeness == "different"


def generator():
    yield 1


class Grudging:
    @property
    def __dict__(self):
        raise KeyError("not to be seen")


@pytest.mark.parametrize(
    ("asked", "before"),
    [
        ({"_cache": {"mean": 2.0}}, {"_cache": {}}),
        ({"_summary_statistics_cache": 1}, {}),
        ({"_nobs_int": 3}, {}),
        ({"_attrs": {}}, {"_attrs": None}),
    ],
)
def test_what_a_library_computed_when_it_was_asked_does_not_count(compared, asked, before):
    def made(state):
        bunch = Bunch()
        bunch.__dict__.update(state)
        return bunch

    assert compared(made(asked), made(before)).likeness == "equal"
    assert compared(made({"_node": {1: 2}}), made({"_node": {}})).likeness == "different"


def test_whether_models_have_a_library_s_record_in_common_does_not_count(compared):
    from sklearn.ensemble import HistGradientBoostingRegressor

    rows, target = np.arange(20.0).reshape(-1, 1), np.arange(20.0)
    models = [HistGradientBoostingRegressor(max_iter=1).fit(rows, target) for _ in range(2)]
    again = [pickle.loads(pickle.dumps(models[0])), models[1]]
    assert compared(models, again).likeness == "equal"


def test_what_refuses_to_be_looked_at_is_named(form):
    made = form([Grudging(), 1])
    assert [(place, reason) for place, _, reason in made["uncomparable"]] == [
        ("[0]", "looking at it fails: KeyError: 'not to be seen'")
    ]


def test_a_legend_s_colours_are_compared(compared):
    from matplotlib.patches import Patch

    red = [Patch(facecolor="red", label="bad")]
    assert compared(red, [Patch(facecolor="red", label="bad")]).likeness == "equal"
    assert compared(red, [Patch(facecolor="green", label="bad")]).likeness == "different"
    assert compared(red, [Patch(facecolor="red", label="good")]).likeness == "different"


@pytest.mark.parametrize("value", [generator(), threading.Lock(), sys._getframe()])
def test_what_cannot_be_looked_into_is_named(value, form):
    made = form({"a": [value]})
    assert made["uncomparable_count"] == 1
    path, kind, reason = made["uncomparable"][0]
    assert path == "['a'][0]"
    assert kind and reason


def test_addresses_do_not_count(compared):
    assert compared(object(), object()).likeness == "equal"
    assert compared("<A at 0x7f00deadbeef>", "<A at 0x7f00deadbee0>").likeness == "equal"


def test_cycles_and_depth_end(form):
    cycle = []
    cycle.append(cycle)
    assert form(cycle)["uncomparable_count"] == 0
    deep = []
    for _ in range(5000):
        deep = [deep]
    assert form(deep)["uncomparable_count"] == 1


def test_views_of_one_memory_and_aliases_are_held_in_common(tmp_path):
    world = World("nb2pipe_trial", str(tmp_path))

    def holds(value):
        made = Form(world)
        made.add("", value)
        return made.holds

    base, items = np.arange(10), [1]
    assert holds(base) & holds({"view": base[2:4]})
    assert not holds(base) & holds(base.copy())
    assert holds(items) & holds((items,))
    assert not holds(items) & holds([1])


class TestModels:
    def test_state_and_predictions(self, compared):
        linear_model = pytest.importorskip("sklearn.linear_model")
        x, y = np.arange(20.0).reshape(10, 2), np.arange(10.0)
        one = linear_model.LinearRegression().fit(x, y)
        assert compared(one, copy.deepcopy(one)).likeness == "equal"
        other = linear_model.LinearRegression().fit(x, y * 2)
        assert compared(one, other).likeness == "different"
        answers = models.predictions(one)
        assert list(answers) == ["predict"]
        assert compared(answers, models.predictions(copy.deepcopy(one))).likeness == "equal"
        assert compared(answers, models.predictions(other)).likeness == "different"

    def test_trees_and_searches_without_their_times(self, compared):
        search = pytest.importorskip("sklearn.model_selection").GridSearchCV
        tree = pytest.importorskip("sklearn.tree").DecisionTreeClassifier
        x, y = np.arange(40.0).reshape(20, 2), np.arange(20) % 2

        def fitted(depth):
            return search(tree(random_state=0), {"max_depth": [1, depth]}, cv=2).fit(x, y)

        assert compared(fitted(2), fitted(2)).likeness == "equal"
        assert compared(fitted(2), fitted(3)).likeness == "different"

    def test_asking_changes_nothing(self):
        linear_model = pytest.importorskip("sklearn.linear_model")
        model = linear_model.LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0])
        random.seed(1)
        np.random.seed(1)
        before = random.getstate(), np.random.get_state()[1].tolist()
        models.predictions(model)
        assert (random.getstate(), np.random.get_state()[1].tolist()) == before


class TestFigures:
    def drawn(self, points, title="t", label="x"):
        figure = pytest.importorskip("matplotlib.figure").Figure()
        axes = figure.add_subplot()
        axes.plot(points)
        axes.bar([0, 1], points[:2])
        axes.scatter([0, 1], points[:2], c=[0.1, 0.9])
        axes.imshow(np.outer(points, points))
        axes.set(title=title, xlabel=label)
        return figure

    def test_a_figure_is_its_data(self, compared):
        assert compared(self.drawn([1, 2, 3]), self.drawn([1, 2, 3])).likeness == "equal"

    @pytest.mark.parametrize(
        "changes", [{"points": [1, 2, 4]}, {"title": "u"}, {"label": "y"}], ids=str
    )
    def test_other_data_or_texts_are_another_figure(self, changes, compared):
        other = self.drawn(**{"points": [1, 2, 3], **changes})
        assert compared(self.drawn([1, 2, 3]), other).likeness == "different"


def test_every_nan_is_alike(form):
    odd = np.array([0x7FF8000000000001], dtype="u8").view("f8")
    assert form(odd)["exact"] == form(np.array([np.nan]))["exact"]
    assert numbers.write(Form(World("p", "")), "", 3) is False


def test_what_a_shell_sets_on_a_stream_that_it_captures_does_not_count(compared):
    def stream(text, **attributes):
        made = io.StringIO()
        made.write(text)
        vars(made).update(attributes)
        return made

    assert compared(stream("a", softspace=0), stream("a")).likeness == "equal"
    assert compared(stream("a"), stream("b")).likeness == "different"
    read = stream("a")
    read.seek(0)
    assert compared(stream("a"), read).likeness == "different"


def test_what_is_made_to_be_looked_at_is_shared_by_none(tmp_path):
    world = World("nb2pipe_trial", str(tmp_path))
    made = [np.random.default_rng(3), np.random.RandomState(3)] * 20
    generators = [copy.deepcopy(generator) for generator in made]
    held: set[tuple[str, int]] = set()
    for generator in generators:
        form = Form(world)
        form.add("", generator)
        form.close()
        assert held.isdisjoint(form.holds)
        held |= form.holds
