"""Star imports of modules whose names are known become imports of the names that stages use."""

from __future__ import annotations

import importlib

import pytest
from staged import run_cells, run_stages
from writing import notebook

from nb2pipe.analysis import analyse, stars
from nb2pipe.emit.project import from_pipeline

KNOWN = ("math", "itertools", "collections", "datetime", "random", "numpy", "pandas")


@pytest.mark.parametrize("module", KNOWN)
def test_no_name_of_the_installed_module_is_missing(module: str) -> None:
    found = importlib.import_module(module)
    public = getattr(found, "__all__", None) or [n for n in vars(found) if n[0] != "_"]
    known = stars.names(module)
    assert known is not None
    assert set(public) <= set(known)
    assert known.keys().isdisjoint({"_", "__name__"})


def test_what_pylab_gathers_is_known_by_where_it_comes_from() -> None:
    known = stars.names("pylab")
    assert known is not None
    assert known["plot"] == "matplotlib.pyplot.plot"
    assert known["rand"] == "numpy.random.rand"
    assert (known["np"], known["plt"]) == ("numpy", "matplotlib.pyplot")
    assert "max" not in known
    assert stars.names("helpers") is None


CARRIED = {
    "in setup": (
        "#% setup\nfrom math import *\ndef area(r):\n    return pi * pow(r, 2)\n"
        "#% stage:a\nx = sqrt(4)\n#% stage:b\nprint(floor(x), area(2), e)",
        {"a": ("from math import sqrt",), "b": ("from math import e", "from math import floor")},
    ),
    "it replaces a variable": (
        "#% stage:a\ne = 5\nprint(e)\n#% stage:b\nfrom math import *\nprint(e)\n"
        "#% stage:c\nprint(e, sum([1]))",
        {"a": (), "b": ("from math import e",), "c": ("from math import e",)},
    ),
    "it replaces a builtin": (
        "#% stage:a\nx = [[1, 2], [3, 4]]\nprint(max(x))\n#% stage:b\nfrom numpy import *\n"
        "print(max(x))\n#% stage:c\nprint(len(x), max(x))",
        {"a": (), "b": ("from numpy import max",), "c": ("from numpy import max",)},
    ),
    "the last of two": (
        "#% setup\nfrom cmath import *\nfrom math import *\n#% stage:a\nx = sqrt(4)\n"
        "print(x)\n#% stage:b\nprint(polar(x))",
        {"a": ("from math import sqrt",), "b": ("from cmath import polar",)},
    ),
}


@pytest.mark.parametrize("case", CARRIED)
def test_each_stage_imports_the_names_that_it_uses(case: str) -> None:
    text, imports = CARRIED[case]
    found = analyse(notebook(text))
    assert not found.errors, [f"{d.code} {d.message}" for d in found.errors]
    assert {stage.name: stage.imports for stage in found.stages} == imports
    assert not any("import *" in stage.source for stage in from_pipeline(found).stages)
    expected = run_cells(notebook(text))
    printed = run_stages(found)
    assert printed == {cell: expected[cell] for cell in printed}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("#% stage:a\nfrom helpers import *\n#% stage:b\nprint(clean(1))", "NB505"),
        ("#% stage:a\nfrom math import *; x = sqrt(4)\n#% stage:b\nprint(x)", "NB505"),
        ("#% stage:a\nif True:\n    from math import *\n#% stage:b\nprint(pi)", "NB505"),
        (
            "#% stage:a\nimport os\nos.environ['N'] = '1'\nfrom numpy import *\n"
            "print(array([1]))\n#% stage:b\nprint(1)",
            "NB505",
        ),
        ("#% stage:a\nfrom math import *\nprint(sqr(4))\n#% stage:b\nprint(1)", "NB301"),
        (
            "#% stage:a\nprint(pow(2, 2))\nfrom math import *\nprint(pow(2, 2))\n"
            "#% stage:b\nprint(1)",
            "NB302",
        ),
        (
            "#% stage:a\nprint(pow(2, 2))\nfrom math import pow\nprint(pow(2, 2))\n"
            "#% stage:b\nprint(1)",
            "NB302",
        ),
    ],
)
def test_what_cannot_be_told_is_refused(text: str, code: str) -> None:
    assert [finding.code for finding in analyse(notebook(text)).errors] == [code]


@pytest.mark.parametrize(
    ("bound", "setting"),
    [
        ("import pylab", "pylab.rc('figure', figsize=(9, 4))"),
        ("import matplotlib.pylab as pylab", "pylab.rcParams['lines.linewidth'] = 3"),
        ("from pylab import rcParams", "rcParams['figure.figsize'] = 8, 3"),
    ],
)
def test_what_pylab_gathers_is_what_it_stands_for(bound: str, setting: str) -> None:
    text = f"#% setup\n{bound}\nimport matplotlib.pyplot as plt\n{setting}\n"
    text += "#% stage:a\nprint(1)\n#% stage:b\nplt.plot([1])\n"
    stages = analyse(notebook(text)).stages
    assert [stage.settings for stage in stages] == [True, True]
