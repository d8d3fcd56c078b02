"""The text of generated modules."""

import ast
import importlib.util
import subprocess
import sys
import types
from dataclasses import replace
from pathlib import Path

import pytest

from nb2pipe.emit import imports
from nb2pipe.emit.docstring import docstring
from nb2pipe.emit.module import free_name, settings_function, shared_module, stage_module
from nb2pipe.emit.proof import prove
from nb2pipe.emit.unroll import unroll
from nb2pipe.model import Cell, Notebook, Parameter, Pipeline, Shared, Stage, StageCell, Variable

GOLDEN = Path(__file__).parent.parent / "golden" / "modules"

TRAIN = Stage(
    "train",
    (
        StageCell(
            "fit",
            "# nb2pipe> %matplotlib inline\nmodel = Model(C=C, random_state=seed)\n"
            "model.fit(X_train, y_train)\n",
        ),
        StageCell(
            "query",
            '\n\nquery = """\nselect *\n    from sales  # %% [not-a-cell]\n"""\n'
            "# %% [nor-this]\ncount = 0\n\ndef bump():\n    global count\n    count += 1\n\n"
            "bump();\n\n",
        ),
        StageCell("plot", "plt.plot(model.history)\nplt.title('Loss')", draws="plt"),
        StageCell("nothing", "# a cell with a comment only"),
        StageCell(
            "score",
            "accuracy = model.score(X_train, y_train)  # nb2pipe> %time\naccuracy",
            metrics=True,
        ),
    ),
    inputs=(Variable("X_train", "pd.DataFrame"), Variable("y_train"), Variable("rows", "sa.Row")),
    outputs=(Variable("model"), Variable("accuracy", "float")),
    parameters=("C", "seed", "stopwords", "grid", "solver"),
    imports=(
        "import pandas as pd",
        "from sklearn.model_selection import train_test_split, KFold",
        "from sklearn.model_selection import cross_val_score as cv",
        "import matplotlib.pyplot as plt",
        "import os, json",
        "from sklearn.linear_model import LogisticRegression as Model",
        "from collections import defaultdict",
    ),
    shared=("HORIZON", "Scaler"),
    shared_local=("scale",),
    local_imports=("from builtins import sum",),
    local_definitions=("def head(n=3):\n    return X_train.head(n)",),
    settings=True,
    doc="Fit a logistic regression.\n\nThe loss is $\\log(1 + e^{-z})$.",
)

PARAMETERS = (
    Parameter("seed", 0, "0", "int", ("int",)),
    Parameter("C", 1.0, "1e0", "float", ("float",)),
    Parameter("stopwords", ["a"], '[\n    "a",  # the article\n]', "list[str]", ("list",)),
    Parameter("grid", {"C": [1, 2]}, "{'C': [1, 2]}", "", ("dict",)),
    Parameter("solver", "lbfgs", '"lbfgs"', 'Literal["lbfgs", "saga"]', ("str",)),
)

SHARED = Shared(
    imports=("import numpy as np", "from dataclasses import dataclass"),
    body=(
        "HORIZON = 90  # days",
        "NAMES = ('a', 'b')",
        "@dataclass\nclass Scaler:\n    factor: float = 1.0",
        "def scale(values):\n    return np.asarray(values) / HORIZON",
        "LAST = scale([1])",
    ),
    names=("HORIZON", "NAMES", "Scaler", "scale", "LAST"),
    settings_imports=("import warnings", "import pandas as pd"),
    settings=("warnings.filterwarnings('ignore')", "pd.set_option(\n    'display.width', 99)"),
)


def pipeline(*stages: Stage, **changes: object) -> Pipeline:
    base = Pipeline("churn", Notebook(Path("churn.ipynb"), ()), stages)
    return replace(base, **changes)  # type: ignore[arg-type]


CHURN = pipeline(TRAIN, parameters=PARAMETERS, shared=SHARED)


def one(source: str, **changes: object) -> Pipeline:
    stage = replace(Stage("work", (StageCell("c", source),)), **changes)  # type: ignore[arg-type]
    return pipeline(stage)


def text(made: Pipeline) -> str:
    return stage_module(made, made.stages[0], "churn")


def execute(made: Pipeline) -> types.ModuleType:
    module = types.ModuleType("churn.work")
    exec(compile(text(made), "work.py", "exec"), module.__dict__)
    return module


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("train.py", stage_module(CHURN, TRAIN, "churn")),
        ("shared.py", shared_module(CHURN, "churn")),
    ],
)
def test_golden(name: str, written: str) -> None:
    assert written == (GOLDEN / name).read_text(encoding="utf-8")


def test_golden_is_proved() -> None:
    assert prove(CHURN, "churn") == ()


def test_nothing_shared() -> None:
    assert shared_module(pipeline(), "churn") == ""


def test_importing_shared_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "shared.py"
    made = pipeline(
        shared=Shared(
            settings_imports=("import warnings",), settings=("warnings.simplefilter('error')",)
        )
    )
    path.write_text(shared_module(made, "churn"), encoding="utf-8")
    code = (
        "import sys; before = set(sys.modules)\n"
        "import warnings; filters = list(warnings.filters)\n"
        "import shared; assert warnings.filters == filters\n"
        "shared.apply_settings(); assert warnings.filters != filters\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


# ── Imports ──────────────────────────────────────────────────────────────────────────────────────


def test_import_groups() -> None:
    given = ["import zlib, ast", "import pandas as pd", "from churn.shared import b", "import abc"]
    given += ["from churn.shared import A", "from __future__ import annotations", "import os.path"]
    assert imports.block(given, "churn") == (
        "from __future__ import annotations\n\nimport abc\nimport ast\nimport os.path\nimport zlib"
        "\n\nimport pandas as pd\n\nfrom churn.shared import A, b"
    )


def test_imports_of_one_name_keep_their_order() -> None:
    given = ["from b import x", "from a import x"]
    assert imports.block(given, "churn") == "from b import x\nfrom a import x"
    assert imports.block(["import b as x", "import a as x"], "c") == "import b as x\nimport a as x"


def test_optional_imports_follow() -> None:
    optional = "try:\n    import orjson as json\nexcept ImportError:\n    import json"
    assert imports.block([optional, "import os"], "churn") == f"import os\n\n{optional}"
    assert imports.names([optional, "import a.b", "from c import d as e"]) == {"json", "a", "e"}


def test_removed_standard_modules_sort_as_standard() -> None:
    assert imports.block(["import cgi", "import os", "import distutils", "import x"], "c") == (
        "import cgi\nimport distutils\nimport os\n\nimport x"
    )


def test_long_from_import_is_wrapped() -> None:
    names = [f"a_rather_long_name_{number}" for number in range(6)]
    lines = imports.block([f"from m import {name}" for name in names], "c").split("\n")
    assert lines == ["from m import (", *(f"    {name}," for name in names), ")"]


# ── Docstrings ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "words",
    [
        "plain",
        "two\n\nparagraphs",
        "ends with \\",
        'ends with "',
        'has """ in it',
        "$\\alpha$ and \\n",
        'has \\ and """',
        'has \\ and ends "',
        '"',
        "\\",
        '""""',
    ],
)
def test_docstring_says_the_text(words: str) -> None:
    for indent in ("", "    "):
        written = docstring(words, indent)
        value = ast.literal_eval(written.strip())
        expected = "\n".join(
            indent + line if line and n else line for n, line in enumerate(words.split("\n"))
        )
        assert value.rstrip() == expected.rstrip()


def test_docstring_leaves_out_what_no_file_holds() -> None:
    written = docstring("a\0b\ud800c\x0cd\u200b  \r\ne")
    written.encode()
    assert ast.literal_eval(written).split("\n")[:2] == ["abcd\u200b", "e"]


# ── The function ─────────────────────────────────────────────────────────────────────────────────


def test_docstring_of_a_stage_without_text() -> None:
    assert '"""Run the stage work."""' in text(one("x = 1"))


def test_first_text_of_a_cell_is_no_docstring() -> None:
    assert unroll(text(one("'text'"))).cells[0].source == "'text'"


def test_string_values_and_blank_lines_stay() -> None:
    source = 'x = """\n\n    a\n  \n\tb"""\n\n\ny = f"""{x\n  }\n   """'
    made = one(source, outputs=(Variable("x"), Variable("y")))
    names: dict[str, object] = {}
    exec(source, names)
    assert execute(made).work() == (names["x"], names["y"])


def test_main_guard_runs_as_in_the_notebook() -> None:
    made = one(
        "x = 0\nif __name__ == '__main__':\n    x = 1\ndef who():\n    return __name__\ny = who()",
        outputs=(Variable("x"), Variable("y")),
    )
    assert execute(made).work() == (1, "__main__")
    assert "__name__ = " not in unroll(text(made)).cells[0].source


def test_the_docstring_of_a_kernel_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    made = one("print(__doc__)")
    execute(made).work()
    assert capsys.readouterr().out.startswith("Automatically created module for IPython")
    assert unroll(text(made)).cells[0].source == "print(__doc__)"
    assert "__doc__ = " not in text(one("print(len.__doc__)"))
    assert "__doc__ = " not in text(one("print(__doc__)", inputs=(Variable("__doc__"),)))


def test_global_of_a_helper() -> None:
    made = one(
        "def set_up():\n    global ready, n\n    ready = n = 1\nn = 0\nset_up()",
        outputs=(Variable("ready"), Variable("n")),
    )
    module = execute(made)
    assert module.work() == (1, 1)
    assert not hasattr(module, "ready")
    assert "global ready, n" in unroll(text(made)).cells[0].source


def test_global_that_nobody_bound_raises_as_in_the_notebook() -> None:
    made = one("def late():\n    global n\n    n = 1\nprint(n)")
    with pytest.raises(NameError):
        execute(made).work()


def test_mutable_defaults_are_not_shared() -> None:
    made = one(
        "names.append(1)\ngrid['a'].append(1)\nanything.append(2)",
        parameters=("names", "grid", "anything"),
        outputs=(Variable("names"), Variable("grid"), Variable("anything")),
    )
    made = replace(
        made,
        parameters=(
            Parameter("names", [], "[]", "list[int]", ("list",)),
            Parameter("grid", {"a": []}, "{'a': []}", "dict", ("dict",)),
            Parameter("anything", [], "[]"),
        ),
    )
    work = execute(made).work
    for _ in range(2):
        assert work() == ([1], {"a": [1]}, [2])
    mine: list[int] = []
    assert work(names=mine)[0] == [1]
    assert mine == []
    assert "nb2pipe" not in unroll(text(made)).preamble
    assert prove(made, "churn") == ()


@pytest.mark.parametrize(
    ("source", "default"),
    [
        ("1, 2", (1, 2)),
        ("()", ()),
        ("60 * 60", 3600),
        ("-0.0", -0.0),
        ("2 ** 63", 2**63),
        ("'it\\'s\"; import os'", "it's\"; import os"),
        ("{\n  'a': 1,  # one\n}", {"a": 1}),
        ("1 if True else 2", 1),
        ("1  # why", 1),
    ],
)
def test_defaults_arrive(source: str, default: object) -> None:
    made = replace(
        one("y = p", parameters=("p",), outputs=(Variable("y"),)),
        parameters=(Parameter("p", default, source),),
    )
    got = execute(made).work()
    assert (type(got), repr(got)) == (type(default), repr(default))


def test_annotations_only_where_their_names_are_known() -> None:
    made = one(
        "z = x",
        inputs=(Variable("x", "pd.DataFrame"), Variable("y", "np.ndarray | None")),
        outputs=(Variable("z", "dict[str, int]"),),
        imports=("import numpy as np",),
    )
    assert "def work(x, y: np.ndarray | None) -> dict[str, int]:" in text(made)
    made = one("z = 1", inputs=(Variable("x", "1; import os"), Variable("y", "print()")))
    assert "def work(x, y) -> None:" in text(made)


def test_long_signature_and_return_are_wrapped() -> None:
    names = tuple(Variable(f"a_rather_long_name_{number}") for number in range(6))
    made = one("pass", inputs=names, outputs=names)
    assert "def work(\n    a_rather_long_name_0,\n" in text(made)
    assert "    return (\n        a_rather_long_name_0,\n" in text(made)
    assert unroll(text(made)).outputs == tuple(item.name for item in names)


def test_display_is_imported() -> None:
    assert "from IPython.display import display\n" in text(one("display(1)"))
    assert "import display" not in text(one("def display(x): pass\ndisplay(1)"))
    assert "import display" not in text(one("x.display()"))
    made = pipeline(shared=Shared(body=("def show(x):\n    display(x)",), names=("show",)))
    assert "from IPython.display import display\n" in shared_module(made, "churn")


def test_settings_function_keeps_clear_of_the_notebooks_names() -> None:
    cell = Cell("c", 1, "code", "def apply_settings(): apply_settings_ = 1")
    made = replace(CHURN, notebook=Notebook(Path("churn.ipynb"), (cell,)))
    assert settings_function(made) == "apply_settings__"
    assert "def apply_settings__() -> None:" in shared_module(made, "churn")
    assert "    apply_settings__()\n" in text(made)
    assert free_name("copy", ["copy_ copying"]) == "copy"


def test_modules_load_by_their_files(tmp_path: Path) -> None:
    made = one("import os\nx = os.sep", outputs=(Variable("x"),))
    path = tmp_path / "work.py"
    path.write_text(text(made), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("work", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.work.__doc__ == "Run the stage work."
