"""The knowledge file is valid, a damaged one is refused, and it says what libraries really do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nb2pipe.analysis import knowledge

TEXT = (Path(knowledge.__file__).with_name("knowledge.toml")).read_text(encoding="utf-8")


def test_the_file_is_valid() -> None:
    known = knowledge.parse(TEXT)
    assert known.function("numpy.random.shuffle") == knowledge.Effect(
        changes=(0,), draws="numpy.random", result="immutable"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('changes = [0], result = "element"', 'chanegs = [0], result = "element"', "chanegs"),
        ('result = "element"', 'result = "elephant"', "result"),
        ('kind = "estimator"', 'kind = "model"', "kind"),
        ("[estimators]", "[estimator]", "estimators"),
    ],
)
def test_a_damaged_file_is_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        knowledge.parse(TEXT.replace(old, new, 1))


def test_the_longest_name_wins() -> None:
    known = knowledge.load()
    assert known.function("numpy.random.normal") == known.function("numpy.random.gamma")
    assert known.function("numpy.random.seed") != known.function("numpy.random.gamma")
    made, loaded = "sklearn.datasets.make_moons", "sklearn.datasets.load_iris"
    assert known.function(made) != known.function(loaded)


def test_an_unknown_library_is_unknown() -> None:
    assert knowledge.load().function("somebodys_package.clean") is None


@pytest.mark.parametrize("name", ["put", "place", "putmask", "copyto", "fill_diagonal", "shuffle"])
def test_what_is_said_to_change_its_argument_does(name: str) -> None:
    array = np.arange(9.0).reshape(3, 3)
    arguments = {
        "put": lambda: np.put(array, [0], [7]),
        "place": lambda: np.place(array, array > 3, [7]),
        "putmask": lambda: np.putmask(array, array > 3, 7),
        "copyto": lambda: np.copyto(array, 7),
        "fill_diagonal": lambda: np.fill_diagonal(array, 7),
        "shuffle": lambda: np.random.RandomState(1).shuffle(array),
    }
    arguments[name]()
    assert not np.array_equal(array, np.arange(9.0).reshape(3, 3))
    dotted = f"numpy.random.{name}" if name == "shuffle" else f"numpy.{name}"
    found = knowledge.load().function(dotted)
    assert found is not None and found.changes == (0,)


@pytest.mark.parametrize(
    "name",
    ["asarray", "ravel", "reshape", "squeeze", "transpose", "swapaxes", "flip", "atleast_2d"],
)
def test_what_is_said_to_share_memory_does(name: str) -> None:
    array = np.arange(4.0)
    arguments = {"reshape": (2, 2), "swapaxes": (0, 0)}.get(name, ())
    given = (arguments,) if name == "reshape" else arguments
    assert np.shares_memory(getattr(np, name)(array, *given), array)
    found = knowledge.load().function(f"numpy.{name}")
    assert found is not None and found.result == "shares"


@pytest.mark.parametrize("name", ["KNeighborsClassifier", "KNeighborsRegressor", "KernelRidge"])
def test_estimators_that_keep_their_data(name: str) -> None:
    import sklearn.kernel_ridge
    import sklearn.neighbors

    module = sklearn.kernel_ridge if name == "KernelRidge" else sklearn.neighbors
    data = np.arange(8.0).reshape(4, 2)
    model = getattr(module, name)().fit(data, np.array([0, 1, 0, 1]))
    held = [value for value in vars(model).values() if isinstance(value, np.ndarray)]
    assert any(np.shares_memory(value, data) for value in held)
    assert name in knowledge.load().keeping
