"""Free names agree with the compiler's own symbol tables."""

from __future__ import annotations

import ast
import symtable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2pipe.analysis.scope import free_names, scope_of

FUNCTIONS = {
    "def f(x):\n    return x + y": {"y"},
    "def f(x=y):\n    return x": set(),
    "def f():\n    y = 1\n    return y": set(),
    "def f():\n    return y\n    y = 1": set(),
    "def f():\n    global y\n    y = 1": {"y"},
    "def f():\n    y += 1": set(),
    "def f():\n    import numpy as np\n    return np": set(),
    "def f():\n    return [y for y in z]": {"z"},
    "def f():\n    [w := y for y in z]\n    return w": {"z"},
    "def f():\n    def g():\n        return y\n    return g": {"y"},
    "def f(y):\n    def g():\n        return y\n    return g": set(),
    "def f():\n    y = 1\n    def g():\n        nonlocal y\n        y = 2": set(),
    "def f():\n    class C:\n        y = z\n        def m(self):\n            return y": {"y", "z"},
    "def f():\n    try:\n        pass\n    except E as e:\n        return e": {"E"},
    "def f():\n    with a as b:\n        return b": {"a"},
    "def f(v):\n    match v:\n        case [a, *b]:\n            return a, b, c": {"c"},
    "def f():\n    return lambda x, k=y: x + z": {"y", "z"},
    "def f():\n    for i in r:\n        pass\n    return i": {"r"},
    "async def f():\n    async with a as b:\n        await b.c(d)": {"a", "d"},
}


@pytest.mark.parametrize("source", FUNCTIONS)
def test_free_names_of_a_function(source: str) -> None:
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    assert free_names(node) == FUNCTIONS[source]


def test_a_class_body_reads_a_name_that_it_binds_later() -> None:
    node = ast.parse("class C:\n    x = x\n    def m(self):\n        return x").body[0]
    assert isinstance(node, ast.ClassDef)
    assert free_names(node) == {"x"}


def test_global_statements_inside_count_as_written() -> None:
    node = ast.parse("def f():\n    def g():\n        global n\n        n = 1").body[0]
    assert isinstance(node, ast.FunctionDef)
    assert scope_of(node).written == {"n"}


names = st.sampled_from("abcd")
lines = st.one_of(
    names.map("{0} = 1".format),
    st.tuples(names, names).map(lambda p: "{} = {}".format(*p)),
    st.tuples(names, names).map(lambda p: "[{0} for {0} in {1}]".format(*p)),
    st.tuples(names, names).map(lambda p: "lambda {}: {}".format(*p)),
    st.tuples(names, names).map(lambda p: "for {} in {}: pass".format(*p)),
    st.tuples(names, names).map(lambda p: "def g({}): return {}".format(*p)),
    names.map("print({0})".format),
    names.map("del {0}".format),
)


@given(st.lists(lines, min_size=1, max_size=5))
def test_free_names_agree_with_symtable(body: list[str]) -> None:
    source = "def f():\n" + "\n".join(f"    {line}" for line in body)
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef)
    table = symtable.symtable(source, "f", "exec").get_children()[0]
    expected: set[str] = set()

    def collect(scope: symtable.SymbolTable) -> None:
        expected.update(s.get_name() for s in scope.get_symbols() if s.is_global())
        for child in scope.get_children():
            collect(child)

    collect(table)
    assert free_names(node) == expected
