"""Keys move with what a stage depends on and with nothing else, and the reason names it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nb2pipe.emit.unroll import unroll_plain
from nb2pipe.execution import keys
from nb2pipe.execution.interpreter import Interpreter
from nb2pipe.execution.stage_results import must_run
from nb2pipe.model import Project, StageCode, StageSettings

INTERPRETER = Interpreter("python3", "Python 3", ("python",), "python", "3.12.1")
SOURCE = '''"""Train."""

from pkg.shared import scale


def train(X, *, C=1.0):
    # %% [one]
    model = scale(X) * C

    # %% [two] metrics
    score = 1
    score

    return model
'''
SHARED = """import math

FACTOR = 2


def scale(x):
    return x * FACTOR


def other(x):
    return math.sqrt(x)
"""


def key(
    folder: Path, source: str = SOURCE, shared: str = SHARED, value: Any = 1.0, **changes: Any
) -> keys.StageKey:
    stage = replace(
        StageCode("train", source, inputs=(("X", "load"),), outputs=("model",), parameters=("C",)),
        **{k: v for k, v in changes.items() if k in ("reads", "writes", "outputs")},
    )
    return keys.stage_key(
        stage,
        unroll_plain(stage.source, "train"),
        Project("p", "pkg", folder, (stage,), shared=shared),
        changes.get("interpreter", INTERPRETER),
        parameters={"C": value, "unread": changes.get("unread", 0)},
        inputs=changes.get("inputs", {"input X from load": "d1"}),
    )


@pytest.mark.parametrize(
    "change",
    [
        {"source": SOURCE.replace("scale(X) * C", "scale( X )*C  # faster")},
        {"source": SOURCE.replace('"""Train."""', '"""Train a model."""')},
        {"shared": SHARED.replace("math.sqrt(x)", "math.sqrt(x) + 1")},
        {"shared": SHARED.replace("x * FACTOR", "x*FACTOR # twice")},
        {"unread": 5},
        {"interpreter": replace(INTERPRETER, version="3.12.9", executable="/elsewhere")},
    ],
)
def test_what_does_not_count(tmp_path: Path, change: dict[str, Any]) -> None:
    assert key(tmp_path, **change).key == key(tmp_path).key


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"source": SOURCE.replace("* C", "+ C")}, "code of cell one changed"),
        ({"source": SOURCE.replace("    score\n", "    score;\n")}, "code of cell two changed"),
        ({"source": SOURCE.replace("score = 1", "score = 1.0")}, "code of cell two changed"),
        ({"source": SOURCE.replace("[one]", "[uno]")}, "code of cell uno is new (and 1 more)"),
        ({"value": 0.5}, "parameter C changed from 1.0 to 0.5"),
        ({"value": 1}, "parameter C changed from 1.0 to 1"),
        ({"value": True}, "parameter C changed from 1.0 to True"),
        ({"value": "it's"}, 'parameter C changed from 1.0 to "it\'s"'),
        (
            {"shared": SHARED.replace("FACTOR = 2", "FACTOR = 3")},
            "shared definition FACTOR changed",
        ),
        ({"shared": SHARED.replace("x * F", "x + F")}, "shared definition scale changed"),
        ({"inputs": {"input X from load": "d2"}}, "input X from load changed"),
        (
            {"interpreter": replace(INTERPRETER, version="3.13.0")},
            "Python changed from cpython 3.12 to cpython 3.13",
        ),
        ({"outputs": ("model", "score")}, "interface changed"),
    ],
)
def test_what_counts_and_how_it_is_said(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    before, now = key(tmp_path), key(tmp_path, **change)
    assert before.key != now.key
    assert keys.difference(before.parts, now.parts) == reason


def test_minus_zero_is_another_value(tmp_path: Path) -> None:
    assert key(tmp_path, value=-0.0).key != key(tmp_path, value=0.0).key


def test_the_number_of_threads_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    before = key(tmp_path)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    said = keys.difference(before.parts, key(tmp_path).parts)
    assert said.startswith("number of threads changed from")


def test_a_literal_file_counts_unless_the_stage_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    absent = key(tmp_path, reads=("data.csv",))
    file.write_text("1")
    one = key(tmp_path, reads=("data.csv",))
    file.write_text("2")
    two = key(tmp_path, reads=("data.csv",))
    assert len({absent.key, one.key, two.key}) == 3
    assert keys.difference(one.parts, two.parts) == "file data.csv changed"
    written = key(tmp_path, reads=("data.csv",), writes=("data.csv",))
    file.write_text("3")
    assert key(tmp_path, reads=("data.csv",), writes=("data.csv",)).key == written.key


def test_a_module_that_comes_to_lie_beside_the_notebook_counts(tmp_path: Path) -> None:
    source = SOURCE.replace("scale(X)", "json.dumps(X)").replace(
        "\n\n\ndef", "\nimport json\n\n\ndef"
    )
    before = key(tmp_path, source)
    (tmp_path / "json.py").write_text("")
    after = key(tmp_path, source)
    assert keys.difference(before.parts, after.parts) == "module json is new"


def result(**changes: Any) -> dict[str, Any]:
    return {"reads": {}, "listings": {}, "packages": [], **changes}


def test_files_and_packages_are_checked_again(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "numpy-2.1.0.dist-info").mkdir()
    here = replace(INTERPRETER, folders=(str(tmp_path / "site"),))
    digest = keys.file_digest(__file__)
    listing = keys.listing_digest(str(tmp_path))
    good = result(
        reads={__file__: digest, "absent.csv": None},
        listings={".": listing},
        packages=["numpy-2.1.0.dist-info"],
    )
    assert keys.changed_since(good, tmp_path, here) == ""
    assert keys.changed_since(result(reads={__file__: "x"}), tmp_path, here).endswith("changed")
    said = keys.changed_since(result(reads={"gone.csv": "x"}), tmp_path, here)
    assert said == "file gone.csv is gone"
    (tmp_path / "absent.csv").write_text("")
    assert keys.changed_since(good, tmp_path, here) == "file absent.csv is new"
    said = keys.changed_since(result(listings={".": listing}), tmp_path, here)
    assert said == "the files in folder . changed"
    other = result(packages=["numpy-2.0.0.dist-info"])
    assert keys.changed_since(other, tmp_path, here) == "package numpy is not 2.0.0 any more"


@pytest.mark.parametrize(
    ("unobservable", "cache", "runs"),
    [
        ("", None, False),
        ("", True, False),
        ("", False, True),
        ("it reads a URL", None, True),
        ("it reads a URL", True, False),
        ("it reads a URL", False, True),
    ],
)
def test_what_cannot_be_observed(unobservable: str, cache: bool | None, runs: bool) -> None:
    stage = StageCode("s", "", unobservable=unobservable, configuration=StageSettings(cache=cache))
    assert bool(must_run(stage)) == runs
