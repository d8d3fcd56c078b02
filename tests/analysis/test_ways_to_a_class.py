"""Ways to a class that lead over its objects and children: what changes it by them is seen."""

from __future__ import annotations

import pytest
from staged import run_cells, run_stages
from writing import notebook

from nb2pipe.analysis import analyse

SETUP = """\
class Base:
    count = 0
    items = []
    @classmethod
    def bump(cls):
        cls.count += 1
class Node(Base):
    def __init__(self, value=0):
        self.value = value
    def itself(self):
        return type(self)
    def step(self):
        self.bump()
    @classmethod
    def up(cls):
        super().bump()
    def __repr__(self):
        return f"{type(self).__name__}({self.value})"
    def __add__(self, other):
        return self.__class__(self.value + other.value)
    def __eq__(self, other):
        return type(self) is type(other) and self.value == other.value
"""
CHANGES = """\
type(node).count += 1
node.__class__.count += 1
cls = type(node); cls.count = 3
cls = node.itself(); cls.count = 3
setattr(type(node), 'count', 3)
vars(type(node))['items'].append(1)
type(node).items.append(1)
node.items.append(1)
node.bump()
node.step()
node.up()
Node.up()
Node.__mro__[1].count += 1
Node.__bases__[0].count += 1
Node.__base__.count += 1
Node.mro()[1].count += 1
super(Node, node).items.append(1)
node.step.__func__.calls = 1
[type(n) for n in [node]][0].count += 1
for c in {type(node)}: c.count += 1
Base.count += 1
""".splitlines()
READINGS = """\
type(node).__name__
node.__class__.__name__
isinstance(node, type(node))
type(node) is Node
type(node) == Node
node + node
node == node
node
Node.__name__
Node.mro()
Node.__bases__
type(node)(3)
type(node).count
node.count
""".splitlines()


def errors(statement: str) -> list[str]:
    text = (
        f"#% setup\n{SETUP}#% stage:a\nnode = Node()\n#% stage:b\n{statement}\n"
        "#% stage:c\nprint(Node.count, Node.items)"
    )
    return [found.code for found in analyse(notebook(text)).errors]


@pytest.mark.parametrize("statement", CHANGES)
def test_a_changed_class_is_not_repeated(statement: str) -> None:
    assert set(errors(statement)) & {"NB306", "NB307"}


@pytest.mark.parametrize("statement", READINGS)
def test_reading_is_no_change(statement: str) -> None:
    assert errors(f"print({statement})") == []


@pytest.mark.parametrize(
    "init",
    ["type(self).n += 1", "self.__class__.n += 1", "type(self).seen.append(1)", "self.note()"],
)
def test_a_class_that_counts_its_objects_is_not_repeated(init: str) -> None:
    text = (
        "#% setup\nclass A:\n    n = 0\n    seen = []\n    @classmethod\n    def note(cls):\n"
        f"        cls.n += 1\n    def __init__(self):\n        {init}\n"
        "#% stage:a\na = A()\n#% stage:b\nb = A()\n#% stage:c\nprint(A.n, A.seen)"
    )
    assert {found.code for found in analyse(notebook(text)).errors} == {"NB307"}


def test_objects_made_by_the_class_of_another_keep_what_they_share() -> None:
    text = (
        "#% setup\nclass A:\n    def __init__(self, rows):\n        self.rows = rows\n"
        "    def twin(self):\n        return type(self)(self.rows)\n"
        "#% stage:a\na = A([1])\n#% stage:b\nb = a.twin()\n#% stage:c\nb.rows.append(2)\n"
        "#% stage:d\nprint(a.rows, isinstance(b, A))"
    )
    found = analyse(notebook(text))
    assert not found.errors
    assert run_stages(found)["c5"] == run_cells(notebook(text))["c5"] == "[1, 2] True\n"


def test_a_class_goes_under_another_name() -> None:
    text = (
        "#% setup\nclass A:\n    pass\n#% stage:a\na = A()\n#% stage:b\nk = type(a)\n"
        "#% stage:c\nprint(k is A, k.__name__)"
    )
    found = analyse(notebook(text))
    assert not found.errors
    assert run_stages(found)["c4"] == "True A\n"


@pytest.mark.parametrize(
    "decorator",
    [
        "def deco(f):\n    def w(*a):\n        w.n += 1\n        return f(*a)\n    w.n = 0\n"
        "    return w\n",
        "def deco(f):\n    kept = {}\n    def w(*a):\n        kept[a] = f(*a)\n"
        "        return kept[a]\n    w.kept = kept\n    return w\n",
    ],
)
def test_a_decorator_that_keeps_something_is_not_repeated(decorator: str) -> None:
    text = (
        f"#% setup\n{decorator}@deco\ndef g(x):\n    return x\n"
        "#% stage:a\ng(1)\n#% stage:b\ng(2)\n#% stage:c\nprint(vars(g))"
    )
    assert {found.code for found in analyse(notebook(text)).errors} == {"NB307"}


def test_a_decorator_that_only_wraps_is_repeated() -> None:
    text = (
        "#% setup\nfrom functools import wraps\ndef said(f):\n    @wraps(f)\n    def w(*a):\n"
        "        print(f.__name__, a)\n        return f(*a)\n    return w\n"
        "@said\ndef g(x):\n    return x + 1\n#% stage:a\ny = g(1)\n#% stage:b\nprint(g(y))"
    )
    found = analyse(notebook(text))
    assert not found.errors
    printed = run_stages(found)
    assert (printed["c2"], printed["c3"]) == ("g (1,)\n", "g (2,)\n3\n")
