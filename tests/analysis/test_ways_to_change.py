"""Ways to change a value in place: each is seen, so the next stage gets the value as it is then."""

from __future__ import annotations

import pytest
from writing import notebook

from nb2pipe.analysis import analyse

SETUP = """\
import collections, copy, functools, itertools, operator, heapq, bisect, random
import types, weakref, contextlib, dataclasses, queue, io, json, csv, pprint
import numpy as np, pandas as pd
from sklearn.pipeline import Pipeline, make_pipeline, FeatureUnion
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.model_selection import GridSearchCV
from sklearn.ensemble import VotingRegressor
class Node:
    def __init__(self, value):
        self.value = value
@dataclasses.dataclass
class Data:
    value: list
Pair = collections.namedtuple('Pair', 'first second')
"""
START = """\
r = [1, 2]
q = [3]
lists = [r, q]
d = {'r': r, 'q': q}
node = Node(r)
data = Data(r)
pair = Pair(r, q)
ns = types.SimpleNamespace(v=r)
a = np.arange(6.0).reshape(2, 3)
df = pd.DataFrame({'a': [1.0, 2.0], 'b': [3.0, 4.0]})
col = df['a']
cells = pd.Series([r, q])
model = Ridge()
scaler = StandardScaler()
pipe = Pipeline([('s', scaler), ('m', model)])
search = GridSearchCV(pipe, {'m__alpha': [1, 2]}, cv=2)
vote = VotingRegressor([('m', model)])
union = FeatureUnion([('s', scaler)])
dq = collections.deque([r])
it = iter(lists)
buf = io.StringIO('one')
"""
# By the name that is changed; a line break inside a statement is written as ``\\n``.
LISTS = r"""
r.append(1)
lists[0].append(1)
lists[::-1][1].append(1)
lists[-2].append(1)
max(lists, key=len).append(1)
min(r, q).append(1)
(r if q else q).append(1)
(r or q).append(1)
(q and r).append(1)
next(iter(lists)).append(1)
next(reversed(lists[:1])).append(1)
sorted(lists, key=len)[-1].append(1)
list(lists)[0].append(1)
[*lists][0].append(1)
(*lists,)[0].append(1)
list(zip(lists, 'ab'))[0][0].append(1)
for x in lists: x.append(1)
for n, x in enumerate(lists): x.append(1)
for n, x in zip('ab', lists): x.append(1)
for k, x in d.items(): x.append(1)
for x in d.values(): x.append(1)
for k in d: d[k].append(1)
list(map(lambda v: v, lists))[0].append(1)
list(filter(None, lists))[0].append(1)
[x for x in lists][0].append(1)
next(x for x in lists).append(1)
{n: x for n, x in enumerate(lists)}[0].append(1)
[x.append(1) for x in lists]
list(itertools.chain(lists))[0].append(1)
list(itertools.chain.from_iterable([lists]))[0].append(1)
list(itertools.islice(lists, 1))[0].append(1)
list(itertools.product(lists, lists))[0][0].append(1)
list(itertools.repeat(r, 2))[0].append(1)
next(itertools.cycle(lists)).append(1)
[list(g) for k, g in itertools.groupby(lists, len)][0][0].append(1)
collections.deque(lists)[0].append(1)
dq[0].append(1)
dq.popleft().append(1)
collections.ChainMap(d)['r'].append(1)
collections.OrderedDict(d)['r'].append(1)
collections.defaultdict(list, d)['r'].append(1)
dict(zip('ab', lists))['a'].append(1)
dict.fromkeys('ab', r)['a'].append(1)
dict(d)['r'].append(1)
dict(r=r)['r'].append(1)
{**d}['r'].append(1)
(d | {})['r'].append(1)
d['r'].append(1)
d.get('r').append(1)
d.setdefault('r', q).append(1)
d.pop('r').append(1)
d.copy()['r'].append(1)
list(d.values())[0].append(1)
list(d.items())[0][1].append(1)
lists.pop(0).append(1)
lists.copy()[0].append(1)
(lists + [])[0].append(1)
(lists * 2)[2].append(1)
([] + lists)[0].append(1)
sum([lists], [])[0].append(1)
copy.copy(lists)[0].append(1)
copy.copy(node).value.append(1)
functools.reduce(lambda x, y: x, lists).append(1)
operator.itemgetter(0)(lists).append(1)
operator.attrgetter('value')(node).append(1)
operator.methodcaller('append', 1)(r)
operator.iadd(r, [1])
operator.setitem(r, 0, 1)
operator.delitem(r, 0)
functools.partial(r.append, 1)()
functools.partial(list.append, r)(1)
list.append(r, 1)
list.sort(r)
list.extend(r, [1])
r.__iadd__([1])
r.__setitem__(0, 1)
r += [1]
r *= 2
r[0] = 1
r[:] = []
r[0:1] = [5]
del r[0]
del r[:]
r.sort()
r.clear()
f = r.append; f(1)
any(map(r.append, [1]))
list(map(r.append, [1]))
(lambda v=r: v.append(1))()
(lambda v: v.append(1))(r)
(lambda *v: v[0].append(1))(r)
(lambda **v: v['k'].append(1))(k=r)
(lambda *v: v[0].append(1))(*lists)
(lambda r, q: r.append(1))(**d)
getattr(node, 'value').append(1)
node.value.append(1)
vars(node)['value'].append(1)
node.__dict__['value'].append(1)
node.__getattribute__('value').append(1)
data.value.append(1)
dataclasses.asdict(data); data.value.append(1)
dataclasses.replace(data).value.append(1)
dataclasses.astuple(data); data.value.append(2)
pair.first.append(1)
pair[0].append(1)
pair._asdict()['first'].append(1)
pair._replace(second=1).first.append(1)
ns.v.append(1)
ns.v[0].append(1)
vars(ns)['v'].append(1)
heapq.heappush(r, [9])
heapq.heapify(r)
heapq.heappop(r)
bisect.insort(r, [4])
random.shuffle(r)
x, y = lists; x.append(1)
x, *y = lists; x.append(1)
*y, z = lists; y[0].append(1)
[x, y] = lists; x.append(1)
(x := r).append(1)
x = y = r; y.append(1)
x = [r]; x[0].append(1)
x = {'k': [r]}; x['k'][0].append(1)
x = (r,); x[0].append(1)
x = ((r,),); x[0][0].append(1)
x = lambda: r; x().append(1)
with contextlib.nullcontext(r) as x: x.append(1)
next(it).append(1)
cells[0].append(1)
cells.iloc[0].append(1)
cells.tolist()[0].append(1)
cells.values[0].append(1)
cells.apply(lambda v: v.append(1))
cells.map(lambda v: v.append(1))
for v in cells: v.append(1)
np.array(lists + [1], dtype=object)[0].append(1)
pd.DataFrame({'x': [r, q]})['x'].iloc[0].append(1)
pd.DataFrame({'x': [r, q]}).loc[0, 'x'].append(1)
pd.Series(d)['r'].append(1)
weakref.ref(node)().value.append(1)
queue.deque([r])[0].append(1)
setattr(node, 'value', q); r.append(2)
Node(r).value.append(1)
type(node)(r).value.append(1)
node.__class__(r).value.append(1)
[Node(r)][0].value.append(1)
match d:\n    case {'r': x}: x.append(1)
match node:\n    case Node(value=x): x.append(1)
try:\n    r.append(1)\nfinally:\n    pass
reversed(r); [x for x in reversed(lists)][1].append(1)
print(*map(lambda v: v.append(1), lists))
sorted(lists, key=lambda v: v.append(1) or 1)
max(lists, key=lambda v: v.append(1) or 1)
assert r.append(1) is None
x = [y for y in lists if y.append(1) is None]
x = f"{r.append(1)}"
x = r.append(1) or 5
x = {r.append(1): 1}
r.append(1) if q else None
lists[0] += [1]
d['r'] += [1]
node.value += [1]
d['r'][0] = 5
lists[0][0] = 5
node.value[0] = 5
del d['r'][0]
for r[0] in [1, 2]: pass
(r[0], x) = (5, 6)
with contextlib.suppress(ValueError): r.append(1)
async_ = [r for _ in range(1)]; async_[0].append(1)
def g():\n    yield r\nnext(g()).append(1)
def g():\n    yield from lists\nnext(g()).append(1)
def g():\n    return lists\ng()[0].append(1)
def g(v):\n    return v\ng(r).append(1)
def g(v):\n    v.append(1)\ng(r)
def g(*, k):\n    k.append(1)\ng(k=r)
def g(v=r):\n    v.append(1)\ng()
def g(v=[r]):\n    v[0].append(1)\ng()
def g():\n    def h():\n        r.append(1)\n    return h\ng()()
def g(v):\n    def h():\n        v.append(1)\n    return h\ng(r)()
class K:\n    items = r\nK.items.append(1)
class K:\n    items = r\nK().items.append(1)
class K:\n    def m(self):\n        r.append(1)\nK().m()
class K(list):\n    pass\nx = K(lists); x[0].append(1)
class K(dict):\n    pass\nx = K(d); x['r'].append(1)
class K:\n    def __getitem__(self, k):\n        return r\nK()[0].append(1)
class K:\n    def __iter__(self):\n        return iter(lists)\nfor x in K(): x.append(1)
class K:\n    @property\n    def p(self):\n        return r\nK().p.append(1)
class K:\n    @staticmethod\n    def s():\n        return r\nK.s().append(1)
class K:\n    @classmethod\n    def s(cls):\n        return r\nK.s().append(1)
class K:\n    def __call__(self):\n        return r\nK()().append(1)
class K:\n    def __repr__(self):\n        r.append(1)\n        return ''\nprint(K())
class K:\n    def __eq__(self, o):\n        r.append(1)\n        return True\nK() == 1
class K:\n    def __hash__(self):\n        r.append(1)\n        return 1\n{K(): 1}
class K:\n    def __bool__(self):\n        r.append(1)\n        return True\nif K(): pass
class K:\n    def __len__(self):\n        r.append(1)\n        return 1\nlen(K())
class K:\n    def __getattr__(self, n):\n        return r\nK().foo.append(1)
class K:\n    def __init_subclass__(cls):\n        r.append(1)\nclass L(K): pass
for x, y in itertools.product(lists, lists): x.append(1)
for x, y in itertools.combinations(lists, 2): x.append(1)
for x, y in itertools.pairwise(lists): x.append(1)
for x, y in itertools.zip_longest(lists, lists): x.append(1)
for x in itertools.takewhile(bool, lists): x.append(1)
for k, g in itertools.groupby(lists): list(g)[0].append(1)
list(itertools.starmap(lambda x, y: x.append(1), [lists]))
list(itertools.accumulate(lists, lambda x, y: x.append(1) or x))
node.__dict__['value'] = q; node.value.append(2); r.append(3)
for x in lists * 2: x.append(1)
collections.UserList(lists)[0].append(1)
collections.UserDict(d)['r'].append(1)
types.MappingProxyType(d)['r'].append(1)
list(d.items()).pop()[1].append(1); d.popitem()[1].append(1); r.insert(0, 1)
dict(d.items())['r'].append(1)
dict([('k', r)])['k'].append(1)
collections.namedtuple('T', 'k')(r).k.append(1)
list(reversed(lists))[1].append(1)
tuple(lists)[0].append(1)
set([id(r)]); r.append(1)
x, = [r]; x.append(1)
(x, y), z = lists, 1; x.append(1)
for (x, y) in [lists]: x.append(1)
for x, *y in [lists]: x.append(1)
[y.append(1) for x in [lists] for y in x]
[[y.append(1) for y in x] for x in [lists]]
{k: v.append(1) for k, v in d.items()}
print([x.pop() for x in lists])
class M(type):\n    def __call__(cls):\n        r.append(1)\nclass L(metaclass=M): pass\nL()
"""
ARRAYS = r"""
a[0] = 1
a[0, 0] = 1
a += 1
a.fill(0)
a.sort()
a.T[0] = 1
a.T[0, 0] = 1
a.ravel()[0] = 1
a.reshape(-1)[0] = 1
a.flat[0] = 1
a.view()[0] = 1
a[:][0] = 1
a[0:1][0] = 1
a[..., 0][0] = 1
a[None][0] = 1
np.asarray(a)[0] = 1
np.ravel(a)[0] = 1
np.reshape(a, -1)[0] = 1
np.transpose(a)[0] = 1
np.squeeze(a)[0] = 1
np.atleast_2d(a)[0] = 1
np.expand_dims(a, 0)[0] = 1
np.swapaxes(a, 0, 1)[0] = 1
np.moveaxis(a, 0, 1)[0] = 1
np.broadcast_to(a, (2, 2, 3)); a[0] = 1
np.split(a, 2)[0][0] = 1
np.array_split(a, 2)[0][0] = 1
np.hsplit(a, 3)[0][0] = 1
np.diagonal(a); a[1] = 2
np.fill_diagonal(a, 0)
np.put(a, 0, 1)
np.place(a, a > 1, 0)
np.copyto(a, 1)
np.putmask(a, a > 1, 0)
np.add(a, 1, out=a)
np.random.default_rng(1).standard_normal(out=a)
a.flat[0] = 9
f = a.flat; f[0] = 9
np.add.at(a, 0, 1)
np.clip(a, 0, 1, out=a)
np.sort(a); a.partition(1)
np.random.shuffle(a)
np.nan_to_num(a, copy=False)
np.array(a, copy=False)[0] = 1
np.frombuffer(a)[0] = 1
memoryview(a)[0, 0] = 1
np.nditer(a, op_flags=['readwrite']); a[0] = 3
for row in a: row[0] = 1
for row in a.T: row[0] = 1
for x in np.nditer(a, op_flags=['readwrite']): x[...] = 1
row = a[0]; row[0] = 1
row, other = a; row[0] = 1
list(a)[0][0] = 1
[x for x in a][0][0] = 1
next(iter(a))[0] = 1
a.real[0] = 1
a.data[0, 0] = 1
a.itemset(0, 1) if False else a.__setitem__(0, 1)
a.resize(3, 2)
a.shape = (3, 2)
a.setflags(write=False)
a.flags.writeable = False
np.lib.stride_tricks.as_strided(a)[0] = 1
np.lib.stride_tricks.sliding_window_view(a, 2, 0, writeable=True)[0] = 1
np.apply_along_axis(lambda v: v.sort() or 0, 0, a)
np.vectorize(lambda v: v)(a); a[0] = 5
pd.DataFrame(a, copy=False).iloc[0, 0] = 5; a[0] = 5
np.ma.masked_array(a, copy=False)[0] = 1
np.rec.fromarrays([a[0]]); a[0] = 2
x = {'k': a}; x['k'][0] = 1
x = [a]; x[0][0] = 1
x = (a, 1)[0]; x[0] = 1
np.einsum('ij->ji', a)[0] = 1
np.linalg.norm(a); a -= 1
np.nan_to_num(a, False)
np.negative(a, a)
np.exp(a, a)
np.multiply(a, 2, a)
np.matmul(a, a.T); np.cumsum(a, out=a)
a.cumsum(out=a) if False else a.clip(0, 1, out=a)
a.round(1, a)
a.dot(a.T); a[a > 1] = 0
a[[0]] = 1
a[a.sum(1) > 0] = 1
np.take(a, 0, out=a[0, 0:1]); a[0] = 1
np.require(a)[0] = 1
np.ascontiguousarray(a)[0] = 1
np.asanyarray(a)[0] = 1
np.rollaxis(a, 1)[0] = 1
np.flip(a)[0] = 1
np.flipud(a)[0] = 1
np.rot90(a)[0] = 1
np.real(a)[0] = 1
"""
FRAMES = r"""
df['c'] = 1
df.c = 1; df['z'] = 1
df.loc[0, 'a'] = 9
df.iloc[0, 0] = 9
df.at[0, 'a'] = 9
df.iat[0, 0] = 9
df.insert(0, 'z', 1)
df.pop('b')
del df['b']
df.drop(columns='b', inplace=True)
df.rename(columns={'a': 'z'}, inplace=True)
df.columns = ['x', 'y']
df.index = [5, 6]
df.index.name = 'i'
df.columns.name = 'i'
df.attrs['k'] = 1
df.eval('c = a + b', inplace=True)
df.update(df * 2)
df.fillna(0, inplace=True)
df.sort_values('a', inplace=True)
df.reset_index(inplace=True)
df.set_index('a', inplace=True)
df.query('a > 1', inplace=True)
df.values[0, 0] = 9
df.to_numpy()[0, 0] = 9
df['a'].values[0] = 9
df['a'].to_numpy()[0] = 9
np.asarray(df)[0, 0] = 9
np.asarray(df['a'])[0] = 9
df['a'].array[0] = 9
df['a'].iloc[0] = 9
df.a[0] = 9
df.__setitem__('c', 1)
df[['a', 'b']] = 0
df[df > 1] = 0
df.loc[df.a > 1, 'a'] = 0
df += 1
df['a'] += 1
df.mask(df > 1, 0, inplace=True)
df.where(df > 1, 0, inplace=True)
df.replace(1, 2, inplace=True)
df.clip(0, 1, inplace=True)
df.ffill(inplace=True)
df.dropna(inplace=True)
df.drop_duplicates(inplace=True)
df.interpolate(inplace=True)
df.rename_axis('i', inplace=True)
df.sort_index(inplace=True)
df.flags.allows_duplicate_labels = False
df.set_flags(allows_duplicate_labels=False); df['c'] = 2
df.apply(lambda c: c.fillna(0, inplace=True)); df['c'] = 2
for name in df: df[name] = 1
df.pipe(lambda v: v.insert(0, 'n', 1))
df.assign(c=1); df['c'] = 1
x = {'k': df}; x['k']['c'] = 1
x = [df]; x[0]['c'] = 1
x = df; x['c'] = 1
x = df if True else None; x['c'] = 1
def g(v):\n    v['c'] = 1\ng(df)
setattr(df, 'columns', ['x', 'y'])
pd.DataFrame.insert(df, 0, 'z', 1)
df.loc[:, 'a'] = 3
df.loc[len(df)] = [1, 2]
df.columns.values[0] = 'z'
df.T.values[0, 0] = 9
df.groupby('a').apply(lambda g: g); df['q'] = 1
df.style; df['q'] = 1
"""
MODELS = r"""
model.alpha = 2
model.set_params(alpha=2)
pipe.set_params(m__alpha=2)
pipe.named_steps['m'].alpha = 2
pipe.named_steps.m.alpha = 2
pipe['m'].alpha = 2
pipe[-1].alpha = 2
pipe[1:][0].alpha = 2
pipe.steps[1][1].alpha = 2
pipe.steps[-1][-1].alpha = 2
for n, e in pipe.steps: e.alpha = 2
for e in pipe: e.alpha = 2
dict(pipe.steps)['m'].alpha = 2
pipe.get_params()['m'].alpha = 2
pipe._final_estimator.alpha = 2
list(pipe)[-1].alpha = 2
pipe.fit([[1], [2]], [1, 2])
pipe.fit_transform if False else pipe.fit([[1], [2]], [1, 2])
search.estimator.named_steps['m'].alpha = 2
search.estimator.set_params(m__alpha=2)
search.set_params(estimator__m__alpha=2)
vote.estimators[0][1].alpha = 2
vote.set_params(m__alpha=2)
vote.named_estimators if False else setattr(model, 'alpha', 2)
x = [model]; x[0].alpha = 2
x = {'m': model}; x['m'].set_params(alpha=3)
for e in [model]: e.fit([[1], [2]], [1, 2])
m2 = model.fit([[1], [2]], [1, 2])
m2 = model; m2.alpha = 3
m2 = pipe; m2.named_steps['m'].alpha = 3
model.__dict__['alpha'] = 2
vars(model)['alpha'] = 2
vars(pipe)['steps'][1][1].alpha = 2
getattr(pipe, 'named_steps')['m'].alpha = 2
copy.copy(pipe).named_steps['m'].alpha = 2
make_pipeline(model).fit([[1], [2]], [1, 2])
make_pipeline(model)[0].alpha = 2
make_pipeline(StandardScaler(), model).fit([[1], [2]], [1, 2])
Pipeline([('z', model)]).fit([[1], [2]], [1, 2])
Pipeline(steps=[('z', model)]).set_params(z__alpha=3)
Pipeline(pipe.steps).set_params(m__alpha=3)
Pipeline(pipe.steps[1:]).fit([[1], [2]], [1, 2])
pipe.steps[1][1].fit([[1], [2]], [1, 2])
pipe.named_steps['m'].fit([[1], [2]], [1, 2])
def g(p):\n    p['m'].alpha = 2\ng(pipe)
def g(p):\n    return p.named_steps['m']\ng(pipe).alpha = 2
e = pipe[-1]; e.alpha = 2
(n, e) = pipe.steps[1]; e.alpha = 2
n, e = pipe.steps[-1]; e.fit([[1], [2]], [1, 2])
model.coef_ = 1
model.fit([[1], [2]], [1, 2]).coef_[0] = 3
"""
STREAMS = r"""
buf.write('x')
buf.read()
print('two', file=buf)
json.dump({}, buf)
pprint.pprint(3, stream=buf)
w = csv.writer(buf); w.writerow([1])
csv.DictWriter(buf, ['a']).writeheader()
x = next(csv.reader(buf))
df.to_csv(buf)
df.info(buf=buf)
pd.read_csv(buf)
np.savetxt(buf, [1])
with contextlib.redirect_stdout(buf):\n    print(3)
for line in buf:\n    pass
s = [buf]; print(1, file=s[0])
def log(*a, out=buf):\n    print(*a, file=out)\nlog(1)
def log(*a):\n    print(*a, file=buf)\nlog(1)
"""
NAMED = (("r", LISTS), ("a", ARRAYS), ("df", FRAMES), ("model", MODELS), ("buf", STREAMS))
CASES = [
    (name, statement) for name, statements in NAMED for statement in statements.strip().split("\n")
]


@pytest.mark.parametrize(("name", "statement"), CASES)
def test_the_change_is_seen(name: str, statement: str) -> None:
    code = statement.replace("\\n", "\n")
    cells = (f"#% setup\n{SETUP}", f"#% stage:a\n{START}", f"#% stage:b\n{code}")
    text = "\n".join((*cells, f"#% stage:c\nprint({name})"))
    found = analyse(notebook(text))
    assert not found.errors
    assert name in {variable.name for variable in found.stage("b").outputs}
