"""Functions that are registered, counted or expected to be missing."""

from __future__ import annotations

import pytest
from staged import run_cells, run_functions, run_stages
from writing import notebook

from nb2pipe.analysis import analyse

REGISTER = (
    "#% setup\nREG = []\ndef register(f):\n    REG.append(f)\n    return f\n"
    "@register\ndef one():\n    return 1\n"
)

CARRIED = {
    "registered in setup": (
        REGISTER + "#% stage:a\nprint([f() for f in REG], one(), REG[0] is one)",
        {"setup>a:REG", "setup>a:one"},
    ),
    "registered in several stages": (
        REGISTER + "#% stage:a\n@register\ndef two():\n    return 2\n"
        "#% stage:b\nprint([f() for f in REG])",
        {"setup>a:REG", "a>b:REG"},
    ),
    "registered with an object": (
        "#% setup\nclass App:\n    def __init__(self):\n        self.routes = []\n"
        "    def route(self, f):\n        self.routes.append(f)\n        return f\napp = App()\n"
        "@app.route\ndef one():\n    return 1\n#% stage:a\nprint([f() for f in app.routes])",
        {"setup>a:app"},
    ),
    "functions in a list stay what they are": (
        "#% setup\ndef f(x):\n    return x + 1\ndef g(x):\n    return x * 2\nfs = [f, g]\n"
        "#% stage:a\ny = [h(1) for h in fs]\n#% stage:b\nprint(y, [h(2) for h in fs], fs[0] is f)",
        {"setup>a:fs", "setup>b:fs", "a>b:y"},
    ),
    "a class with a property that is set, and constants that follow from one another": (
        "#% setup\nclass A:\n    SIZE = 2\n    AREA = SIZE * SIZE\n    _x = 1\n    @property\n"
        "    def x(self):\n        return self._x * self.AREA\n    @x.setter\n    def x(self, v):\n"
        "        self._x = v\n"
        "#% stage:a\na = A()\n#% stage:b\na.x = 5\n#% stage:c\nprint(a.x, isinstance(a, A))",
        {"a>b:a", "b>c:a"},
    ),
    "a context manager's value": (
        "#% setup\nfrom contextlib import contextmanager\n@contextmanager\ndef opened():\n"
        "    print('in')\n    yield [1]\n    print('out')\n"
        "#% stage:a\nwith opened() as x:\n    x.append(2)\n#% stage:b\nprint(x)",
        {"a>b:x"},
    ),
    "a lock that stages take": (
        "#% setup\nimport threading\nlock = threading.Lock()\n"
        "#% stage:a\nwith lock:\n    x = 1\n#% stage:b\nwith lock:\n    print(x)",
        {"a>b:x"},
    ),
    "a name that is expected to be missing": (
        "#% stage:a\ntry:\n    print(missing)\nexcept NameError as error:\n    print(error)\n"
        "#% stage:b\nprint(1)",
        set(),
    ),
}


@pytest.mark.parametrize("case", CARRIED)
def test_all_forms_print_the_same(case: str) -> None:
    text, edges = CARRIED[case]
    found = analyse(notebook(text))
    assert not found.errors, [f"{d.code} {d.message}" for d in found.errors]
    assert {f"{e.source}>{e.target}:{e.variable}" for e in found.edges} == edges
    expected = run_cells(notebook(text))
    printed = run_stages(found)
    assert printed == {cell: expected[cell] for cell in printed}
    assert run_functions(found) == {
        stage.name: "".join(expected[cell.id] for cell in stage.cells) for stage in found.stages
    }


@pytest.mark.parametrize(
    ("code", "words", "text"),
    [
        (
            "NB307",
            "`A` is changed after its definition",
            "#% setup\nclass A:\n    n = 0\n    def __init__(self):\n        A.n += 1\n"
            "#% stage:a\nx = A()\n#% stage:b\nprint(A.n, x)",
        ),
        (
            "NB305",
            "`work` is a function or class that is not made by a plain definition",
            "#% setup\ncalls = [0]\ndef count(f):\n    def inner(*a):\n        calls[0] += 1\n"
            "        return f(*a)\n    return inner\n@count\ndef work(x):\n    return x + 1\n"
            "#% stage:a\ny = work(1)\n#% stage:b\nprint(work(y), calls)",
        ),
        (
            "NB302",
            "cell 3 changes `x` after another stage takes it as cell 1 left it",
            "#% stage:a\nx = [1]\n#% stage:b\nprint(x)\n#% stage:a\nx.append(2)\n"
            "#% stage:c\nprint(x)",
        ),
        (
            "NB306",
            "holds code that reads `x`",
            "#% stage:a\nx = []\ndef f():\n    x.append(1)\nfs = [f]\n#% stage:b\nfs[0]()\n"
            "#% stage:c\nprint(x)",
        ),
    ],
)
def test_what_is_refused_is_named(code: str, words: str, text: str) -> None:
    found = [d.message for d in analyse(notebook(text)).errors if d.code == code]
    assert any(words in message for message in found), found


SHOWING = {
    "a class body": "class A:\n    print('made')\n",
    "a default": "def A(x=print('made')):\n    return x\n",
    "a parent that is told": (
        "class P:\n    def __init_subclass__(cls):\n        print(cls.__name__)\n"
        "class A(P):\n    pass\n"
    ),
    "a parent that keeps what it is told": (
        "class P:\n    seen = []\n    def __init_subclass__(cls):\n        cls.seen.append(cls)\n"
        "class A(P):\n    pass\n"
    ),
}


@pytest.mark.parametrize("case", SHOWING)
def test_a_definition_that_shows_or_keeps_something_is_not_repeated(case: str) -> None:
    text = f"#% stage:a\n{SHOWING[case]}x = A\n#% stage:b\nA()\n#% stage:c\nA()"
    assert {d.code for d in analyse(notebook(text)).errors} <= {"NB305", "NB307"}
    assert analyse(notebook(text)).errors
    alone = f"#% stage:a\n{SHOWING[case]}A()\n#% stage:b\nprint(1)"
    assert not analyse(notebook(alone)).errors


def test_a_decorator_prints_once_and_what_it_decorates_is_there() -> None:
    text = (
        "#% stage:a\ndef told(f):\n    print('told', f.__name__)\n    return f\n"
        "@told\ndef g():\n    print('in')\n    return 1\n"
        "#% stage:b\nprint(g())\n#% stage:c\nprint(g())"
    )
    found = analyse(notebook(text))
    assert not found.errors
    assert run_stages(found) == run_cells(notebook(text))
    assert run_functions(found) == {"a": "told g\n", "b": "in\n1\n", "c": "in\n1\n"}
