"""Modules cut back into cells: generated ones, and ones that somebody edited."""

import ast
import contextlib
import io
import warnings
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nb2pipe.emit.module import stage_module
from nb2pipe.emit.proof import prove
from nb2pipe.emit.unroll import UnrolledCell, unroll, unroll_plain
from nb2pipe.errors import ProjectUnreadable
from nb2pipe.model import Notebook, Pipeline, Stage, StageCell, Variable

QUOTES = ['"""', "'''"]
NAMES = st.sampled_from(["a", "b", "c", "total", "número"])
NUMBERS = st.integers(-9, 9)
PIECES = st.sampled_from(
    [
        "text",
        "# %% [x1]",
        "    # %% [x2] metrics",
        "\\n",
        "\\\n",
        "'",
        "{{",
        "\t",
        "  ",
        "",
        "é",
        "\\\\",
    ]
)


@st.composite
def long_string(draw: st.DrawFn) -> str:
    quotes = draw(st.sampled_from(QUOTES))
    prefix = draw(st.sampled_from(["", "r", "b", "f"]))
    lines = draw(st.lists(PIECES, min_size=1, max_size=4))
    text = "\n".join(lines)
    if prefix == "b":
        text = text.encode("ascii", "ignore").decode()
    if prefix == "r":
        text = text.replace("\\", "")
    text = text.rstrip("\\").replace("'", "") if quotes == "'''" else text.rstrip("\\")
    if prefix == "f":
        text += draw(st.sampled_from(["", "{a}", "{a!r:>{b}}", "{(a,\n     b)}", "{a}\n  {b}"]))
    return f"{prefix}{quotes}{text}{quotes}"


def expression() -> st.SearchStrategy[str]:
    simple = (
        NUMBERS.map(str)
        | NAMES
        | long_string()
        | st.sampled_from(
            [
                "'short # %% [x]'",
                "f'{a}{b:>{c}}'",
                "(1 +\n2)",
                "[\n  a,\n# inside\n  b]",
                "lambda *p, **k: (p, a)",
                "{n: n * a for n in range(3)}",
                "[(n, m) for n in range(2) for m in range(n) if m != b]",
                "(w := a) + 1",
                "'joined' \\\n    'text'",
                "'cut\\\n   here'",
                "1 if a else \\\n 2",
            ]
        )
    )
    return st.recursive(
        simple,
        lambda inner: st.tuples(inner, inner).map(lambda pair: f"({pair[0]}, {pair[1]})"),
        max_leaves=3,
    )


def indent(text: str, by: str) -> str:
    """Put a block deeper without touching its strings: every statement here has one first line."""
    inside: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant | ast.JoinedStr):
            inside.update(range(node.lineno + 1, (node.end_lineno or 0) + 1))
    return "\n".join(
        line if number in inside or not line else by + line
        for number, line in enumerate(text.split("\n"), start=1)
    )


@st.composite
def statement(draw: st.DrawFn, depth: int = 0) -> str:
    value = draw(expression())
    name = draw(NAMES)
    simple = [
        f"{name} = {value}",
        f"{name} = a;  b = {value}",
        f"{name} = {value};",
        f"a, *{name}_rest = (1, 2, 3)",
        f"{name}: object = {value}",
        f"({value})",
        f"# %% [m{draw(NUMBERS)}]",
        "## %% [twice] metrics",
        f"{name} = [a]  # %% [trailing]",
        "del b\nb = 3",
        "pass",
        "",
        "assert True, 'fine'",
        "   # a comment that stands somewhere",
        "import math as m, os.path",
    ]
    if depth >= 2:
        return draw(st.sampled_from(simple))
    by = draw(st.sampled_from(["  ", "    ", "\t"]))
    inner = draw(statement(depth + 1).filter(parses))
    inner = inner if ast.parse(inner).body else f"{inner}\npass"
    body = indent(inner, by)
    compound = [
        f"if a:\n{body}\nelse:\n{by}pass",
        f"for i in range(2):\n{body}\n# between\nelse:\n{by}total = i",
        f"while a is None:\n{body}\n{by}break",
        f"try:\n{body}\nexcept (ValueError, TypeError) as problem:\n{by}raise\nfinally:\n{by}c = 1",
        f"with __import__('contextlib').nullcontext(a) as {name}:\n{body}",
        f"match a:\n{by}case [x, *_]:\n{by}{by}c = x\n{by}case _:\n{indent(inner, by * 2)}",
        f"def helper(p, /, q={value}, *, r=1):\n{by}'''Doc\n  string.'''\n{by}return (p, q, a)",
        f"class Thing:\n{by}kind = {value}\n\n{by}def get(self):\n{by}{by}return self.kind",
        f"@(lambda f: f)\ndef decorated():\n{by}return [a]",
        f"def bump():\n{by}global {name}, total\n{by}{name} = 5\nbump()",
        f"async def later():\n{by}return a",
    ]
    return draw(st.sampled_from(simple + compound))


@st.composite
def cell_text(draw: st.DrawFn) -> str:
    text = "\n".join(draw(st.lists(statement(), max_size=4)))
    return draw(st.sampled_from(["", "\n", "\n\n"])) + text + draw(st.sampled_from(["", "\n\n"]))


def parses(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<cell>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def pipeline(*cells: str) -> Pipeline:
    stage = Stage(
        "work",
        tuple(StageCell(f"c{number}", text) for number, text in enumerate(cells)),
        inputs=tuple(Variable(name) for name in ("a", "b", "c", "total", "número")),
        outputs=(Variable("a"), Variable("total")),
    )
    return Pipeline("demo", Notebook(Path("demo.ipynb"), ()), (stage,))


def tree(text: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.dump(ast.parse(text))


def outcome(namespace: dict[str, object], code: str) -> object:
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            exec(compile(code, "<code>", "exec"), namespace)
        except Exception as error:
            return type(error)
    return None


@settings(max_examples=80, deadline=None)
@given(st.lists(cell_text().filter(parses), max_size=4))
@example(["x = 1 \\\n\n", "'first'", "# only a comment", ""])
@example(["\tx = 1\n".strip("\t"), 'a = """\n    # %% [fake]\n"""', "\f", "\fa = 1"])
@example(["if a:\n\tb = 1\n\tif b:\n\t\tc = 2\n# %% [left]\n\telse_ = 3"])
def test_cells_come_back(cells: list[str]) -> None:
    made = pipeline(*cells)
    source = stage_module(made, made.stages[0], "demo")
    back = unroll(source, "work")
    assert [cell.id for cell in back.cells] == [f"c{n}" for n in range(len(cells))]
    for cell, text in zip(back.cells, cells, strict=True):
        assert tree(cell.source) == tree(text)
    assert back.inputs == ("a", "b", "c", "total", "número")
    assert back.outputs == ("a", "total")
    # Cells that are a stage of their own may still be refused: a class that rebinds, for one.
    assert {finding.code for finding in prove(made, "demo")} <= {"NB511"}


def plain(value: object) -> object:
    """A value as it compares between two runs: functions and classes by name only."""
    if isinstance(value, int | float | str | bytes | type(None)):
        return (type(value), value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return [(plain(key), plain(item)) for key, item in value.items()]
    return type(value)


@settings(max_examples=50, deadline=None)
@given(st.lists(cell_text().filter(parses), min_size=1, max_size=3))
def test_function_computes_what_the_cells_compute(cells: list[str]) -> None:
    made = pipeline(*cells)
    if prove(made, "demo"):
        return
    start = {"a": 1, "b": 2, "c": 3, "total": 4, "número": 5}
    at_module_level: dict[str, object] = {"__name__": "__main__", **start}
    expected = next((error for text in cells if (error := outcome(at_module_level, text))), None)
    module: dict[str, object] = {"__name__": "demo.work"}
    source = stage_module(made, made.stages[0], "demo")
    assert outcome(module, source) is None
    before = set(module)
    assert before - {"__builtins__", "__name__", "__doc__", "work"} == set()
    arguments = ", ".join(f"{name}={value!r}" for name, value in start.items())
    got = outcome(module, f"result = work({arguments})")
    if expected is not None or got is not None:
        # UnboundLocalError is a NameError.
        assert got is not None and expected is not None and issubclass(got, expected)  # type: ignore[arg-type]
        return
    assert plain(module["result"]) == plain((at_module_level["a"], at_module_level["total"]))


# ── Modules that somebody edited ─────────────────────────────────────────────────────────────────

EDITED = '''
"""Stage train of the churn pipeline."""

import numpy as np

from churn.shared import HORIZON

SCALE = 2


def scaled(values):
    """Belongs to the header."""
    return values * SCALE


def train(
    X_train,  # features
    y_train: "pd.Series",
    *,
    C: float = 1.0,
    names: list[str] = ["a"],
) -> tuple[int, int]:
    """Fit.

    # %% [doc]
    """
    names = [*names]  # nb2pipe> function
    # an added comment
    from builtins import sum

    # %% [c1]
    # nb2pipe> %matplotlib inline
    model = scaled(np.ones(3))
    text = """
    # %% [no]
"""

    # %% [c2] metrics
    plt.figure()  # nb2pipe> function
    score = sum(model)  # nb2pipe> %time
    if score:
        # nested
        score += (
    1)
    ## %% [quoted]
    score

    return (
        model,
        score,
    )


if __name__ == "__main__":
    train([], [])
'''


def test_edited_module() -> None:
    back = unroll(EDITED, "train")
    assert back.inputs == ("X_train", "y_train")
    assert back.parameters == ("C", "names")
    assert back.outputs == ("model", "score")
    assert back.header == (
        "import numpy as np\n\nfrom churn.shared import HORIZON\n\nSCALE = 2\n\n\n"
        'def scaled(values):\n    """Belongs to the header."""\n    return values * SCALE'
    )
    assert back.preamble == "# an added comment\nfrom builtins import sum"
    assert back.cells == (
        UnrolledCell(
            "c1",
            '%matplotlib inline\nmodel = scaled(np.ones(3))\ntext = """\n    # %% [no]\n"""',
        ),
        UnrolledCell(
            "c2",
            "%time score = sum(model)\nif score:\n    # nested\n    score += (\n1)\n"
            "# %% [quoted]\nscore",
            metrics=True,
        ),
    )
    assert unroll(EDITED) == back  # found by its markers


def test_crlf_and_tabs() -> None:
    source = "def f(a):\n\t# %% [c]\n\tif a:\n\t\tb = 1\n\n\treturn b\n".replace("\n", "\r\n")
    assert unroll(source).cells == (UnrolledCell("c", "if a:\n\tb = 1"),)


def test_bare_function() -> None:
    back = unroll("def f():\n    pass\n")
    assert (back.cells, back.preamble, back.outputs) == ((), "pass", ())
    assert (
        unroll("def f(a):\n    # %% [c]\n    'text'\n    return None\n").cells[0].source == "'text'"
    )


def test_nonlocal_of_the_stage_is_global_in_the_cell() -> None:
    source = """
def f():
    # %% [c]
    n = é = 0
    def outer():
        m = 0
        def inner():
            nonlocal m
            m = 1
        "é"; nonlocal n, é
        n = 1
    class Box:
        def put(self):
            nonlocal n
            n = 2
    return n
"""
    text = unroll_plain(source).cells[0].source
    assert '"é"; global n, é' in text
    assert "nonlocal m" in text
    assert text.count("global") == 2


REFUSED = {
    "early return": ("if a:\n        return a\n    b = 1", 4, "before its end"),
    "return in a loop": ("for x in a:\n        if x:\n            return a", 5, "before its end"),
    "yield": ("yield a", 3, "yields"),
    "yield in an expression": ("x = [(yield a)]", 3, "yields|yield"),
    "global": ("global z\n    z = 1", 3, "between two calls"),
    "marker in a block": (
        "if a:\n        b = 1\n    # %% [x]\n        c = 2",
        5,
        "inside a statement",
    ),
    "marker in brackets": ("b = [\n    # %% [x]\n    1]", 4, "inside a statement"),
    "deeper marker": ("if a:\n        # %% [x]\n        c = 2", 4, "inside a statement"),
    "marker after the return": ("b = 1\n    return b\n    # %% [x]", 5, "after the return"),
    "marker twice": ("# %% [x]\n    b = 1\n    # %% [x]\n    c = 1", 5, "begins twice"),
    "computed output": ("return a + 1", 3, "distinct names"),
    "output twice": ("return a, a", 3, "distinct names"),
    "return behind a semicolon": ("b = 1; return b", 3, "shares its line"),
    "unknown nonlocal": (
        "def g():\n        nonlocal zz\n        zz = 1",
        4,
        "no binding for nonlocal",
    ),
    "helper with global": (
        "n = 1\n    def g():\n        global n\n        n = 2",
        4,
        "not the stage's",
    ),
    "mixed nonlocal": (
        "n = 1\n    def g():\n        m = 1\n        def h():\n            nonlocal n, m",
        7,
        "names variables of the stage and of a function",
    ),
    "syntax": ("b = = 1", 3, "no Python"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_bodies(case: str) -> None:
    body, line, message = REFUSED[case]
    with pytest.raises(ProjectUnreadable, match=message) as caught:
        unroll(f"import os\ndef work(a):\n    {body}\n", "work")
    assert caught.value.place == f"work.py, line {line}"
    assert caught.value.advice


MODULES = {
    "import os\n": "no function work",
    "def other():\n    pass\n": "no function work",
    "def work():\n    pass\ndef work():\n    pass\n": "more than one function work",
    "async def work():\n    pass\n": "async",
    "import functools\n@functools.cache\ndef work():\n    pass\n": "decorator",
    "def work(*a):\n    pass\n": r"\* or \*\*",
    "def work(**a):\n    pass\n": r"\* or \*\*",
    "def work(a=1):\n    pass\n": "has a default",
    "def work(a): b = 1\n": "on one line",
    "def work(a):\n    b = 1\n# %% [c]\nc = 2\n": "outside the stage's function",
    "def other():\n    return b\ndef work(a):\n    b = 1\n": "other reads b",
    "class Box:\n    def get(self):\n        return a\ndef work(a):\n    b = 1\n": "Box reads a",
    "def work(a):\n    b = '\0'\n": "no Python",
    "def work(a):\n    b = '''\n": "no Python",
}


@pytest.mark.parametrize("source", MODULES)
def test_refused_modules(source: str) -> None:
    with pytest.raises(ProjectUnreadable, match=MODULES[source]) as caught:
        unroll(source, "work")
    assert caught.value.place.startswith("work.py, line ")


def test_two_functions_with_markers_need_a_name() -> None:
    source = "def f():\n    # %% [a]\n    x = 1\n\n\ndef g():\n    # %% [b]\n    y = 1\n"
    with pytest.raises(ProjectUnreadable, match="more than one"):
        unroll(source)
    # With a name, the other function's cells are outside of the stage.
    with pytest.raises(ProjectUnreadable, match="outside the stage's function"):
        unroll(source, "f")
