"""Constructs that a stage's function cannot hold: each is refused, and its neighbours are not."""

import pytest
from writing import notebook

from nb2pipe.analysis import analyse, syntax, unsupported
from nb2pipe.model import Cell

REFUSED = [
    ("exec('x = 1')", "NB502", 1, 1),
    ("value = eval('x')", "NB502", 1, 9),
    ("globals()['x'] = 1", "NB502", 1, 1),
    ("'{x}'.format(**locals())", "NB502", 1, 16),
    ("x = 1\nvars()", "NB502", 2, 1),
    ("dir()", "NB502", 1, 1),
    ("call = eval", "NB502", 1, 8),
    ("import __main__", "NB502", 1, 1),
    ("from __main__ import x", "NB502", 1, 1),
    ("class A:\n    def f(self):\n        return globals()", "NB502", 3, 16),
    ("é = __file__", "NB503", 1, 5),
    ("text = __doc__", "NB503", 1, 8),
    ("print(map(lambda n: __doc__, n))", "NB503", 1, 21),
    ("page = await fetch()", "NB504", 1, 8),
    ("async with a as b:\n    pass", "NB504", 1, 1),
    ("async for a in b:\n    pass", "NB504", 1, 1),
    ("x = [a async for a in b]", "NB504", 1, 5),
    ("from helpers import *", "NB505", 1, 1),
    ("from .local import *", "NB505", 1, 1),
    ("try:\n    from math import *\nexcept ImportError:\n    pass", "NB505", 2, 5),
    ("x = _", "NB506", 1, 5),
    ("__ + ___", "NB506", 1, 1),
    ("_12", "NB506", 1, 1),
    ("print(_i, 1)", "NB506", 1, 7),
    ("_i3", "NB506", 1, 1),
    ("Out[3]", "NB506", 1, 1),
    ("In[-1]", "NB506", 1, 1),
    ("get_ipython().run_line_magic('time', '')", "NB507", 1, 1),
    ("if x:\n    exit()", "NB508", 2, 5),
    ("quit", "NB508", 1, 1),
    ("n = int(input('n? '))", "NB509", 1, 9),
    ("def f(input):\n    return input\nf(input())", "NB509", 3, 3),
    ("global x\nx = 1", "NB510", 1, 1),
]

SUPPORTED = [
    "model.eval()",
    "df.eval('a + b')",
    "vars(x)",
    "dir(x)",
    "for _ in range(3):\n    print(_)",
    "_ = plt.hist(x)\n_",
    "[_ for _ in x]",
    "lambda _: _",
    "def f(_):\n    return _",
    "async def f():\n    await g()\n    async with a:\n        return [b async for b in c]",
    "def f():\n    global x\n    x = 1",
    "def input():\n    return 1\ninput()",
    "input = 3\nprint(input)",
    "match x:\n    case _:\n        pass",
    "from math import pi",
    "x.exit()",
    "import sys\nsys.exit",
    "In = Out = 1\nprint(In, Out)",
    "print(__name__)",
    "print(__doc__)",
    "_i_am = _private = 1\nprint(_i_am, _private)",
]


def codes(source: str, bound: tuple[str, ...] = ()) -> list[tuple[str, int | None, int | None]]:
    parsed = syntax.parse(Cell("c", 1, "code", source))
    assert parsed.diagnostics == ()
    return [(d.code, d.line, d.column) for d in unsupported.find(parsed, bound)]


@pytest.mark.parametrize(("source", "code", "line", "column"), REFUSED)
def test_refused(source: str, code: str, line: int, column: int) -> None:
    assert codes(source)[0] == (code, line, column)


@pytest.mark.parametrize("source", SUPPORTED)
def test_supported(source: str) -> None:
    assert codes(source) == []


@pytest.mark.parametrize("source", ["return 1", "yield 1", "x = yield", "x = [(yield 1)]"])
def test_return_and_yield_are_syntax_errors(source: str) -> None:
    parsed = syntax.parse(Cell("c", 1, "code", source))
    assert [d.code for d in parsed.diagnostics] == ["NB201"]


def test_names_of_other_cells_are_variables() -> None:
    assert codes("print(_('text'), input)", ("_", "input")) == []


def test_findings_carry_the_line_and_advice() -> None:
    parsed = syntax.parse(Cell("c", 7, "code", "x = 1\ny = eval(z)"))
    (finding,) = unsupported.find(parsed)
    assert (finding.number, finding.cell, finding.excerpt) == (7, "c", "y = eval(z)")
    assert finding.severity == "error"
    assert finding.advice


def test_a_notebook_that_sets_its_docstring_does_not_show_the_kernel_s() -> None:
    text = "#% stage:a\n{}\n#% stage:b\nprint(__doc__)"
    for first, code in (
        ("'one'\nx = 1", "NB503"),
        ("x = 1\n'one'\nx = 2", "NB503"),
        ("'one'", None),
        ("x = 1\n'one'", None),
    ):
        errors = analyse(notebook(text.format(first))).errors
        assert [finding.code for finding in errors] == ([code] if code else [])
