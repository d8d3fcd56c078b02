"""Digests of code by meaning."""

from __future__ import annotations

import pytest

from nb2pipe.emit import meaning

SAME = [
    ("x = 1", "x  =  1  # one"),
    ("f('a', b)", 'f(\n    "a",\n    b,\n)'),
    ("def f():\n  return 1", "def f():\n\n    # why\n    return (1)"),
    ("x = 0x10", "x = 16"),
    ("s = 'a' 'b'", "s = 'ab'"),
]
OTHER = [
    ("x = 1", "x = 1.0"),
    ("x = 1", "x = True"),
    ("x = 'a'", "x = b'a'"),
    ("x = -0.0", "x = 0.0"),
    ("a = b", "b = a"),
    ("f(a)", "f(*a)"),
    ("plot()", "plot();"),
    ("x = [1, [2]]", "x = [[1], 2]"),
    ("if a:\n    b\nc", "if a:\n    b\n    c"),
    ("pass", "pass\n# nb2pipe> %matplotlib inline"),
    ("f'{x}'", "f'{x!r}'"),
    ("{**a, None: b}", "{None: a, **b}"),
    ("global x", "global y"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_formatting_does_not_count(one: str, two: str) -> None:
    assert meaning.code(one) == meaning.code(two)


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_meaning_counts(one: str, two: str) -> None:
    assert meaning.code(one) != meaning.code(two)


def test_a_deep_expression() -> None:
    deep = " + ".join(["x"] * 500)
    assert meaning.code(deep) != meaning.code(f"{deep} + x")


EVERYTHING = '''
import a.b as c, d
from .e import *
@deco
class K(B, metaclass=M):
    """Doc."""
    x: int = 3
    def f(self, a, /, b=1, *c, d, e=2, **g) -> None: ...
async def g():
    async with a as b, c: await d
    async for x in y: yield x
s = f"a{x!r:>{w}}b" 'c' f"{y=}" f"{z:%Y}" f""
t = [i async for i in z if i] + [*a, (yield_ := 3)]
match v:
    case {"k": [1, *_], **rest} if rest: pass
    case K(x=1) | None: pass
try: x
except* E as e: del x[1:2, ...]
lambda *a, k=1e308*10: 10**20 + 1j + 123456789012345678901234567890
é = "ü\\u200b\\U0001f600"
'''


def test_every_python_gives_the_same_digest() -> None:
    # The tests run on every supported Python; the digest is that of the first of them.
    assert (
        meaning.code(EVERYTHING)
        == "2b7ae79bf1e98619223083423761687fed693b5531d28e28212278886b1c0df0"
    )
