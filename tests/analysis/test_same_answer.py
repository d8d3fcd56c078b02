"""Random notebooks, cut into random stages, print the same as stages, or are refused beforehand."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from staged import run_cells, run_stages
from writing import notebook

from nb2pipe.analysis import analyse

PHASES = [Phase.generate]
NUMBERS = ("i", "j", "k")
LISTS = ("r", "s", "t")
FUNCTIONS = ("f", "g")

START = """\
#% parameters
p = 3
q = 2
#% setup
import random
import copy as duplicate
LIMIT = 5
class Box:
    def __init__(self, item):
        self.item = item
    def put(self, value):
        self.item.append(value)
        return self
def twice(value):
    return value * 2
#% stage:s0
i, j, k = 1, 2, 3
r, s, t = [1], [2], [3]
d = {"one": 1}
box = Box([0])
random.seed(4)
def f(x):
    return x + k
def g(x):
    return f(x) + p
"""

number = st.sampled_from(NUMBERS)
several = st.sampled_from(LISTS)
function = st.sampled_from(FUNCTIONS)

STATEMENTS = (
    "{a} = {b} + 1",
    "{a} = {b} * {c}",
    "{a} += {b}",
    "{l}.append({a})",
    "{l} = {m} + [{a}]",
    "{l} = {m}",
    "{l} += {m}",
    "{l} = list({m})",
    "{l} = [{a}, {b}]",
    "{l} = sorted({m})",
    "{l} = [z + {a} for z in {m}]",
    "{l}[0] = {a}",
    "d['x'] = {l}",
    "d['y'] = {a}",
    "d['x'] = d.get('x', [0])",
    "d.get('x', [0]).append({a})",
    "box.item = {l}",
    "box.put({a})",
    "box = Box({l})",
    "{a} = len(box.item)",
    "{a} = {f}({b})",
    "def f(x):\n    return x + {a} + LIMIT",
    "def g(x):\n    {l}.append(x)\n    return f(x)",
    "def g(x):\n    return f(x) * p",
    "def h(v):\n    v.append({a})\n    return v\n{l} = h({m})",
    "if {a} > {b}:\n    {a} = {c}",
    "if {a} > {b}:\n    {l} = {m}\nelse:\n    {l}.append(0)",
    "for z in {l}:\n    {a} = z",
    "for n, v in enumerate([{l}, {m}]):\n    v.append(n)",
    "while {a} > 100:\n    {a} //= 2",
    "try:\n    {a} = {l}[7]\nexcept IndexError:\n    {b} = 0",
    "with open('/dev/null') as handle:\n    {a} = {b}",
    "{a} = random.randint(0, 9)",
    "random.shuffle({l})",
    "random.seed({a})",
    "{l}, {m} = {m}, {l}",
    "{a}, *{l} = [{b}, {c}, {a}]",
    "{a} = (extra := {b}) + extra",
    "{a} = sum({l})",
    "{a} = max({l} + [{b}])",
    "{a} = twice({b})",
    "{l} = twice({m})",
    "{l} = duplicate.copy({m})",
    "{l} = duplicate.deepcopy({m})",
    "key = lambda z: z + {a}\n{l} = sorted({m}, key=key)",
    "{l} = list(map({f}, {m}))",
    "q = q + 1",
    "{a} = q + p",
    "del {a}\n{a} = 7",
    "match {l}:\n    case [first, *_rest]:\n        {a} = first\n    case _:\n        {a} = 0",
    "sum = lambda values: {a}\n{b} = sum({l})",
    "nest = [{l}, {m}]\nnest[0].append({a})",
    "nest = {{'a': {l}}}\nfor v in nest.values():\n    v.append({a})",
    "pair = ({l}, {a})",
    "{l} = pair[0] if 'pair' in dir(__builtins__) else {m}",
    "print({a}, {l})",
)
STATEMENTS = tuple(s for s in STATEMENTS if "dir(" not in s)


@st.composite
def statements(draw: st.DrawFn) -> str:
    template = draw(st.sampled_from(STATEMENTS))
    return template.format(
        a=draw(number),
        b=draw(number),
        c=draw(number),
        l=draw(several),
        m=draw(several),
        f=draw(function),
    )


@st.composite
def notebooks(draw: st.DrawFn) -> str:
    text = START
    stage = 0
    for _ in range(draw(st.integers(2, 7))):
        step = draw(st.sampled_from([0, 1, 1, 1, 1, -1]))
        stage = max(0, stage + step)
        body = "\n".join(draw(st.lists(statements(), min_size=1, max_size=3)))
        text += f"#% stage:s{stage}\n{body}\nprint({draw(number)}, {draw(several)})\n"
    return text + "#% stage:last\nprint(i, j, k, r, s, t, d, box.item, f(1), g(2), p, q)\n"


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(notebooks())
def test_stages_print_what_the_cells_print(text: str) -> None:
    example = notebook(text)
    try:
        expected = run_cells(example)
    except Exception:
        assume(False)
    pipeline = analyse(example)
    if pipeline.errors:
        event(f"refused {pipeline.errors[0].code}")
        return
    event("compared")
    printed = run_stages(pipeline)
    assert printed == {cell: expected[cell] for cell in printed}, text
