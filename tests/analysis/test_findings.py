"""Each finding on names, data flow and hidden state: where it is, and that its twin has none."""

from __future__ import annotations

import pytest
from writing import notebook

from nb2pipe.analysis import analyse

# rule: (notebook with the finding, number of the cell it is at, the same made right)
CASES = {
    "NB301": [
        ("#% stage:a\nprint(x)", 1, "#% stage:a\nx = 1\nprint(x)"),
        ("#% stage:a\nprint(x)\n#% stage:b\nx = 1", 1, "#% stage:b\nx = 1\n#% stage:a\nprint(x)"),
        ("#% stage:a\nx = 1\ndel x\n#% stage:b\nprint(x)", 2, "#% stage:a\nx = 1\n#% stage:b\nx"),
        ("#% skip\nx = 1\n#% stage:a\nprint(x)", 2, "#% stage:b\nx = 1\n#% stage:a\nprint(x)"),
        (
            "#% setup\ndef f():\n    return x\n#% stage:a\nf()",
            2,
            "#% setup\ndef f():\n    return x\n#% stage:b\nx = 1\n#% stage:a\nf()",
        ),
    ],
    "NB302": [
        (
            "#% stage:a\nx = 1\n#% stage:b\nprint(x)\n#% stage:c\nx = 2\n#% stage:b\nprint(x)",
            4,
            "#% stage:a\nx = 1\n#% stage:b\nprint(x)\n#% stage:c\nx = 2\n#% stage:d\nprint(x)",
        ),
        (  # b, with its second cell, runs before c, which takes t as it was between the two
            "#% stage:a\ni, t = 1, [1]\n#% stage:b\ni += 1\n#% stage:c\nprint(t, i)\n"
            "#% stage:b\nt.append(i)",
            4,
            "#% stage:a\ni, t = 1, [1]\n#% stage:b\ni += 1\n#% stage:c\nprint(t, i)\n"
            "#% stage:d\nt.append(i)",
        ),
        (
            "#% stage:a\nx = 1\n#% stage:b\nprint(x)\n#% stage:a\nx = 2\n",
            3,
            "#% stage:a\nx = 1\n#% stage:b\nprint(x)\n#% stage:c\nx = 2\n",
        ),
    ],
    "NB303": [
        (
            "#% stage:a\nx = 1\n#% stage:b\ny = x\n#% stage:a\nprint(y)",
            2,
            "#% stage:a\nx = 1\n#% stage:b\ny = x\n#% stage:c\nprint(y)",
        )
    ],
    "NB304": [
        (
            "#% parameters\nk = 1\n#% stage:a\nprint(2)",
            1,
            "#% parameters\nk = 1\n#% stage:a\nprint(k)",
        )
    ],
    "NB305": [
        (
            "#% stage:a\nx = (i for i in range(3))\n#% stage:b\nprint(list(x))",
            1,
            "#% stage:a\nx = [i for i in range(3)]\n#% stage:b\nprint(list(x))",
        ),
        (
            "#% stage:a\nif len('ab') > 1:\n    def f():\n        return 1\n#% stage:b\nprint(f())",
            1,
            "#% stage:a\ndef f():\n    return 1\n#% stage:b\nprint(f())",
        ),
        (
            "#% setup\nimport time\ndef f(t=time.time()):\n    return t\n#% stage:b\nprint(f())",
            1,
            "#% setup\ndef f(t=0):\n    return t\n#% stage:b\nprint(f())",
        ),
    ],
    "NB306": [
        (
            "#% parameters\nk = 1\n#% setup\ndef f(x):\n    return x + k\n"
            "#% stage:a\nbox = {'f': f}\n#% stage:b\nprint(box['f'](1))",
            3,
            "#% setup\ndef f(x):\n    return x + 1\n"
            "#% stage:a\nbox = {'f': f}\n#% stage:b\nprint(box['f'](1))",
        ),
        (
            "#% parameters\nk = 1\n#% setup\nclass C:\n    def get(self):\n        return k\n"
            "#% stage:a\nc = C()\n#% stage:b\nprint(c.get())",
            3,
            "#% parameters\nk = 1\n#% setup\nclass C:\n    def get(self):\n        return 1\n"
            "#% stage:a\nc = C()\nprint(k)\n#% stage:b\nprint(c.get())",
        ),
    ],
    "NB307": [
        (
            "#% setup\nclass C:\n    n = 0\n#% stage:a\nC.n += 1\n#% stage:b\nprint(C.n)",
            2,
            "#% setup\nclass C:\n    n = 0\n#% stage:a\nprint(C.n + 1)\n#% stage:b\nprint(C.n)",
        )
    ],
    "NB308": [
        (
            "#% setup\nimport logging\ndef f():\n    logging.basicConfig()\n    return 1\n"
            "#% stage:a\nx = f()\n#% stage:b\nprint(x)",
            2,
            "#% setup\nimport pandas as pd\npd.set_option('a', 1)\n"
            "#% stage:a\nx = 1\n#% stage:b\nprint(x)",
        )
    ],
    "NB309": [
        (
            "#% stage:a\nimport math\nfor n in range(3):\n    math.pi = n",
            1,
            "#% stage:a\nimport math\nmath.pi = 3",
        ),
    ],
    "NB402": [
        (
            "#% stage:a\nimport random\nx = random.random()",
            1,
            "#% stage:a\nimport random\nrandom.seed(1)\nx = random.random()",
        ),
        (
            "#% stage:a\nimport numpy as np\nx = np.random.default_rng()",
            1,
            "#% stage:a\nimport numpy as np\nx = np.random.default_rng(1)",
        ),
        (
            "#% stage:a\nfrom sklearn.cluster import KMeans\nm = KMeans().fit([[1], [2]])",
            1,
            "#% stage:a\nfrom sklearn.cluster import KMeans\n"
            "m = KMeans(random_state=1).fit([[1], [2]])",
        ),
        (
            "#% stage:a\nfrom sklearn.svm import SVC\n"
            "m = SVC(probability=True).fit([[1], [2]], [0, 1])",
            1,
            "#% stage:a\nfrom sklearn.svm import SVC\nm = SVC().fit([[1], [2]], [0, 1])",
        ),
        (
            "#% stage:a\nfrom sklearn.svm import SVC\n"
            "m = SVC().set_params(probability=True)\nm.fit([[1], [2]], [0, 1])",
            1,
            "#% stage:a\nfrom sklearn.svm import SVC\n"
            "m = SVC().set_params(C=2)\nm.fit([[1], [2]], [0, 1])",
        ),
        (
            "#% stage:a\nfrom sklearn.svm import SVC\nfrom sklearn.model_selection import "
            "GridSearchCV\nm = GridSearchCV(SVC(), {'probability': [True]})\nm.fit(0, 1)",
            1,
            "#% stage:a\nfrom sklearn.svm import SVC\nfrom sklearn.model_selection import "
            "GridSearchCV\nm = GridSearchCV(SVC(), {'C': [1]})\nm.fit(0, 1)",
        ),
    ],
}


@pytest.mark.parametrize(
    ("code", "wrong", "number", "right"),
    [(code, *case) for code, cases in CASES.items() for case in cases],
)
def test_finding(code: str, wrong: str, number: int, right: str) -> None:
    found = [d for d in analyse(notebook(wrong)).diagnostics if d.code == code]
    assert found and found[0].number == number, analyse(notebook(wrong)).diagnostics
    assert found[0].message and found[0].advice
    clean = analyse(notebook(right))
    assert code not in {d.code for d in clean.diagnostics}
    assert not clean.errors


def test_after_a_star_import_no_name_is_called_undefined() -> None:
    found = analyse(notebook("#% stage:a\nfrom helpers import *\nprint(pi)\n#% stage:b\nprint(e)"))
    assert [d.code for d in found.errors] == ["NB505"]


def test_a_function_in_a_table_of_functions_is_called_and_not_changed() -> None:
    text = (
        "#% setup\nimport functools\ndef scaled(x, by=2):\n    return x * by\n"
        "#% stage:a\npart = functools.partial(scaled, by=3)\ntable = {'s': scaled}\n"
        "n = part(2) + table['s'](1)\n#% stage:b\nprint(n, scaled(2))"
    )
    assert not analyse(notebook(text)).errors


def test_a_class_may_have_a_comprehension_over_a_name_of_the_stage() -> None:
    text = (
        "#% stage:a\nfor z in range(3):\n    pass\nclass Point:\n"
        "    total = [z for z in range(2)]\nprint(Point.total)\n#% stage:b\nprint(z)"
    )
    assert not analyse(notebook(text)).errors


_GENERIC = "#% setup\nimport functools\n@functools.singledispatch\ndef show(x):\n    return 'any'\n"


def test_a_generic_function_stands_with_what_its_cell_registers() -> None:
    text = _GENERIC + (
        "@show.register\ndef _(x: int):\n    return 'int'\n"
        "@show.register(str)\ndef _(x):\n    return 'str'\n"
        "#% stage:a\nprint(show(1))\n#% stage:b\nprint(show('x'))"
    )
    found = analyse(notebook(text))
    assert not found.errors
    (body,) = found.shared.body
    assert body.count("@show.register") == 2
    assert [stage.shared for stage in found.stages] == [("show",), ("show",)]


def test_what_another_cell_registers_with_a_generic_function_is_refused() -> None:
    text = _GENERIC + (
        "#% stage:a\n@show.register\ndef _(x: int):\n    return 'int'\nprint(show(1))\n"
        "#% stage:b\nprint(show(2))"
    )
    assert "NB307" in [finding.code for finding in analyse(notebook(text)).errors]


@pytest.mark.parametrize(
    ("backend", "drawing", "code"),
    [
        ("matplotlib.use('agg')", "plt.title('t')", ["NB309"]),
        ("plt.switch_backend('agg')", "plt.plot([1])", ["NB309"]),
        ("%matplotlib widget", "plt.title('t')", ["NB309"]),
        ("%matplotlib inline", "plt.title('t')", []),
        ("matplotlib.use('agg')", "ax.set_title('t')", []),
        ("matplotlib.use('agg')", "plt.figure()\nplt.plot([1])", []),
    ],
)
def test_a_figure_that_stays_is_not_drawn_on_in_another_stage(
    backend: str, drawing: str, code: list[str]
) -> None:
    text = (
        f"#% setup\nimport matplotlib\nimport matplotlib.pyplot as plt\n{backend}\n"
        f"#% stage:a\nfig, ax = plt.subplots()\n#% stage:b\n{drawing}"
    )
    assert [d.code for d in analyse(notebook(text)).errors] == code


def test_figures_that_each_stage_closes_are_not_drawn_on_again() -> None:
    text = (
        "#% setup\nimport matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\n"
        "#% stage:a\nplt.plot([1])\nplt.savefig('a.png')\nplt.close()\n"
        "#% stage:b\nplt.plot([2])\nplt.savefig('b.png')\nplt.close()"
    )
    assert not analyse(notebook(text)).errors


@pytest.mark.parametrize(
    "text",
    [
        "#% stage:a\nk = 0\nif k:\n    y = 1\n",
        "#% stage:a\ny = 1\nif y:\n    del y\n",
        "#% stage:a\ny = 1\nfor i in range(2):\n    if i:\n        del y\n",
    ],
)
def test_a_function_does_not_return_what_may_not_be_bound(text: str) -> None:
    reading = "#% stage:b\ntry:\n    print(y)\nexcept NameError:\n    print('none')"
    (found,) = analyse(notebook(text + reading)).errors
    assert (found.code, found.number, found.line) == ("NB501", 2, 2)
    assert not analyse(notebook(text + "#% stage:b\nprint(y)")).errors  # it is bound, then


def test_a_function_finds_no_builtin_under_a_name_that_it_deletes() -> None:
    text = "#% stage:a\nmax = 5\n#% stage:b\nprint(max)\ndel max\n{}print(max(1, 2))"
    (found,) = analyse(notebook(text.format(""))).errors
    assert (found.code, found.number) == ("NB501", 2)
    assert not analyse(notebook(text.format("#% stage:c\n"))).errors
