"""Interfaces of stages: what a person would say each stage takes and gives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from staged import run_cells, run_stages
from writing import notebook

from nb2pipe.analysis import analyse
from nb2pipe.model import Pipeline


def pipeline(text: str) -> Pipeline:
    found = analyse(notebook(text))
    assert not found.errors, [f"{d.code} {d.message}" for d in found.errors]
    return found


def interface(text: str) -> dict[str, str]:
    """Each stage as ``inputs -> outputs``, parameters in brackets."""
    lines = {}
    for stage in pipeline(text).stages:
        inputs = " ".join(v.name for v in stage.inputs)
        outputs = " ".join(v.name for v in stage.outputs)
        parameters = f"[{' '.join(stage.parameters)}]" if stage.parameters else ""
        lines[stage.name] = " ".join(f"{inputs} {parameters} -> {outputs}".split())
    return lines


def edges(text: str) -> set[str]:
    return {f"{e.source}>{e.target}:{e.variable or e.state or '-'}" for e in pipeline(text).edges}


CASES = {
    "a value crosses": (
        "#% stage:a\nx = 1\n#% stage:b\nprint(x)",
        {"a": "-> x", "b": "x ->"},
    ),
    "the last stage that changed a value hands it on": (
        "#% stage:a\nx = [1]\n#% stage:b\nx.append(2)\n#% stage:c\nprint(x)",
        {"a": "-> x", "b": "x -> x", "c": "x ->"},
    ),
    "reading is not writing: two models stay parallel": (
        "#% setup\nfrom sklearn.linear_model import Ridge, Lasso\nimport numpy as np\n"
        "#% stage:a\nX, y = np.ones((3, 1)), np.ones(3)\n"
        "#% stage:b\nridge = Ridge()\nridge.fit(X, y)\n"
        "#% stage:c\nlasso = Lasso().fit(X, y)\n#% stage:d\nprint(ridge.coef_, lasso.coef_, X)",
        {"a": "-> X y", "b": "X y -> ridge", "c": "X y -> lasso", "d": "X lasso ridge ->"},
    ),
    "item assignment changes a frame": (
        "#% setup\nimport pandas as pd\n#% stage:a\ndf = pd.DataFrame({'a': [1]})\n"
        "#% stage:b\ndf['b'] = 2\n#% stage:c\nprint(df)",
        {"a": "-> df", "b": "df -> df", "c": "df ->"},
    ),
    "an item of a list that holds itself": (
        "#% stage:a\nr = [1]\nloop = [r]\nloop.append(loop)\n"
        "#% stage:b\nloop[1][0].append(2)\n#% stage:c\nprint(r)",
        {"a": "-> loop r", "b": "loop r -> r", "c": "r ->"},
    ),
    "a parameter of an estimator in a pipeline": (
        "#% setup\nfrom sklearn.linear_model import Ridge\n"
        "from sklearn.pipeline import make_pipeline\n"
        "#% stage:a\nmodel = Ridge()\npipe = make_pipeline(model)\n"
        "#% stage:b\npipe.set_params(ridge__alpha=2)\n#% stage:c\nprint(model.alpha)",
        {"a": "-> model pipe", "b": "model pipe -> model", "c": "model ->"},
    ),
    "an attribute of an estimator in a pipeline": (
        "#% setup\nfrom sklearn.linear_model import Ridge\nfrom sklearn.pipeline import Pipeline\n"
        "#% stage:a\nmodel = Ridge()\npipe = Pipeline([('m', model)])\n"
        "#% stage:b\npipe.named_steps['m'].alpha = 2\n#% stage:c\nprint(model.alpha)",
        {"a": "-> model pipe", "b": "model pipe -> model", "c": "model ->"},
    ),
    "the output of an estimator in a pipeline": (
        "#% setup\nfrom sklearn.preprocessing import StandardScaler\n"
        "from sklearn.pipeline import make_pipeline\n"
        "#% stage:a\nscaler = StandardScaler()\npipe = make_pipeline(scaler)\n"
        "#% stage:b\npipe.set_output(transform='pandas')\n"
        "#% stage:c\nprint(type(scaler.fit_transform([[1.0], [2.0]])))",
        {"a": "-> pipe scaler", "b": "pipe scaler -> scaler", "c": "scaler ->"},
    ),
    "a parameter of the pipeline's own": (
        "#% setup\nfrom sklearn.linear_model import Ridge\n"
        "from sklearn.pipeline import make_pipeline\n"
        "#% stage:a\nmodel = Ridge()\npipe = make_pipeline(model)\n"
        "#% stage:b\npipe.set_params(verbose=True)\n#% stage:c\nprint(model.alpha)",
        {"a": "-> model pipe", "b": "pipe ->", "c": "model ->"},
    ),
    "a filtered frame is a new one": (
        "#% setup\nimport pandas as pd\n#% stage:a\ndf = pd.DataFrame({'a': [1]})\n"
        "#% stage:b\nsome = df[df['a'] > 0]\nsome['b'] = 2\n#% stage:c\nprint(df, some)",
        {"a": "-> df", "b": "df -> some", "c": "df some ->"},
    ),
    "inplace=True changes": (
        "#% setup\nimport pandas as pd\n#% stage:a\ndf = pd.DataFrame({'a': [1]})\n"
        "#% stage:b\ndf.dropna(inplace=True)\n#% stage:c\nprint(df)",
        {"a": "-> df", "b": "df -> df", "c": "df ->"},
    ),
    "an alias sees the change": (
        "#% stage:a\nx = [1]\ny = x\n#% stage:b\nx.append(2)\n#% stage:c\nprint(y)",
        {"a": "-> x y", "b": "x y -> y", "c": "y ->"},
    ),
    "a helper changes its argument": (
        "#% setup\ndef grow(values):\n    values.append(1)\n#% stage:a\nx = []\n"
        "#% stage:b\ngrow(x)\n#% stage:c\nprint(x)",
        {"a": "-> x", "b": "x -> x", "c": "x ->"},
    ),
    "a helper is called in parallel": (
        "#% setup\nfrom joblib import Parallel, delayed\ndef scaled(k, x):\n    return [k, *x]\n"
        "#% stage:a\nx = [1]\nn = 2\n"
        "#% stage:b\nr = Parallel(n_jobs=1)(delayed(scaled)(k + n, x) for k in range(2))\n"
        "#% stage:c\nr.append(0)\n#% stage:d\nprint(x)\n#% stage:e\nprint(r)",
        {"a": "-> n x", "b": "n x -> r", "c": "r -> r", "d": "x ->", "e": "r ->"},
    ),
    "a helper that is called in parallel changes its argument and returns it": (
        "#% setup\nimport joblib\ndef grow(x):\n    x.append(1)\n    return x\n#% stage:a\nx = []\n"
        "#% stage:b\nwith joblib.Parallel(n_jobs=1) as jobs:\n"
        "    r = jobs(joblib.delayed(grow)(x) for _ in range(2))\n"
        "#% stage:c\nr[0].append(3)\n#% stage:d\nprint(x)",
        {"a": "-> x", "b": "x -> r x", "c": "r x -> x", "d": "x ->"},
    ),
    "a loop variable is an element": (
        "#% stage:a\nrows = [[1], [2]]\n#% stage:b\nfor row in rows:\n    row.append(0)\n"
        "#% stage:c\nprint(rows)",
        {"a": "-> rows", "b": "rows -> rows", "c": "rows ->"},
    ),
    "what a loop hands on in its third round": (
        "#% stage:a\nx = [1]\n#% stage:b\none = two = last = []\nfor i in range(3):\n"
        "    last = two\n    two = one\n    one = x\nlast.append(2)\n#% stage:c\nprint(x)",
        {"a": "-> x", "b": "x -> x", "c": "x ->"},
    ),
    "what a loop inside a loop hands on": (
        "#% stage:a\nx = [1]\n#% stage:b\none = two = last = []\nfor i in range(3):\n"
        "    last = two\n    while len(two) < 1:\n        two = one\n        one = x\n"
        "last.append(2)\n#% stage:c\nprint(x)",
        {"a": "-> x", "b": "x -> x", "c": "x ->"},
    ),
    "bound on some paths: the old value is handed on": (
        "#% stage:a\nx = 1\n#% stage:b\nif len('ab') > 1:\n    x = 2\n#% stage:c\nprint(x)",
        {"a": "-> x", "b": "x -> x", "c": "x ->"},
    ),
    "deleted on some paths": (
        "#% stage:a\nx = 1\n#% stage:b\nif len('ab') > 5:\n    del x\n#% stage:c\nprint(x)",
        {"a": "-> x", "b": "x -> x", "c": "x ->"},
    ),
    "parameters stand apart, also read through functions": (
        "#% parameters\nk = 2\n#% setup\ndef f(x):\n    return x * k\n"
        "#% stage:a\nx = f(1)\n#% stage:b\nprint(x)",
        {"a": "[k] -> x", "b": "x ->"},
    ),
    "a reassigned parameter is a value": (
        "#% parameters\nk = 2\n#% stage:a\nk = k + 1\n#% stage:b\nprint(k)",
        {"a": "[k] -> k", "b": "k ->"},
    ),
    "constants and definitions of setup are no inputs": (
        "#% setup\nN = 3\nNAMES = ['a', 'b']\ndef f():\n    return N\n"
        "#% stage:a\nx = f() + N\n#% stage:b\nprint(x, NAMES)",
        {"a": "-> x", "b": "x ->"},
    ),
    "a constant that somebody changes is work of setup": (
        "#% setup\nnames = []\n#% stage:a\nnames.append(1)\n#% stage:b\nprint(names)",
        {"setup": "-> names", "a": "names -> names", "b": "names ->"},
    ),
    "a function reads a variable that is reassigned later": (
        "#% setup\ndef f():\n    return x\n#% stage:a\nx = 1\n#% stage:b\nprint(f())\n"
        "#% stage:c\nx = 2\n#% stage:d\nprint(f())",
        {"a": "-> x", "b": "x ->", "c": "-> x", "d": "x ->"},
    ),
    "a function that calls one defined later": (
        "#% stage:a\ndef f(x):\n    return g(x)\n#% stage:b\ndef g(x):\n    return x + 1\n"
        "y = f(1)\n#% stage:c\nprint(y, f(2))",
        {"a": "->", "b": "-> y", "c": "y ->"},
    ),
    "a redefined function": (
        "#% stage:a\ndef f():\n    return 1\nx = f()\n#% stage:b\ndef f():\n    return 2\n"
        "#% stage:c\nprint(x, f())",
        {"a": "-> x", "b": "->", "c": "x ->"},
    ),
    "comprehension variables stay inside": (
        "#% stage:a\nx = 1\n#% stage:b\ny = [x for x in range(3)]\n#% stage:c\nprint(x, y)",
        {"a": "-> x", "b": "-> y", "c": "x y ->"},
    ),
    "a walrus in a comprehension binds outside": (
        "#% stage:a\nn = [last := i for i in range(3)]\n#% stage:b\nprint(last)",
        {"a": "-> last", "b": "last ->"},
    ),
    "a parameter of a function named like a global": (
        "#% setup\ndef f(x):\n    return x\n#% stage:a\nx = 1\n#% stage:b\nprint(f(2))\n"
        "#% stage:c\nprint(x)",
        {"a": "-> x", "b": "->", "c": "x ->"},
    ),
    "the global generator's state is carried, not a value": (
        "#% stage:a\nimport random\nrandom.seed(1)\n#% stage:b\nx = random.random()\n"
        "#% stage:c\nprint(x, random.random())",
        {"a": "->", "b": "-> x", "c": "x ->"},
    ),
    "interleaved cells that need nothing of one another": (
        "#% stage:a\nx = 1\n#% stage:b\ny = 2\n#% stage:a\nz = x\n#% stage:c\nprint(y, z)",
        {"a": "-> z", "b": "-> y", "c": "y z ->"},
    ),
    "an instance of a class of the notebook": (
        "#% setup\nclass Box:\n    def __init__(self, item):\n        self.item = item\n"
        "#% stage:a\nbox = Box([1])\n#% stage:b\nbox.item.append(2)\n#% stage:c\nprint(box.item)",
        {"a": "-> box", "b": "box -> box", "c": "box ->"},
    ),
    "a builtin's name": (
        "#% stage:a\nsum = sum([1, 2])\n#% stage:b\nprint(sum)",
        {"a": "-> sum", "b": "sum ->"},
    ),
    "a stage that is named like its variable": (
        "#% stage:features\nfeatures = [1]\n#% stage:b\nprint(features)",
        {"features": "-> features", "b": "features ->"},
    ),
    "reading a defaultdict adds a key, and what it makes is held": (
        "#% setup\nfrom collections import defaultdict\n"
        "#% stage:a\nd = defaultdict(list)\ne = defaultdict(lambda: defaultdict(list))\n"
        "#% stage:b\nd[0].append(1)\ne[0][1].append(2)\n"
        "#% stage:c\nd[5]\n#% stage:f\nprint(d, e[0][1])",
        {"a": "-> d e", "b": "d e -> d e", "c": "d -> d", "f": "d e ->"},
    ),
    "a method called on its class": (
        "#% stage:a\nx, d = [1], {}\n#% stage:b\nlist.append(x, 2)\ndict.update(d, a=1)\n"
        "#% stage:c\nprint(x, d)",
        {"a": "-> d x", "b": "d x -> d x", "c": "d x ->"},
    ),
    "what reduce and partial call": (
        "#% setup\nfrom functools import partial, reduce\ndef put(d, k):\n    d[k] = 1\n"
        "    return d\n"
        "#% stage:a\nd, e = {}, {}\n#% stage:b\nreduce(put, [1, 2], d)\npartial(put, e)(3)\n"
        "#% stage:c\nprint(d, e)",
        {"a": "-> d e", "b": "d e -> d e", "c": "d e ->"},
    ),
    "a function of NumPy given the array for its result": (
        "#% setup\nimport numpy as np\n#% stage:a\na, b = np.ones(2), np.ones(2)\n"
        "#% stage:b\nnp.add(a, 1, a)\nnp.exp(b, b)\n#% stage:c\nprint(a, b)",
        {"a": "-> a b", "b": "a b -> a b", "c": "a b ->"},
    ),
    "a data class with a list of its own in every object": (
        "#% setup\nfrom dataclasses import dataclass, field\n@dataclass\nclass D:\n"
        "    rows: list = field(default_factory=list)\n"
        "#% stage:a\nd = D()\n#% stage:b\nd.rows.append(1)\n#% stage:c\nprint(d.rows)",
        {"a": "-> d", "b": "d -> d", "c": "d ->"},
    ),
    "a list beside an enumeration's member in an object": (
        "#% setup\nimport enum\nclass Color(enum.Enum):\n    RED = 1\n"
        "class P:\n    def __init__(self, color):\n        self.color = color\n"
        "        self.rows = []\n"
        "#% stage:a\np = P(Color.RED)\n#% stage:b\np.rows.append(1)\n"
        "#% stage:c\nprint(p.rows, p.color is Color.RED)",
        {"a": "-> p", "b": "p -> p", "c": "p ->"},
    ),
    "classes made by calls are definitions": (
        "#% setup\nfrom collections import namedtuple\nimport enum\nNT = namedtuple('NT', 'a b')\n"
        "Color = enum.Enum('Color', 'RED BLUE')\n"
        "#% stage:a\nrows = [NT(1, [2]), NT._make([3, Color.RED])]\n"
        "#% stage:b\nrows[0].b.append(5)\n"
        "#% stage:c\nprint(rows, isinstance(rows[0], NT), rows[1].b is Color.RED)",
        {"a": "-> rows", "b": "rows -> rows", "c": "rows ->"},
    ),
    "a lambda that crosses finds the constants it reads": (
        "#% setup\nK = 3\n#% stage:a\nfs = [lambda x: x * K]\n#% stage:b\nprint(fs[0](2))",
        {"a": "-> fs", "b": "fs ->"},
    ),
    "a cached function's result that nobody changes": (
        "#% setup\nfrom functools import cache\n@cache\ndef rows():\n    return [1]\n"
        "#% stage:a\nr = rows()\n#% stage:b\nprint(r, rows())",
        {"a": "-> r", "b": "r ->"},
    ),
    "a slice of a list holds what the list holds": (
        "#% stage:a\nx = [{'n': 1}, {'n': 2}]\ny = x[:1]\nz = ([1], [2])[1:]\n"
        "#% stage:b\ny[0]['n'] = 5\ny.append(3)\nz[0].append(6)\n#% stage:c\nprint(x, y, z)",
        {"a": "-> x y z", "b": "x y z -> x y z", "c": "x y z ->"},
    ),
    "a choice that asks for a file is made once": (
        "#% stage:a\nimport os\nif os.path.exists('/nowhere'):\n    A = 1\nelse:\n    A = 0\n"
        "#% stage:b\nprint(A)",
        {"a": "-> A", "b": "A ->"},
    ),
    "a choice between imports is made where it is needed": (
        "#% setup\nimport typing\nif typing.TYPE_CHECKING:\n    import json as j\n"
        "else:\n    j = None\n#% stage:a\nprint(j)",
        {"a": "->"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_interface(case: str) -> None:
    text, expected = CASES[case]
    assert interface(text) == expected


@pytest.mark.filterwarnings("ignore:The inplace keyword")
@pytest.mark.parametrize("case", CASES)
def test_stages_print_what_the_cells_print(case: str) -> None:
    text = CASES[case][0]
    expected = run_cells(notebook(text))
    printed = run_stages(pipeline(text))
    assert printed == {cell: expected[cell] for cell in printed}
    assert any(printed.values())


@pytest.mark.parametrize(
    "text",
    [
        "#% setup\nclass C:\n    seen = {}\n    @classmethod\n    def get(cls, key):\n"
        "        return cls.seen.setdefault(key, len(cls.seen))\n"
        "#% stage:a\nC.get('a')\n#% stage:b\nprint(C.get('b'))",
        "#% setup\nfrom functools import lru_cache\n@lru_cache\ndef rows():\n    return [1]\n"
        "#% stage:a\nr = rows()\nr.append(2)\n#% stage:b\nprint(rows())",
    ],
)
def test_what_a_class_or_a_cached_function_keeps_is_refused_when_it_changes(text: str) -> None:
    assert analyse(notebook(text)).errors[0].code == "NB307"


def test_an_edge_starts_at_the_last_stage_that_may_have_changed_the_value() -> None:
    text = "#% stage:a\nx = [1]\n#% stage:b\nx.append(2)\n#% stage:c\nprint(x)"
    assert edges(text) == {"a>b:x", "b>c:x"}


def test_an_order_without_a_variable() -> None:
    text = "#% stage:a\nprint(1)\n#% stage:b after:a\nprint(2)"
    (edge,) = pipeline(text).edges
    assert (edge.variable, edge.source, edge.target) == (None, "a", "b")


def test_files_order_stages() -> None:
    text = (
        "#% setup\nimport pandas as pd\n#% stage:a\npd.DataFrame().to_csv('out/a.csv')\n"
        "#% stage:b\nprint(1)\n#% stage:c\nx = pd.read_csv('out/a.csv')\n#% stage:d\nprint(x)"
    )
    assert edges(text) == {"a>c:-", "c>d:x"}
    found = pipeline(text)
    assert found.stage("a").writes == found.stage("c").reads == ("out/a.csv",)


def test_paths_built_from_constants_are_known() -> None:
    text = (
        "#% setup\nimport pandas as pd\nfrom pathlib import Path\nDATA = Path('data')\n"
        "#% stage:a\nx = pd.read_csv(DATA / 'a.csv')\ny = pd.read_csv(f'{DATA}/b.csv')\n"
    )
    assert pipeline(text).stage("a").reads == ("data/a.csv", "data/b.csv")


def test_values_that_share_come_from_one_stage() -> None:
    text = "#% stage:a\nx = [1]\n#% stage:b\nbox = {'x': x}\n#% stage:c\nx.append(2)\nprint(box)\n"
    assert edges(text) == {"a>b:x", "b>c:box", "b>c:x"}
    printed = run_stages(pipeline(text))
    assert printed["c3"] == "{'x': [1, 2]}\n"


def test_values_that_share_are_changed_through_another_name() -> None:
    text = (
        "#% stage:a\nx, y = [1], [2]\n#% stage:b\nbox = {'x': x}\n"
        "#% stage:c\nx, y = y, x\ny.append(3)\n#% stage:d\nprint(x, y, box)\n"
    )
    assert run_stages(pipeline(text))["c4"] == "[2] [1, 3] {'x': [1, 3]}\n"


def test_a_sentinel_is_the_same_object_in_all_values() -> None:
    text = (
        "#% setup\nMISSING = object()\n#% stage:a\nx = [1, MISSING]\n"
        "#% stage:b\nprint(x[1] is MISSING, x[0] is MISSING)\n"
    )
    found = pipeline(text)
    assert run_stages(found)["c3"] == "True False\n"


def test_settings_of_setup_are_made_by_shared_and_not_at_import() -> None:
    found = pipeline(
        "#% setup\nimport pandas as pd\npd.set_option('display.precision', 3)\n"
        "#% stage:a\nprint(1)\n#% stage:b\nprint(2)"
    )
    assert found.shared.settings == ("pd.set_option('display.precision', 3)",)
    assert all(stage.settings for stage in found.stages)
    assert not any(stage.name == "setup" for stage in found.stages)


def test_settings_of_the_process_that_objects_hold() -> None:
    found = pipeline(
        "#% setup\nimport logging, sys\nfrom decimal import Decimal, getcontext\n"
        "from tqdm import tqdm\nlogger = logging.getLogger('x')\nlogger.setLevel(logging.INFO)\n"
        "logger.addHandler(logging.StreamHandler(sys.stdout))\ngetcontext().prec = 5\n"
        "tqdm.pandas()\n#% stage:a\nlogger.info('a')\n#% stage:b\nprint(Decimal(1) / 3)"
    )
    assert [stage.name for stage in found.stages] == ["a", "b"]
    assert all(stage.settings for stage in found.stages)
    assert found.shared.body == ("logger = logging.getLogger('x')",)
    assert found.shared.settings == (
        "logger.setLevel(logging.INFO)",
        "logger.addHandler(logging.StreamHandler(sys.stdout))",
        "getcontext().prec = 5",
        "tqdm.pandas()",
    )


def test_a_value_changed_later_under_another_name_is_not_handed_on() -> None:
    text = (
        "#% setup\nimport pandas as pd\n"
        "#% stage:a\ndf = pd.DataFrame({'a': [1]})\nsame = df\n"
        "#% stage:b\ndf = df.sort_values('a')\n#% stage:a\nsame['b'] = 1\n"
        "#% stage:c\nprint(df, same)"
    )
    assert [d.code for d in analyse(notebook(text)).errors] == ["NB302"]


def test_a_setting_of_a_stage_is_repeated_in_later_stages() -> None:
    found = pipeline(
        "#% setup\nimport pandas as pd\n#% stage:a\nprint(1)\n"
        "#% stage:b\npd.set_option('display.precision', 3)\nprint(2)\n#% stage:c\nprint(3)"
    )
    assert found.stage("a").local_definitions == ()
    assert found.stage("c").local_definitions == ("pd.set_option('display.precision', 3)",)


def test_imports_are_repeated_only_where_they_are_used() -> None:
    found = pipeline("#% stage:a\nimport math, json\nx = math.pi\n#% stage:b\nprint(json.dumps(x))")
    assert found.stage("a").imports == ("import math",)
    assert found.stage("b").imports == ("import json",)


@pytest.mark.parametrize(
    "body",
    [
        "def start(seed):\n    np.random.seed(seed)\nstart(3)",
        "if True:\n    np.random.seed(3)",
        "for seed in (1, 2):\n    np.random.seed(seed)",
    ],
)
def test_a_seed_set_by_a_call_or_under_a_condition_is_handed_on(body: str) -> None:
    text = (
        f"#% setup\nimport numpy as np\n#% stage:a\n{body}\n"
        "#% stage:b\nprint(np.random.rand())\n#% stage:c\nprint(np.random.rand())"
    )
    assert not pipeline(text).diagnostics
    assert edges(text) >= {"a>b:numpy.random", "b>c:numpy.random"}


def test_a_seed_under_a_condition_leaves_the_older_one() -> None:
    text = (
        "#% setup\nimport numpy as np\n#% stage:a\nnp.random.seed(1)\n"
        "#% stage:b\nif not np:\n    np.random.seed(3)\nprint(np.random.rand())"
    )
    assert edges(text) == {"a>b:numpy.random"}


def test_numbers_on_which_nothing_depends_still_move_the_generator() -> None:
    text = (
        "#% setup\nimport numpy as np\nfrom sklearn.svm import SVC\nnp.random.seed(0)\n"
        "#% stage:a\nSVC().fit([[1], [2]], [0, 1])\n#% stage:b\nprint(np.random.rand())"
    )
    assert edges(text) >= {"a>b:numpy.random"}


def test_what_draws_by_a_method() -> None:
    text = (
        "#% setup\nimport numpy as np\nfrom scipy import stats\n"
        "from sklearn.model_selection import KFold\nnp.random.seed(0)\n"
        "#% stage:a\nfor part in KFold(2, shuffle=True).split(range(4)):\n    print(part)\n"
        "#% stage:b\nprint(stats.norm(1, 2).rvs(2))\n#% stage:c\nprint(np.random.rand())"
    )
    assert edges(text) >= {"a>b:numpy.random", "b>c:numpy.random"}


def test_unseeded_randomness_is_not_reused() -> None:
    found = pipeline("#% stage:a\nimport random\nx = random.random()\n#% stage:b\nprint(x)")
    assert "without a seed" in found.stage("a").unobservable
    assert [d.code for d in found.diagnostics] == ["NB402"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("import time\nx = time.time()", "clock"),
        ("import os\nx = os.environ['HOME']", "environment"),
        ("import pandas as pd\nx = pd.read_csv('https://example.org/a.csv')", "network"),
        ("import sqlite3\nx = sqlite3.connect('a.db')\nx = 1", "database"),
    ],
)
def test_what_cannot_be_observed_is_not_reused(body: str, reason: str) -> None:
    found = pipeline(f"#% stage:a\n{body}\n#% stage:b\nprint(2)")
    assert reason in found.stage("a").unobservable


# Of two readers of a value in one cell, the first by name is told as the reason of its edge.
READERS = """#% setup
def f():
    return i + j

def g():
    return i * j
#% stage:one
i = 1
j = 2
#% stage:two
a = f() + i + j
b = g()
#% stage:three
print(a, b, i, j)
"""


@pytest.mark.slow
def test_the_reasons_of_edges_do_not_depend_on_the_order_of_sets() -> None:
    asked = "import test_dataflow as t; print(t.pipeline(t.READERS).edges)"
    places = [str(Path(__file__).parent), *sys.path]
    answers = {
        subprocess.run(
            [sys.executable, "-c", asked],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(places)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "2", "4")
    }
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("default", "change"),
    [
        ("[]", "kept.append(x)"),
        ("[[]]", "kept[0].append(x)"),
        ("{}", "kept[x] = 1"),
        ("{}", "kept.setdefault(x, 1)"),
        ("set()", "kept.add(x)"),
        ("[]", "also = kept; also += [x]"),
    ],
)
def test_a_default_is_one_object_for_all_calls(default: str, change: str) -> None:
    definitions = (
        f"def f(x, kept={default}):\n    {change}\n    return kept",
        f"def f(x, *, kept={default}):\n    {change}",
        f"class A:\n    def m(self, x, kept={default}):\n        {change}\nf = A().m",
        f"f = lambda x, kept={default}: [kept, kept.__iadd__([x])]",
    )
    for definition in definitions:
        text = f"#% stage:a\n{definition}\n#% stage:b\nf(2)\n#% stage:c\nprint(f(3))"
        found = analyse(notebook(text))
        assert {d.code for d in found.errors} <= {"NB306", "NB307"}
        assert found.errors or "f" in [v.name for v in found.stage("b").outputs]
        # What only one stage calls is its own affair.
        alone = f"#% stage:a\nx = 1\n#% stage:b\n{definition}\nf(2)\nprint(f(3))"
        assert not analyse(notebook(alone)).errors
    read = f"#% setup\ndef f(x, kept={default}):\n    return len(kept)\n"
    text = f"{read}#% stage:a\ny = f(1)\n#% stage:b\nz = f(2)"
    assert not analyse(notebook(text)).stage("b").inputs


def test_an_object_that_a_class_keeps_is_the_classes() -> None:
    text = (
        "#% stage:a\nclass Single:\n    one = None\n    def __new__(cls):\n"
        "        if cls.one is None:\n            cls.one = super().__new__(cls)\n"
        "            cls.one.seen = []\n        return cls.one\n"
        "#% stage:b\nSingle().seen.append(1)\n#% stage:c\nprint(Single().seen)"
    )
    assert "NB307" in {d.code for d in analyse(notebook(text)).errors}


def test_a_vectorized_function_reads_what_its_function_reads() -> None:
    start = "#% setup\nimport numpy as np\ndef double(x):\n    return 2 * x\n#% stage:a\n"
    plain = f"{start}f = np.vectorize(double)\n#% stage:b\ny = f([1])"
    assert not analyse(notebook(plain)).errors
    reads = f"{start}seen = []\nf = np.vectorize(lambda x: seen.append(x))\n#% stage:b\nf([1])"
    assert {d.code for d in analyse(notebook(reads)).errors} == {"NB306"}


@pytest.mark.parametrize(
    "value",
    [
        "[lambda x: x * rate]",
        "defaultdict(lambda: rate)",
        "FunctionTransformer(lambda x: x * rate)",
        "make_pipeline(FunctionTransformer(lambda x: x * rate))",
        "make_scorer(lambda one, other: rate)",
        "[maker(2)]",
        "copy.deepcopy([lambda x: x * rate])",
        "functools.partial(lambda x, y: x * rate, 1)",
    ],
)
def test_code_in_a_value_takes_its_variables_along(value: str) -> None:
    start = (
        "#% setup\nimport copy, functools\nfrom collections import defaultdict\n"
        "from sklearn.metrics import make_scorer\nfrom sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import FunctionTransformer\n"
        "#% stage:a\nrate = 3\ndef maker(n):\n    return lambda x: x * n * rate\n"
    )
    text = f"{start}value = {value}\n#% stage:b\nprint(value)"
    found = analyse(notebook(text))
    assert not found.errors
    assert [item.name for item in found.stage("b").inputs] == ["rate", "value"]
    # It would read another variable than the function of the stage that made it.
    again = f"{start}value = {value}\n#% stage:b\nrate = 4\nprint(value)"
    assert {d.code for d in analyse(notebook(again)).errors} == {"NB306"}
    # It may change it where no one sees that.
    listed = text.replace("rate = 3", "rate = [3]")
    assert {d.code for d in analyse(notebook(listed)).errors} == {"NB306"}
    counting = "def count():\n    global rate\n    rate += 1\n"
    counted = f"{start}{counting}value = {value}\n#% stage:b\nprint(value)"
    assert {d.code for d in analyse(notebook(counted)).errors} == {"NB306"}


@pytest.mark.parametrize(
    ("body", "counts"),
    [
        ("def up():\n        nonlocal n\n        n += 1\n        return n", True),
        ("def up():\n        kept.append(1)\n        return kept", True),
        ("def up():\n        return n + len(kept)", False),
        ("up = lambda: n", False),
    ],
)
def test_a_function_that_a_function_made_crosses(body: str, counts: bool) -> None:
    text = (
        f"#% stage:a\ndef maker(n):\n    kept = []\n    {body}\n    return up\n"
        "first, second = maker(1), maker(2)\n#% stage:b\nprint(first())\n"
        "#% stage:c\nprint(first())\n#% stage:d\nprint(second())"
    )
    found = analyse(notebook(text))
    assert not found.errors
    changed = ["first"] if counts else []
    assert [item.name for item in found.stage("b").outputs] == changed
    assert [item.name for item in found.stage("d").inputs] == ["second"]


def test_functions_share_the_variables_that_they_rebind() -> None:
    text = (
        "#% stage:a\ndef maker():\n    n = 0\n    def up():\n        nonlocal n\n        n += 1\n"
        "    def now():\n        return n\n    return up, now\nup, now = maker()\n"
        "#% stage:b\nup()\n#% stage:c\nprint(now())"
    )
    assert "now" in [item.name for item in analyse(notebook(text)).stage("b").outputs]


def test_an_object_of_a_class_in_a_function_stays() -> None:
    text = (
        "#% stage:a\ndef maker():\n    class Point:\n        pass\n    return Point()\n"
        "point = maker()\n#% stage:b\nprint(point)"
    )
    assert {d.code for d in analyse(notebook(text)).errors} == {"NB305"}


def test_a_named_function_in_a_value_is_the_module_s() -> None:
    text = "#% stage:a\nrate = 3\ndef f(x):\n    return x * rate\nbox = [f]\n#% stage:b\nprint(box)"
    assert {d.code for d in analyse(notebook(text)).errors} == {"NB306"}


@pytest.mark.parametrize(
    "call",
    [
        "d.query('x > @limit')",
        "d.query(f'x > @limit')",
        "d.eval('y = x + @limit')",
        "pd.eval('limit + 1')",
        "smf.ols('x ~ limit(y)', d)",
        "[part.query('x > @limit') for part in [d]]",
        "d.apply(lambda row: d.query('x > @limit'))",
    ],
)
def test_a_text_in_a_function_names_a_variable(call: str) -> None:
    start = "#% setup\nimport pandas as pd\nimport statsmodels.formula.api as smf\n#% stage:a\n"
    text = (
        f"{start}limit = 2\ndef f(d):\n    return {call}\n"
        "#% stage:b\nlimit = 3\nframe = 1\n#% stage:c\nprint(f(frame))"
    )
    assert "limit" in [item.name for item in analyse(notebook(text)).stage("c").inputs]


@pytest.mark.parametrize(
    ("made", "used"),
    [
        ("KFold(3).split(table)", "next(value)"),
        ("pd.read_csv('t.csv', chunksize=2)", "next(value)"),
        ("pd.read_csv('t.csv', iterator=True)", "value.get_chunk(2)"),
        ("np.load('t.npz')", "value['x']"),
        ("csv.writer(open('t.csv', 'w'))", "value.writerow([1])"),
    ],
)
def test_what_reads_piece_by_piece_stays_in_its_stage(made: str, used: str) -> None:
    start = (
        "#% setup\nimport csv\nimport numpy as np\nimport pandas as pd\n"
        "from sklearn.model_selection import KFold\n#% stage:a\ntable = np.eye(3)\n"
    )
    crossing = f"{start}value = {made}\n#% stage:b\nprint({used})"
    assert {d.code for d in analyse(notebook(crossing)).errors} == {"NB305"}
    within = f"{start}value = {made}\npiece = {used}\n#% stage:b\nprint(piece)"
    assert not analyse(notebook(within)).errors


def test_a_list_of_a_column_holds_the_column_s_objects() -> None:
    text = (
        "#% setup\nimport pandas as pd\n#% stage:a\ntable = pd.DataFrame({'x': [[1], [2]]})\n"
        "values = table['x'].tolist()\n#% stage:b\nvalues[0].append(3)\n#% stage:c\nprint(table)"
    )
    assert "table" in [item.name for item in analyse(notebook(text)).stage("b").outputs]


def test_an_accessor_is_set_in_a_statement_of_its_own() -> None:
    start = "#% setup\nimport pandas as pd\n"
    shop = "class Shop:\n    def __init__(self, table):\n        self.table = table\n"
    use = "#% stage:a\nx = 1\n#% stage:b\nprint(pd.DataFrame({'x': [x]}).shop)"
    registered = f"{start}@pd.api.extensions.register_dataframe_accessor('shop')\n{shop}{use}"
    assert {d.code for d in analyse(notebook(registered)).errors} == {"NB309"}
    assert not analyse(notebook(f"{start}{shop}pd.DataFrame.shop = property(Shop)\n{use}")).errors


@pytest.mark.parametrize(
    "made",
    [
        "map(f, [1])",
        "filter(f, [1])",
        "itertools.starmap(f, [(1,)])",
        "itertools.takewhile(f, [1])",
        "itertools.accumulate([1, 2], lambda a, b: f(a + b))",
        "itertools.groupby([1], f)",
        "zip([1], map(f, [1]))",
        "iter(lambda: f(1), 0)",
        "itertools.chain([0], map(f, [1]))",
    ],
)
def test_an_iterator_calls_its_function_where_it_is_consumed(made: str) -> None:
    text = (
        "#% setup\nimport itertools\ndef f(x):\n    return x + k\n#% stage:a\nk = 3\n"
        f"#% stage:b\nit = {made}\n#% stage:c\nk = 7\n#% stage:d\ny = 1 in it"
    )
    assert {d.code for d in analyse(notebook(text)).errors} == {"NB306"}
