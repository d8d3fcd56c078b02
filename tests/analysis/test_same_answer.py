"""Random notebooks, cut into random stages, print the same as stages, or are refused beforehand."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st
from staged import run_cells, run_functions, run_stages
from writing import notebook

from nb2pipe.analysis import analyse
from nb2pipe.execution.kernel.pickling import CannotCross

# CONTRIBUTING says how to run more.
EXAMPLES = int(os.environ.get("NB2PIPE_EXAMPLES", "80"))
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
    def __len__(self):
        return len(self.item)
    def __getitem__(self, key):
        self.item.append(key)
        return key
    def __enter__(self):
        self.item.append(8)
        return self.item
    def __exit__(self, *error):
        self.item.append(9)
    @property
    def last(self):
        self.item.append(7)
        return self.item[-2]
def twice(value):
    return value * 2
#% stage:s0
i, j, k = 1, 2, 3
r, s, t = [1], [2], [3]
d = {"one": 1}
box = Box([0])
random.seed(4)
it = iter([5, 6, 7, 8])
u = {(1, 2), (3, 4)}
fs = []
keep = r.append
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
    "def bump():\n    global {a}\n    {a} += {b}\nbump()",
    "{l} = {m} = [{a}]",
    "{l}[0] += {a}",
    "d['y'] = d.get('y', 0) + {a}",
    "d = dict(zip(['u', 'v'], [{l}, {m}]))\nd['u'].append({a})",
    "d = {{name: part for name, part in zip(['u', 'v'], [{l}, {m}])}}",
    "d.setdefault('u', {l}).append({a})",
    "d.update(u={l})\nd['u'].append({b})",
    "d.pop('x', None)",
    "for part in d.values():\n    if isinstance(part, list):\n        part.append({a})",
    "for name, part in zip('ab', [{l}, {m}]):\n    part.append({a})",
    "def make(start):\n    kept = [start]\n    def push(x):\n        kept.append(x)\n        return kept\n"
    "    return push\n{l} = make({a})({b})",
    "def collect(x, into=[]):\n    into.append(x)\n    return into\n{l} = collect({a})",
    "def many(*parts, **named):\n    for part in parts:\n        part.append({a})\n    return named\n"
    "d = many({l}, {m}, u={l})",
    "{l}, {a} = (lambda x: (x, len(x)))({m})",
    "try:\n    {a} = 1 // 0\nexcept ZeroDivisionError as error:\n    {l}.append(0)\nfinally:\n    {b} = 3",
    "{l} = [*{m}, {a}]",
    "class Sub(Box):\n    def put(self, value):\n        super().put(value + {a})\n        return self\n"
    "box = Sub({l})\nbox.put({b})",
    "{l} = box.put({a}).item",
    "[{l}.append(x) for x in range(2)]",
    "{a} = next(iter({l}), 0)",
    "any({l}.append(x) for x in range(2))",
    "print({a}, {l})",
    "it = iter({l}[:])",
    "it = zip({l}[:], {m}[:])",
    "it = map({f}, [{a}, {b}])",
    "{a} = len(str(next(it, 0)))",
    "{l} = [z for z in it if isinstance(z, int)]",
    "for z in it:\n    print(z)\n    break",
    "{a} = len(list(it))",
    "{a} = {b} if {c} in it else 0",
    "u = {{(z, {a}) for z in {l}}}",
    "u.add(({a}, {b}))",
    "u.discard(({b}, {c}))",
    "u |= {{(z, z) for z in {l} + {m}}}",
    "print(u, frozenset(u))",
    "fs = [f, g]",
    "{a} = box.last",
    "{a} = box[{b}]",
    "with box as {l}:\n    {a} = len(box)",
    "{a} = 1 if box else 2",
    "boxes = [box, Box({l})]\nfor one in boxes:\n    {a} = one.last",
    "keep = {l}.append",
    "keep({a})",
    "keep = box.put",
    "list(map(keep, [{a}, {b}]))",
    "for z in map({l}.append, {m}[:2]):\n    pass",
    "fs.append({f})",
    "{l} = [h({a}) for h in fs]",
)
STATEMENTS = tuple(s for s in STATEMENTS if "dir(" not in s)


DATA_START = """\
#% parameters
p = 3
q = 2
#% setup
import random
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler
#% stage:s0
i, j, k = 1, 2, 3
r, s, t = np.arange(4), np.array([4, 2, 3, 1]), np.ones(4, dtype=int)
df = pd.DataFrame({"a": [3, 1, 2, 5], "b": [1, 1, 2, 2]})
sub = df.head(4)
col = df["a"]
box = {"arr": np.zeros(4, dtype=int)}
model = LinearRegression()
np.random.seed(3)
rng = np.random.default_rng(5)
cv = KFold(2, shuffle=True, random_state=np.random.RandomState(2))
"""

DATA_STATEMENTS = (
    "{a} = {b} + 1",
    "{a} = int({l}.sum())",
    "{l} = {m}[::-1]",
    "{l} = {m}",
    "{l}[0] = {a}",
    "{l}[{l} > 2] = {a}",
    "{l} = {m}.copy()",
    "{l} = {m}.reshape(-1)",
    "{l} += {m}",
    "{l} = {l} + {m}",
    "{l} = np.asarray({m})",
    "{l} = {m}[[3, 2, 1, 0]]",
    "{l} = np.where({m} > 2, {m}, 0)",
    "{l}.sort()",
    "{l} = np.sort({m})",
    "{l} = np.random.permutation({m})",
    "np.random.shuffle({l})",
    "np.random.seed({a})",
    "rng.shuffle({l})",
    "{l} = rng.integers(0, 9, 4)",
    "rng = np.random.default_rng({a})",
    "box['arr'] = {l}",
    "box['arr'][0] = {a}",
    "{l} = box['arr']",
    "box = {{'arr': {l}, 'other': [{m}]}}",
    "box.get('other', [{l}])[0][1] = {a}",
    "for part in ({l}, {m}):\n    part[1] = {a}",
    "for name, part in box.items():\n    box[name] = {l}",
    "df['c'] = {l}",
    "df['a'] = df['a'] + {a}",
    "df.loc[0, 'a'] = {a}",
    "df.iloc[1, 0] = {a}",
    "df = df.copy()",
    "df = df.sort_values('a')",
    "df = df.assign(d={a})",
    "df.columns = [name.lower() for name in df.columns]",
    "sub = df[df['b'] > 1]",
    "sub = df",
    "sub = df.head(2)",
    "sub['b'] = {a}",
    "sub.insert(0, 'x{a}', {b})",
    "df.attrs['note'] = {a}",
    "col = df['a']",
    "col = df['a'] * {a}",
    "col[0] = {a}",
    "col.name = 'n'",
    "{l} = df['a'].to_numpy().copy()",
    "{l} = col.head(4).to_numpy().copy()",
    "model.fit(df[['a']], df['b'])",
    "model = LinearRegression().fit({l}.reshape(-1, 1), {m})",
    "{a} = int(model.predict([[{b}]])[0]) if hasattr(model, 'coef_') else 0",
    "scaled = StandardScaler(copy=False).fit_transform({l}.reshape(-1, 1).astype(float))",
    "{a} = int(df.query('a > @{b}')['a'].sum())",
    "grouped = df.groupby('b')['a'].sum()\n{a} = int(grouped.iloc[0])",
    "def h(frame, value):\n    frame['h'] = value\n    return frame\nsub = h(df, {a})",
    "def h(frame, value):\n    return frame.assign(h=value + {b})\ndf = h(df, {a})",
    "rows = [row for row in {l}]\nrows.append({a})\n{b} = len(rows)",
    "if {a} > {b}:\n    df = df.head(3)",
    "try:\n    {l} = {m}[[9]]\nexcept IndexError:\n    {a} = 0",
    "for part, _rest in cv.split({l}):\n    print(part)",
    "cv = KFold(2, shuffle=True, random_state=np.random.RandomState({a} % 9))",
    "{a} = int(df.sample(1, random_state=np.random.RandomState({b} % 9))['a'].iloc[0])",
    "{l} = rng.permutation({m})",
)

STATE_START = """\
#% parameters
p = 3
q = 2
#% setup
import math
import os
import warnings
import numpy as np
import pandas as pd
from pathlib import Path
#% stage:s0
i, j, k = 1, 2, 3
r, s, t = np.array([1 / 3]), np.array([2 / 3]), np.array([1 / 7])
df = pd.DataFrame({"a": [1 / 3]})
for name in "xy":
    os.makedirs(name)
    os.makedirs("../" + name, exist_ok=True)
Path("f.txt").write_text("0")
def look():
    return sorted(os.listdir("."))[:4], os.environ.get("NB_i"), Path("f.txt").exists()
def prepare(n):
    np.set_printoptions(precision=n % 5 + 1)
    return n
"""

STATE_STATEMENTS = (
    "{a} = {b} + 1",
    "os.environ['NB_{a}'] = str({b})",
    "for name in ('i', 'j'):\n    os.environ['NB_' + name] = str({a})",
    "os.environ.pop('NB_{a}', None)",
    "{a} = len(os.environ.get('NB_{b}', ''))",
    "os.chdir('x')",
    "os.chdir('y')",
    "os.chdir('..')",
    "print(os.path.basename(os.getcwd()) in ('x', 'y'), look())",
    "Path('f.txt').write_text(str({a}))",
    "with open('g.txt', 'a') as handle:\n    handle.write(str({a}))",
    "print(Path('g.txt').read_text() if Path('g.txt').exists() else '-')",
    "with open('f.txt', 'w') as handle:\n    print({a}, file=handle)",
    "df.to_csv('d.csv')",
    "print(os.path.exists('d.csv'))",
    "np.set_printoptions(precision={a} % 5 + 1)",
    "{a} = prepare({b})",
    "with np.printoptions(precision=2):\n    print({l})",
    "pd.set_option('display.precision', {a} % 5 + 1)",
    "if {a} > 2:\n    pd.set_option('display.precision', 2)\n    {b} = 1",
    "with pd.option_context('display.precision', 1):\n    pd.set_option('display.precision', 3)",
    "print(df, {l})",
    "warnings.simplefilter('error')",
    "with warnings.catch_warnings():\n    warnings.simplefilter('ignore')\n    warnings.warn('w')",
    "try:\n    warnings.warn('w')\n    {a} = 0\nexcept UserWarning:\n    {a} = 1",
    "math.tau = {a}",
    "{b} = int(math.tau)",
    "old = np.seterr(divide='ignore')",
    "print(np.geterr()['divide'])",
    "!printf '%s' ${a} > h.txt",
    "lines = !cat f.txt h.txt\nprint(lines)",
    "%cd -q y",
    "%cd -q nowhere",
    "%env NB_i=${a}",
)


@st.composite
def statements(draw: st.DrawFn, templates: tuple[str, ...] = STATEMENTS) -> str:
    template = draw(st.sampled_from(templates))
    return template.format(
        a=draw(number),
        b=draw(number),
        c=draw(number),
        l=draw(several),
        m=draw(several),
        f=draw(function),
    )


@pytest.fixture
def as_it_was() -> Iterator[None]:
    """What notebooks do to the process ends with the test."""
    with warnings.catch_warnings():
        yield


@st.composite
def notebooks(draw: st.DrawFn, start: str, templates: tuple[str, ...], end: str) -> str:
    text = start
    stage = 0
    for _ in range(draw(st.integers(2, 7))):
        step = draw(st.sampled_from([0, 1, 1, 1, 1, -1]))
        stage = max(0, stage + step)
        body = "\n".join(draw(st.lists(statements(templates), min_size=1, max_size=3)))
        text += f"#% stage:s{stage}\n{body}\nprint({draw(number)}, {draw(several)})\n"
    return text + f"#% stage:last\n{end}\n"


def compare(text: str) -> None:
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
    try:
        printed = run_stages(pipeline)
    except CannotCross as refusal:
        event(f"refused by the run: {refusal}")
        return
    assert printed == {cell: expected[cell] for cell in printed}, text
    try:
        called = run_functions(pipeline)
    except NameError:
        event("an output that is bound on some paths only was not bound")
        return
    assert called == {
        stage.name: "".join(expected[cell.id] for cell in stage.cells) for stage in pipeline.stages
    }, text


thorough = settings(
    deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)


@settings(thorough, max_examples=EXAMPLES)
@given(notebooks(START, STATEMENTS, "print(i, j, k, r, s, t, d, box.item, f(1), g(2), p, q)"))
def test_plain_python(text: str) -> None:
    compare(text)


@pytest.mark.filterwarnings("ignore")
@settings(thorough, max_examples=EXAMPLES // 2)
@given(
    notebooks(
        DATA_START,
        DATA_STATEMENTS,
        "print(i, j, k, r, s, t, col.tolist(), df, sub, df.attrs, box, rng.random(), vars(model))",
    )
)
def test_arrays_and_frames(text: str) -> None:
    compare(text)


@pytest.mark.usefixtures("as_it_was")
@settings(thorough, max_examples=EXAMPLES // 4)
@given(
    notebooks(
        STATE_START,
        STATE_STATEMENTS,
        "print(i, j, k, r, s, t, df, look(), math.tau, np.geterr(), sorted(os.listdir('..'))[:3])",
    )
)
def test_state_of_the_process(text: str) -> None:
    warnings.simplefilter("ignore")
    compare(text)
