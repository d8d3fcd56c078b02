"""Functions that keep their results: where a second run of one would show."""

from __future__ import annotations

import pytest
from staged import run_cells, run_stages
from writing import notebook

from nb2pipe.analysis import analyse
from nb2pipe.model import Pipeline

CACHED = "#% setup\nimport functools, random\nk = [2]\nlog = []\n@functools.lru_cache\n"

TOLD = {
    "prints": ("def f(x):\n    print(x)\n    return x", "f(1)", "f(1)"),
    "draws": ("def f(x):\n    return random.random()", "a = f(1)", "b = f(1)"),
    "changes": ("def f(x):\n    log.append(x)\n    return x", "f(1)", "f(1)\nprint(log)"),
    "reads what changes": ("def f(x):\n    return x + k[0]", "f(1)\nk.append(3)", "print(f(1), k)"),
    "reads a file": (
        "def f(p):\n    with open(p) as file:\n        return int(file.read())",
        "f('a.txt')\nopen('a.txt', 'w').write('2')",
        "print(f('a.txt'))",
    ),
    "is asked": ("def f(x):\n    return x", "f(1)", "print(f.cache_info())"),
    "is cleared": ("def f(x):\n    return x", "f(1)", "f.cache_clear()"),
    "gives the same object": ("def f(x):\n    return [x]", "a = f(1)", "b = f(1)"),
    "is compared": ("def f(x):\n    return [x]", "a = f(1)", "print(a is f(1))"),
    "is called by another": (
        "def f(x):\n    print(x)\n    return x\ndef g(x):\n    return f(x)",
        "g(1)",
        "g(1)",
    ),
    "is handed on": (
        "def f(x):\n    print(x)\n    return x",
        "list(map(f, [1]))",
        "list(map(f, [1]))",
    ),
}
PLAIN = {
    "numbers": (
        "def f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)",
        "a = f(9)",
        "print(f(20))",
    ),
    "called in one stage": (
        "def f(x):\n    print(x)\n    return [x]",
        "f(1)\nprint(f.cache_info())",
        "print(1)",
    ),
    "only read": ("def f(x):\n    return [x]", "a = f(1)\nprint(a)", "print(f(1))"),
    "columns": (
        "def f(x):\n    return x * 2\nimport pandas as pd\nrows = pd.DataFrame({'a': [1, 2]})",
        "print(rows['a'].map(f).sum())",
        "print(rows['a'].apply(f).max())",
    ),
}


def stages(function: str, first: str, second: str) -> Pipeline:
    return analyse(notebook(f"{CACHED}{function}\n#% stage:a\n{first}\n#% stage:b\n{second}"))


@pytest.mark.parametrize("case", TOLD)
def test_a_second_run_that_shows_is_refused(case: str) -> None:
    assert "NB310" in {found.code for found in stages(*TOLD[case]).errors}


@pytest.mark.parametrize("case", PLAIN)
def test_a_second_run_that_does_not_show_is_none(case: str) -> None:
    found = stages(*PLAIN[case])
    assert not found.errors
    expected = run_cells(found.notebook)
    assert run_stages(found)["c3"] == expected["c3"]


@pytest.mark.parametrize(
    "made",
    [
        "def f(x):\n    print(x)\n    return x\nf = functools.lru_cache(f)",
        "def f(x):\n    print(x)\n    return x\nf = functools.cache(f)",
        "def memo(g):\n    return functools.lru_cache(maxsize=8)(g)\n"
        "@memo\ndef f(x):\n    print(x)\n    return x",
        "def memo(g):\n    @functools.lru_cache\n    def w(x):\n        print(x)\n"
        "        return g(x)\n    return w\n@memo\ndef f(x):\n    return x",
    ],
)
def test_a_cache_made_by_a_call(made: str) -> None:
    text = f"#% setup\nimport functools\n{made}\n#% stage:a\nf(1)\n#% stage:b\nf(1)"
    assert {found.code for found in analyse(notebook(text)).errors} & {"NB305", "NB310"}


@pytest.mark.parametrize("decorators", ["@functools.cache", "@staticmethod\n    @functools.cache"])
def test_a_method_that_keeps_its_results(decorators: str) -> None:
    argument = "n" if "static" in decorators else "self, n"
    text = (
        f"#% setup\nimport functools\nclass A:\n    {decorators}\n    def v({argument}):\n"
        "        print(n)\n        return n\na = A()\n#% stage:a\na.v(1)\n#% stage:b\na.v(1)"
    )
    (found,) = analyse(notebook(text)).errors
    assert found.code == "NB310"
    assert "a method of `A`" in found.message


def test_a_property_that_the_object_keeps_is_a_change_of_it() -> None:
    text = (
        "#% setup\nimport functools\nclass A:\n    @functools.cached_property\n    def v(self):\n"
        "        print('run')\n        return [1]\n"
        "#% stage:a\na = A()\n#% stage:b\nr = a.v\n#% stage:c\na.v.append(2)\n"
        "#% stage:d\nprint(a.v, r)"
    )
    found = analyse(notebook(text))
    assert not found.errors
    printed, expected = run_stages(found), run_cells(notebook(text))
    assert printed == {cell: expected[cell] for cell in printed}


def test_a_function_that_is_only_handed_on_is_not_called() -> None:
    text = (
        "#% setup\nimport functools, unknown_library\n"
        "@functools.lru_cache\ndef f(x):\n    return [x]\n"
        "#% stage:a\na = unknown_library.run(f)\n#% stage:b\nb = unknown_library.run(f)"
    )
    assert "NB310" not in {found.code for found in analyse(notebook(text)).errors}
