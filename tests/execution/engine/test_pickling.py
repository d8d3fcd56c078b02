"""Values cross with what they share, and what cannot cross says so."""

import array
import collections
import enum
import math
import pickle
import random
import re
import sys
import threading
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nb2pipe.execution.kernel import artifact
from nb2pipe.execution.kernel.pickling import CannotCross, digest, dump

Cross = Callable[..., Any]


@pytest.fixture
def cross(tmp_path: Path) -> Cross:
    """A value as the next stage finds it."""
    count = iter(range(100))

    def crossing(value: Any, namespace: dict[str, Any] | None = None) -> Any:
        path = str(tmp_path / f"artifact-{next(count)}")
        artifact.write_artifact(path, value)
        return artifact.read_artifact(path, {} if namespace is None else namespace)

    return crossing


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The namespace of a notebook's cells: what is defined in it is in ``__main__``."""
    module = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", module)
    return module.__dict__


def test_two_names_of_one_object(cross: Cross) -> None:
    frame = pd.DataFrame({"a": [1, 2]})
    found = cross({"x": frame, "y": frame, "held": [frame], "by": {"k": frame}})
    assert found["x"] is found["y"] is found["held"][0] is found["by"]["k"]


def test_a_cycle(cross: Cross) -> None:
    node: dict[str, Any] = {}
    node["self"] = node
    found = cross({"node": node})["node"]
    assert found["self"] is found


def test_views_stay_views_also_two_stages_on(cross: Cross) -> None:
    whole = np.arange(24.0).reshape(4, 6)
    values = {
        "whole": whole, "row": whole[1], "column": whole[:, 2], "turned": whole.T,
        "every": whole[::-1, ::2], "flat": whole.reshape(-1), "as_int": whole.view(np.int64),
    }  # fmt: skip
    found = cross(cross(values))
    for name, value in values.items():
        assert np.array_equal(found[name], value, equal_nan=True), name
        assert found[name].strides == value.strides, name
    found["whole"][1, 2] = -1
    assert found["row"][2] == found["column"][1] == found["turned"][2, 1] == found["flat"][8] == -1
    assert found["every"][2, 1] == -1
    assert found["as_int"][1, 2] == np.float64(-1).view(np.int64)


def test_views_of_an_array_that_is_not_handed_on(cross: Cross) -> None:
    whole = np.arange(10)
    found = cross({"low": whole[:6], "high": whole[4:]})
    found["low"][5] = -1
    assert found["high"][1] == -1


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_two_slices_share_after_as_before(data: st.DataObject) -> None:
    whole = np.arange(30).reshape(5, 6)
    if data.draw(st.booleans()):
        whole = np.asfortranarray(whole)
    cut = st.slices(5).filter(lambda s: len(range(*s.indices(5))) > 0)
    first, second = whole[data.draw(cut)], whole[:, data.draw(cut)]
    pickled, buffers = dump([first, second])
    one, two = pickle.loads(pickled, buffers=[bytearray(b) for b in buffers])
    assert np.array_equal(one, first) and np.array_equal(two, second)
    one[...] = -1
    assert np.array_equal(two == -1, np.isin(second, first))


def test_views_of_objects_share_their_slots(cross: Cross) -> None:
    whole = np.array([[1, "a"], [None, {}]], dtype=object)
    found = cross(cross({"whole": whole, "row": whole[1]}))
    found["row"][0] = "new"
    assert found["whole"][1, 0] == "new"


def test_a_read_only_view_stays_read_only(cross: Cross) -> None:
    whole = np.arange(4)
    view = whole[:2]
    view.flags.writeable = False
    found = cross({"whole": whole, "view": view})
    assert not found["view"].flags.writeable
    found["whole"][0] = 9
    assert found["view"][0] == 9


def test_arrays_alone_are_writable(cross: Cross) -> None:
    found = cross({"a": np.zeros(100_000), "frame": pd.DataFrame({"x": np.zeros(5)})})
    found["a"][3] = 1
    found["frame"].loc[0, "x"] = 2.0
    assert found["frame"]["x"].tolist() == [2, 0, 0, 0, 0]


class Unpickled:
    """As patsy's classes, which lie as attributes on the frames that it makes."""

    def __getstate__(self) -> Any:
        raise NotImplementedError("no pickles")


def test_what_has_no_pickles_is_left_out_of_frames_only(cross: Cross) -> None:
    frame = pd.DataFrame({"a": [1]})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas warns of attributes that are no columns
        frame.info_of_design, frame.unit = Unpickled(), ["cm"]
    found = cross({"frame": frame})["frame"]
    assert (found.unit, hasattr(found, "info_of_design")) == (["cm"], False)
    with pytest.raises(NotImplementedError, match="no pickles"):
        cross({"alone": Unpickled()})


@pytest.mark.parametrize("alone", [True, False])
def test_a_frame_copies_before_a_change_if_another_had_its_data(cross: Cross, alone: bool) -> None:
    frame = pd.DataFrame({"a": [1, 2, 3], "d": pd.date_range("2020", periods=3)})
    column = pd.Series([1, 2, 3])
    others = [] if alone else [frame["a"], frame[:], column[:]]
    found = cross({"frame": frame, "column": column})
    for made in ({"frame": frame, "column": column}, found):
        shown = made["frame"]["a"].to_numpy(), made["column"].to_numpy()
        made["frame"].loc[0, "a"] = 7
        made["column"].iloc[0] = 7
        first = 7 if alone else 1
        assert [array[0] for array in shown] == [first, first]
    assert len(others) == (0 if alone else 3)


def test_frames_that_share_memory_by_copy_on_write_stay_independent(cross: Cross) -> None:
    frame = pd.DataFrame({"a": [1, 2, 3], "n": pd.array([1, 2, None], dtype="Int64")})
    other, series = frame[:], frame["a"]
    found = cross({"frame": frame, "other": other, "series": series})
    found["other"].iloc[0, 0] = 99
    found["other"].iloc[0, 1] = 98
    assert found["frame"].iloc[0].tolist() == [1, 1]
    assert found["series"][0] == 1


def test_a_frame_and_its_values(cross: Cross) -> None:
    frame = pd.DataFrame({"b": [1.0, 2.0]})
    values = frame["b"].to_numpy()
    found = cross({"frame": frame, "values": values})
    assert np.shares_memory(found["values"], found["frame"]["b"].to_numpy())
    assert found["values"].flags.writeable == values.flags.writeable


_WORDS = pd.DataFrame({"word": ["a", "bb", None, "c"] * 9, "n": range(36)})


@pytest.mark.parametrize(
    "frame",
    [
        _WORDS,
        _WORDS[_WORDS.word == "bb"],
        _WORDS[_WORDS.word.notna()][3:20],
        pd.concat([_WORDS[_WORDS.word == "a"], _WORDS.dropna()]),
        pd.DataFrame({"kind": pd.Categorical(["u"] * 5)}),
        _WORDS[_WORDS.n > 99],
    ],
)
def test_columns_of_text_are_as_large_as_they_were(cross: Cross, frame: pd.DataFrame) -> None:
    crossed = cross(frame)
    pd.testing.assert_frame_equal(crossed, frame)
    assert crossed.memory_usage().to_dict() == frame.memory_usage().to_dict()
    assert cross(crossed).memory_usage().to_dict() == frame.memory_usage().to_dict()


def test_frames_come_out_equal(cross: Cross) -> None:
    index = pd.MultiIndex.from_product([["x", "y"], [1, 2]], names=["l", "n"])
    frame = pd.DataFrame(
        {
            "c": pd.Categorical(["u", "v", "u", None]),
            "t": pd.date_range("2024-01-01", periods=4, tz="Europe/Berlin"),
            "s": ["ä", None, "c", "d"],
            "i": pd.array([1, None, 3, 4], dtype="Int64"),
        },
        index=index,
    )
    pd.testing.assert_frame_equal(cross({"f": frame})["f"], frame, check_freq=True)


def test_a_lambda_in_a_value_reads_the_reader_s_names(cross: Cross, main: dict[str, Any]) -> None:
    exec("import math\nbase = 1\nmake = lambda: math.floor(2.5) + base", main)
    value = collections.defaultdict(main["make"])
    reader: dict[str, Any] = {"base": 10, "__builtins__": __builtins__}
    found = cross({"d": value}, reader)["d"]
    assert found["new"] == 12
    reader["base"] = 20
    assert found["newer"] == 22


def test_functions_keep_their_closures_defaults_and_recursion(
    cross: Cross, main: dict[str, Any]
) -> None:
    exec(
        "def counter():\n"
        "    n = 0\n"
        "    def up(by=2, *, to=None):\n"
        "        'Count.'\n"
        "        nonlocal n; n += by; return n\n"
        "    def now(): return n\n"
        "    def down(k): return 0 if k == 0 else 1 + down(k - 1)\n"
        "    return up, now, down\n"
        "up, now, down = counter()",
        main,
    )
    found = cross(
        {"up": main["up"], "now": main["now"], "down": main["down"]}, {"__builtins__": {}}
    )
    assert found["up"]() == 2
    assert found["now"]() == 2
    assert found["down"](4) == 4
    assert found["up"].__doc__ == "Count."
    assert found["up"].__kwdefaults__ == {"to": None}


def test_what_a_module_defines_is_that_module_s(
    cross: Cross, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nb2pipe_colours.py").write_text(
        "import enum\nclass Colour(enum.Enum):\n    RED = 1\nclass Point:\n    x = 0\n"
        "def f(): pass\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    import nb2pipe_colours as colours  # type: ignore[import-not-found]

    found = cross({"red": colours.Colour.RED, "point": colours.Point(), "f": colours.f})
    assert found["red"] is colours.Colour.RED
    assert isinstance(found["point"], colours.Point)
    assert found["f"] is colours.f


def test_a_class_of_the_stage_is_refused_by_name(cross: Cross, main: dict[str, Any]) -> None:
    exec(
        "import enum, collections\nclass Point: pass\nclass Colour(enum.Enum):\n    RED = 1\n"
        "Pair = collections.namedtuple('Pair', 'a b', module='__main__')",
        main,
    )
    for value in (main["Point"](), main["Colour"].RED, main["Pair"](1, 2), [{"k": main["Point"]}]):
        with pytest.raises(CannotCross, match=r"class (Point|Colour|Pair) is defined in the stage"):
            cross({"value": value})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ((n for n in range(3)), "generator"),
        (threading.Lock(), "lock"),
        (memoryview(b"x"), "memoryview"),
    ],
)
def test_what_belongs_to_a_process(cross: Cross, value: Any, said: str) -> None:
    with pytest.raises(Exception, match=said):
        cross({"value": value})


def test_an_open_file_is_not_copied_in_silence(cross: Cross, tmp_path: Path) -> None:
    with (tmp_path / "f").open("w") as file, pytest.raises(CannotCross, match="open file"):
        cross({"file": file})


def test_digests_tell_values_apart_and_find_equal_ones() -> None:
    assert digest(np.arange(3)) == digest(np.arange(3))
    assert digest(np.arange(3)) != digest(np.arange(3.0))
    assert digest(-0.0) != digest(0.0)
    assert digest(True) != digest(1)
    assert digest({"a": 1}) == digest({"a": 1})


def test_a_file_that_is_no_artifact(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"something else altogether, long enough")
    with pytest.raises(ValueError, match="no artifact"):
        artifact.read_artifact(str(tmp_path / "x"))


def test_enumerations_of_the_standard_library(cross: Cross) -> None:
    assert isinstance(re.IGNORECASE, enum.Enum)
    assert cross({"flag": re.IGNORECASE})["flag"] is re.IGNORECASE


def test_a_column_and_its_frame_stay_as_they_were(cross: Cross) -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
    values = {"frame": frame, "column": frame["a"], "part": frame.head(1)}
    there = cross(values)
    for world in (values, there):
        world["frame"].loc[0, "a"] = 9
    assert there["column"].tolist() == values["column"].tolist()
    assert there["part"]["a"].tolist() == values["part"]["a"].tolist()


def test_what_is_recognised_by_identity_stays_itself(cross: Cross) -> None:
    there = cross({"values": [np.nan, 1.5, math.nan], "set": {np.nan}, "other": float("nan")})
    assert there["values"][0] is np.nan and there["values"][2] is math.nan
    assert np.nan in there["set"]
    assert there["other"] is not np.nan and np.isnan(there["other"])


def test_an_object_that_draws_from_the_global_generator_goes_on_doing_so(cross: Cross) -> None:
    there = cross({"held": [np.random.mtrand._rand], "own": np.random.RandomState(3)})
    assert there["held"][0] is np.random.mtrand._rand
    assert there["own"].randint(1000) == np.random.RandomState(3).randint(1000)


def test_types_of_numbers_are_the_same_objects(cross: Cross) -> None:
    array = np.arange(6.0).reshape(3, 2)
    found = cross({"array": array, "kind": array.dtype, "text": np.dtype("U3")})
    assert found["kind"] is found["array"].dtype is np.dtype(float)
    assert np.asarray(found["array"], float) is found["array"]  # otherwise a view
    assert found["text"] == np.dtype("U3")


def test_a_search_tree_stays_on_the_model_s_own_data(cross: Cross) -> None:
    from sklearn.neighbors import KDTree

    tree = KDTree(cross(np.arange(20.0).reshape(10, 2)))
    found = cross({"data": tree.__getstate__()[0], "tree": tree})
    assert found["tree"].__getstate__()[0] is found["data"]
    again = KDTree(found["data"])  # made in the later stage, of what came from an earlier one
    assert again.__getstate__()[0] is found["data"]


def test_masked_arrays_keep_their_filling_value_mask_and_memory(cross: Cross) -> None:
    names = np.ma.MaskedArray(["a", "b"], mask=[False, True], dtype=object)
    names.fill_value = np.str_("?")
    names._fill_value = np.array("?")  # as scikit-learn's searches have it
    data = np.arange(4.0)
    hard = np.ma.array(data, mask=[0, 0, 1, 0], hard_mask=True, copy=False)
    bare = np.ma.array([1, 2])
    values = {"names": names, "data": data, "hard": hard, "part": hard[1:], "bare": bare}
    found = cross(cross(values))
    assert type(found["names"].fill_value) is np.str_
    assert found["names"].tolist() == ["a", None]
    assert found["bare"].mask is np.ma.nomask
    found["hard"][0] = -1
    found["hard"][2] = -1
    assert found["data"].tolist() == [-1, 1, 2, 3]
    found["part"][0] = -2
    assert found["hard"][1] == found["data"][1] == -2


class Delegating:
    """Asks another object for what it does not have."""

    __slots__ = ("__dict__", "slot")

    def __init__(self, inner: list[int]) -> None:
        self.inner = inner
        self.slot = "s"

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def test_an_object_that_delegates_what_it_does_not_have(cross: Cross) -> None:
    inner = [1]
    found = cross({"a": Delegating(inner), "inner": inner})
    assert found["a"].inner is found["inner"]
    assert found["a"].slot == "s"
    found["a"].append(2)
    assert found["inner"] == [1, 2]


@pytest.mark.parametrize("kind", [dict, collections.OrderedDict, collections.Counter])
def test_a_view_of_a_dictionary_shows_its_changes(cross: Cross, kind: Any) -> None:
    table = kind({"a": [1]})
    found = cross({"items": table.items(), "table": table, "keys": table.keys()})
    found["table"]["b"] = 2
    assert list(found["items"]) == [("a", [1]), ("b", 2)]
    assert list(found["keys"]) == ["a", "b"]


def test_a_read_only_view_of_a_dictionary_shows_its_changes(cross: Cross) -> None:
    table = {"a": [1]}
    found = cross({"shown": types.MappingProxyType(table), "table": table})
    found["table"]["b"] = 2
    assert dict(found["shown"]) == {"a": [1], "b": 2}


@pytest.mark.parametrize(
    "moving",
    [iter({1: 2}), iter({1: 2}.items()), reversed({1: 2}), iter({1}), map(str, {1: 2}.values())],
)
def test_an_iterator_over_what_finds_items_by_hash_does_not_cross(
    cross: Cross, moving: Any
) -> None:
    with pytest.raises(CannotCross, match="sees what it becomes"):
        cross({"moving": moving})


def test_functions_of_the_global_generators_draw_from_those(cross: Cross) -> None:
    found = cross({"functions": [random.random, np.random.rand]})["functions"]
    random.seed(3)
    np.random.seed(3)
    drawn = [function() for function in found]
    random.seed(3)
    np.random.seed(3)
    assert drawn == [random.random(), np.random.rand()]


class Measured(np.ndarray):
    """An array with an attribute."""

    unit = ""

    def __array_finalize__(self, source: Any) -> None:
        self.unit = getattr(source, "unit", "")


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
def test_arrays_of_a_derived_class_keep_attributes_and_memory(cross: Cross) -> None:
    lengths = np.arange(3.0).view(Measured)
    lengths.unit = "m"
    records = np.rec.array([(1, 2.0)], dtype=[("x", int), ("y", float)])
    matrix = np.asmatrix(np.eye(2))
    found = cross(
        {
            "lengths": lengths,
            "part": lengths[:2],
            "plain": np.asarray(lengths),
            "records": records,
            "x": records.x,
            "matrix": matrix,
            "array": matrix.A,
        }
    )
    assert type(found["part"]) is Measured
    assert found["lengths"].unit == found["part"].unit == "m"
    found["part"][0] = 9
    assert found["lengths"][0] == found["plain"][0] == 9
    found["x"][0] = 5
    assert found["records"].x.tolist() == [5]
    found["array"][0, 0] = 7
    assert isinstance(found["matrix"], np.matrix)
    assert found["matrix"].tolist() == [[7, 0], [0, 1]]


def test_arrays_in_the_memory_of_something_else(cross: Cross) -> None:
    packed, typed, plain = bytearray(8), array.array("d", [1, 2]), np.arange(4)
    values = {
        "packed": packed,
        "over": np.frombuffer(packed, dtype=np.int32)[1:],
        "typed": typed,
        "numbers": np.asarray(typed),
        "plain": plain,
        "stranger": np.from_dlpack(plain)[1:],
    }
    for found in (cross(values), cross(cross(values))):
        found["over"][0] = 1
        assert found["packed"] == b"\0\0\0\0\1\0\0\0"
        found["numbers"][1] = 5
        assert found["typed"].tolist() == [1, 5]
        found["plain"][1] = 7
        assert found["stranger"].tolist() == [7, 2, 3]


def test_a_view_of_a_tree_s_own_memory(cross: Cross) -> None:
    from sklearn.tree import DecisionTreeClassifier

    data = np.arange(20.0).reshape(10, 2)
    model = DecisionTreeClassifier(random_state=0).fit(data, np.arange(10) % 2)
    for values in (
        {"model": model, "threshold": model.tree_.threshold},
        {"threshold": model.tree_.threshold, "model": model},
    ):
        found = cross(values)
        assert np.array_equal(found["model"].predict(data), model.predict(data))
        found["threshold"][0] = 100
        assert found["model"].tree_.threshold[0] == 100


def test_attributes_that_a_frame_was_given(cross: Cross) -> None:
    notes = types.SimpleNamespace(source="raw")
    table = pd.DataFrame({"a": ["x"]})
    table.note = notes
    names = table["a"]
    names.unit = "kg"
    names.str  # noqa: B018 - kept by pandas in the series
    index = pd.Index([1])
    index.note = "i"
    found = cross({"table": table, "notes": notes, "names": names, "index": index})
    assert found["table"].note is found["notes"]
    assert found["names"].unit == "kg"
    assert found["index"].note == "i"
    assert found["table"].columns.tolist() == ["a"]


class Refused(Exception):
    """Asks for more than the arguments that pickle would give it."""

    def __init__(self, reason: str, *, code: int) -> None:
        super().__init__(reason)
        self.code = code


def test_exceptions_keep_what_they_were_raised_from(cross: Cross) -> None:
    try:
        try:
            Path("/nowhere/at all").read_text()
        except OSError as error:
            raise Refused("no", code=3) from error
    except Refused as error:
        error.add_note("a note")
        found = cross(
            {"error": error, "cause": error.__cause__, "group": ExceptionGroup("g", [error])}
        )
    error = found["error"]
    assert (str(error), error.code, error.__notes__) == ("no", 3, ["a note"])
    assert error.__cause__ is error.__context__ is found["cause"]
    assert error.__suppress_context__
    assert isinstance(found["cause"], FileNotFoundError)
    assert found["cause"].filename == "/nowhere/at all"
    assert found["group"].exceptions == (error,)


def test_matches_are_found_again(cross: Cross) -> None:
    text = "one two three"
    pattern = re.compile(r"\b(?P<word>t\w+)")
    matches = [*pattern.finditer(text), re.fullmatch(".+", text), re.match("o(x)?", text)]
    found = cross({"matches": matches})["matches"]
    for before, after in zip(matches, found, strict=True):
        assert before is not None
        assert (after.regs, after.groups(), after.groupdict(), after.string) == (
            before.regs,
            before.groups(),
            before.groupdict(),
            before.string,
        )


def test_values_that_are_no_number_are_still_the_same(cross: Cross) -> None:
    one, other = float("nan"), float("nan")
    found = cross({"one": one, "other": other, "values": [one, np.nan]})
    assert found["one"] in found["values"]
    assert found["other"] not in found["values"]
    assert np.nan in found["values"]


class Forgetful:
    """Leaves its cache out of its pickles."""

    def __init__(self) -> None:
        self.kept = 1
        self.cache = {1: 2}

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "cache": {}}


class Made:
    """Is made again by its class alone."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.more: Any = None

    def __reduce__(self) -> tuple[Any, ...]:
        return Made, (self.number,)


def test_objects_of_the_notebook_keep_what_their_pickles_leave_out(cross: Cross) -> None:
    made = Made(1)
    made.more = [made]
    found = cross({"forgetful": Forgetful(), "made": made})
    assert vars(found["forgetful"]) == {"kept": 1, "cache": {1: 2}}
    assert found["made"].more == [found["made"]]


def counting() -> tuple[Callable[[], None], Callable[[], int]]:
    """Two functions that share a variable."""
    count = 0

    def up() -> None:
        nonlocal count
        count += 1

    def now() -> int:
        return count

    return up, now


def test_functions_that_a_module_s_function_made_share_their_variables(cross: Cross) -> None:
    up, now = counting()
    up()
    found = cross(cross({"up": up, "now": now}))
    found["up"]()
    assert found["now"]() == 2
    assert now() == 1
    assert found["now"].__globals__ is globals()
