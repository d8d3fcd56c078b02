"""Code that runs without a call that names it: special methods, properties, bound methods."""

from __future__ import annotations

import pytest
from staged import run_cells, run_functions, run_stages
from writing import notebook

from nb2pipe.analysis import analyse

CLASS = "#% setup\nclass C:\n    def __init__(self):\n        self.seen = []\n"
# What a stage does with the object `c` that stage a made; the method that this runs.
USES = {
    "print(next(c))": "def __next__(self):\n        self.seen.append(1)\n        return 1",
    "for x in c:\n    pass": "def __iter__(self):\n        self.seen.append(1)\n"
    "        return iter([])",
    "x = [*c]": "def __iter__(self):\n        self.seen.append(1)\n        return iter([])",
    "x = c[1]": "def __getitem__(self, key):\n        self.seen.append(key)",
    "c[1] = 2": "def __setitem__(self, key, value):\n        self.seen.append(key)",
    "x = len(c)": "def __len__(self):\n        self.seen.append(1)\n        return 1",
    "if c:\n    x = 1": "def __bool__(self):\n        self.seen.append(1)\n        return True",
    "x = c and 1": "def __bool__(self):\n        self.seen.append(1)\n        return True",
    "x = 1 in c": "def __contains__(self, x):\n        self.seen.append(1)\n        return True",
    "x = c + 1": "def __add__(self, x):\n        self.seen.append(1)\n        return 1",
    "x = c == 1": "def __eq__(self, x):\n        self.seen.append(1)\n        return True",
    "print(f'{c}')": "def __str__(self):\n        self.seen.append(1)\n        return 'c'",
    "print([c])": "def __repr__(self):\n        self.seen.append(1)\n        return 'c'",
    "x = c.value": "@property\n    def value(self):\n        self.seen.append(1)\n        return 1",
    "with c:\n    x = 1": (
        "def __enter__(self):\n        self.seen.append(1)\n    def __exit__(self, *error):\n"
        "        self.seen.append(2)"
    ),
}
PLAIN = {
    "a method taken before": "#% stage:a\nseen = []\nadd = seen.append\n#% stage:b\nadd(1)\n",
    "a method given to a library": "#% stage:a\nseen = []\n#% stage:b\n"
    "x = sorted([1], key=seen.append)\n",
    "a method that an iterator calls": (
        "#% stage:a\nseen = []\nm = map(seen.append, [1])\n#% stage:b\nlist(m)\n"
    ),
    "a function that an iterator calls": (
        "#% stage:a\nseen = []\ndef add(x):\n    seen.append(x)\n"
        "#% stage:b\nm = map(add, [1])\nlist(m)\n"
    ),
    "a method in a partial": (
        "#% setup\nfrom functools import partial\n#% stage:a\nseen = []\n"
        "add = partial(seen.append, 1)\n"
        "#% stage:b\nadd()\n"
    ),
}


def changed(text: str) -> None:
    found = analyse(notebook(text))
    assert not found.errors, [f"{d.code} {d.message}" for d in found.errors]
    expected = run_cells(notebook(text))
    printed = run_stages(found)
    assert printed == {cell: expected[cell] for cell in printed}
    assert "[]" not in printed[max(printed)]
    assert run_functions(found) == {
        stage.name: "".join(expected[cell.id] for cell in stage.cells) for stage in found.stages
    }


@pytest.mark.parametrize("use", USES)
def test_a_use_of_an_object_runs_methods_of_its_class(use: str) -> None:
    changed(
        f"{CLASS}    {USES[use]}\n#% stage:a\nc = C()\n#% stage:b\n{use}\n#% stage:c\nprint(c.seen)"
    )


@pytest.mark.parametrize("use", USES)
def test_so_it_is_with_objects_in_a_list(use: str) -> None:
    changed(
        f"{CLASS}    {USES[use]}\n#% stage:a\nc = C()\ncs = [c]\n"
        f"#% stage:b\nfor c in cs:\n    "
        + use.replace("\n", "\n    ")
        + "\n#% stage:c\nprint(cs[0].seen)"
    )


@pytest.mark.parametrize("case", PLAIN)
def test_methods_and_functions_that_others_call(case: str) -> None:
    changed(PLAIN[case] + "#% stage:c\nprint(seen)")


def test_objects_whose_methods_only_look_stay_parallel() -> None:
    text = (
        CLASS + "    def __len__(self):\n        return len(self.seen)\n    @property\n"
        "    def first(self):\n        return self.seen[:1]\n"
        "#% stage:a\nc = C()\n#% stage:b\nprint(len(c))\n#% stage:d\n"
        "print(c.first, [1, 2].index(2))"
    )
    found = analyse(notebook(text))
    assert {f"{e.source}>{e.target}" for e in found.edges} == {"a>b", "a>d"}
