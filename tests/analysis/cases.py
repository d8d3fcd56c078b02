"""Small notebooks by category of what notebooks do, and what their stages take and give.

Every category has as many notebooks in which stages ``b`` and ``c`` must stay independent of one
another as notebooks in which ``c`` must come after ``b``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A notebook; ``interface`` is each stage as ``inputs -> outputs``, hidden state as ``@state``."""

    category: str
    title: str
    text: str
    interface: dict[str, str]
    ordered: bool


def _ordered(category: str, title: str, text: str, **interface: str) -> Case:
    return Case(category, title, text, interface, ordered=True)


def _parallel(category: str, title: str, text: str, **interface: str) -> Case:
    return Case(category, title, text, interface, ordered=False)


_NAMES = (
    _ordered(
        "names",
        "a name bound under a condition keeps its old value",
        "#% stage:a\nn, flag = 1, True\n#% stage:b\nif flag:\n    n = 2\n#% stage:c\nprint(n)",
        a="-> flag n",
        b="flag n -> n",
        c="n ->",
    ),
    _parallel(
        "names",
        "a name bound anew in both stages is no bond",
        "#% stage:a\ndata = [3, 1]\n#% stage:b\nn = len(data)\nprint(n)\n"
        "#% stage:c\nn = max(data)\nprint(n)",
        a="-> data",
        b="data ->",
        c="data ->",
    ),
    _ordered(
        "names",
        "the last value of a loop's variable",
        "#% stage:a\nrows = [1, 2]\n#% stage:b\nfor row in rows:\n    pass\n#% stage:c\nprint(row)",
        a="-> rows",
        b="rows -> row",
        c="row ->",
    ),
    _parallel(
        "names",
        "a comprehension's variable stays inside",
        "#% stage:a\nx = 1\n#% stage:b\ny = [x for x in range(3)]\nprint(y)\n#% stage:c\nprint(x)",
        a="-> x",
        b="->",
        c="x ->",
    ),
    _ordered(
        "names",
        "an assignment expression inside a comprehension binds outside",
        "#% stage:a\nrows = [1, 2]\n#% stage:b\ntotal = [last := row for row in rows]\n"
        "#% stage:c\nprint(last)",
        a="-> rows",
        b="rows -> last",
        c="last ->",
    ),
    _parallel(
        "names",
        "the name of a caught error is gone afterwards",
        "#% stage:a\nx = 1\n#% stage:b\ntry:\n    1 / 0\nexcept ZeroDivisionError as error:\n"
        "    print(error)\n"
        "#% stage:c\ntry:\n    [][0]\nexcept IndexError as error:\n    print(error, x)",
        a="-> x",
        b="->",
        c="x ->",
    ),
    _ordered(
        "names",
        "a builtin's name that a stage bound",
        "#% stage:a\nrows = [1, 2]\n#% stage:b\nlen = 5\n#% stage:c\nprint(len, rows)",
        a="-> rows",
        b="-> len",
        c="len rows ->",
    ),
    _parallel(
        "names",
        "a pattern's names bound in both stages",
        "#% stage:a\npair = (1, 2)\n#% stage:b\nmatch pair:\n    case (first, _):\n        print(first)\n"
        "#% stage:c\nmatch pair:\n    case (_, first):\n        print(first)",
        a="-> pair",
        b="pair ->",
        c="pair ->",
    ),
)

_FUNCTIONS = (
    _ordered(
        "functions",
        "a function reads a variable when it is called",
        "#% setup\ndef scaled(x):\n    return x * factor\n#% stage:a\nfactor = 2\n"
        "#% stage:b\nfactor = 3\n#% stage:c\nprint(scaled(1))",
        a="->",
        b="-> factor",
        c="factor ->",
    ),
    _parallel(
        "functions",
        "a parameter named like a variable",
        "#% setup\ndef scaled(x):\n    return x * 2\n#% stage:a\nx = 1\n#% stage:b\nprint(scaled(5))\n"
        "#% stage:c\nprint(x)",
        a="-> x",
        b="->",
        c="x ->",
    ),
    _ordered(
        "functions",
        "a function changes its argument",
        "#% setup\ndef grow(rows):\n    rows.append(1)\n#% stage:a\nrows = []\n#% stage:b\ngrow(rows)\n"
        "#% stage:c\nprint(rows)",
        a="-> rows",
        b="rows -> rows",
        c="rows ->",
    ),
    _parallel(
        "functions",
        "a function changes what it made itself",
        "#% setup\ndef grown(rows):\n    rows = list(rows)\n    rows.append(1)\n    return rows\n"
        "#% stage:a\nrows = []\n#% stage:b\nprint(grown(rows))\n#% stage:c\nprint(rows)",
        a="-> rows",
        b="rows ->",
        c="rows ->",
    ),
    _ordered(
        "functions",
        "a function binds a global name",
        "#% stage:a\ncount = 0\n#% stage:b\ndef step():\n    global count\n    count += 1\nstep()\n"
        "#% stage:c\nprint(count)",
        a="-> count",
        b="count -> count",
        c="count ->",
    ),
    _parallel(
        "functions",
        "a function defined anew in each stage",
        "#% stage:a\nx = 1\n#% stage:b\ndef f(v):\n    return v + 1\nprint(f(x))\n"
        "#% stage:c\ndef f(v):\n    return v + 2\nprint(f(x))",
        a="-> x",
        b="x ->",
        c="x ->",
    ),
    _ordered(
        "functions",
        "the list that a default argument keeps",
        "#% stage:a\nkept = []\n#% stage:b\ndef note(x, into=kept):\n    into.append(x)\nnote(1)\n"
        "#% stage:c\nprint(kept)",
        a="-> kept",
        b="kept -> kept",
        c="kept ->",
    ),
    _parallel(
        "functions",
        "a closure over a list of its own",
        "#% setup\ndef counter():\n    seen = []\n    def note(x):\n        seen.append(x)\n"
        "        return len(seen)\n    return note\n#% stage:a\nx = 1\n"
        "#% stage:b\nprint(counter()(x))\n#% stage:c\nprint(counter()(x))",
        a="-> x",
        b="x ->",
        c="x ->",
    ),
)

_CHANGES = (
    _ordered(
        "changes",
        "a list's method",
        "#% stage:a\nx = [1]\n#% stage:b\nx.append(2)\n#% stage:c\nprint(x)",
        a="-> x",
        b="x -> x",
        c="x ->",
    ),
    _parallel(
        "changes",
        "a list's methods that only look",
        "#% stage:a\nx = [1]\n#% stage:b\nprint(x.count(1), x.index(1))\n#% stage:c\nprint(x.copy())",
        a="-> x",
        b="x ->",
        c="x ->",
    ),
    _ordered(
        "changes",
        "augmented assignment changes a list in place",
        "#% stage:a\nx = [1]\ny = x\n#% stage:b\nx += [2]\n#% stage:c\nprint(y)",
        a="-> x y",
        b="x y -> y",
        c="y ->",
    ),
    _parallel(
        "changes",
        "a sum of lists is a new one",
        "#% stage:a\nx = [1]\n#% stage:b\ny = x + [2]\nprint(y)\n#% stage:c\nprint(x)",
        a="-> x",
        b="x ->",
        c="x ->",
    ),
    _ordered(
        "changes",
        "a column is set",
        "#% setup\nimport pandas as pd\n#% stage:a\ndf = pd.DataFrame({'a': [1]})\n"
        "#% stage:b\ndf['b'] = 2\n#% stage:c\nprint(df)",
        a="-> df",
        b="df -> df",
        c="df ->",
    ),
    _parallel(
        "changes",
        "methods of frames that give new ones",
        "#% setup\nimport pandas as pd\n#% stage:a\ndf = pd.DataFrame({'a': [2, 1]})\n"
        "#% stage:b\nprint(df.sort_values('a').assign(b=1).dropna())\n"
        "#% stage:c\nprint(df.groupby('a').size())",
        a="-> df",
        b="df ->",
        c="df ->",
    ),
    _ordered(
        "changes",
        "a library's function that changes its argument",
        "#% setup\nimport heapq\n#% stage:a\nheap = [3, 1]\n#% stage:b\nheapq.heapify(heap)\n"
        "#% stage:c\nprint(heap)",
        a="-> heap",
        b="heap -> heap",
        c="heap ->",
    ),
    _parallel(
        "changes",
        "library functions that only look",
        "#% setup\nimport heapq\nimport numpy as np\n#% stage:a\nrows = [3, 1]\n"
        "#% stage:b\nprint(heapq.nlargest(1, rows))\n#% stage:c\nprint(np.sort(rows))",
        a="-> rows",
        b="rows ->",
        c="rows ->",
    ),
)

_MODELS = (
    _ordered(
        "models",
        "a model is fitted again",
        "#% setup\nimport numpy as np\nfrom sklearn.linear_model import Ridge\n"
        "#% stage:a\nX, y = np.ones((3, 1)), np.ones(3)\nmodel = Ridge()\n"
        "#% stage:b\nmodel.fit(X, y)\n#% stage:c\nprint(model.predict(X))",
        a="-> X model y",
        b="X model y -> model",
        c="X model ->",
    ),
    _parallel(
        "models",
        "two models are fitted on the same data",
        "#% setup\nimport numpy as np\nfrom sklearn.linear_model import Lasso, Ridge\n"
        "#% stage:a\nX, y = np.ones((3, 1)), np.ones(3)\n"
        "#% stage:b\nprint(Ridge().fit(X, y).coef_)\n#% stage:c\nprint(Lasso().fit(X, y).coef_)",
        a="-> X y",
        b="X y ->",
        c="X y ->",
    ),
    _ordered(
        "models",
        "a scaler that works in place",
        "#% setup\nimport numpy as np\nfrom sklearn.preprocessing import StandardScaler\n"
        "#% stage:a\nX = np.array([[1.0], [3.0]])\n"
        "#% stage:b\nStandardScaler(copy=False).fit_transform(X)\n#% stage:c\nprint(X)",
        a="-> X",
        b="X -> X",
        c="X ->",
    ),
    _parallel(
        "models",
        "a scaler that copies",
        "#% setup\nimport numpy as np\nfrom sklearn.preprocessing import StandardScaler\n"
        "#% stage:a\nX = np.array([[1.0], [3.0]])\n"
        "#% stage:b\nprint(StandardScaler().fit_transform(X))\n#% stage:c\nprint(X)",
        a="-> X",
        b="X ->",
        c="X ->",
    ),
)

_ALIASES = (
    _ordered(
        "aliases",
        "a change is seen under another name",
        "#% stage:a\nx = y = [1]\n#% stage:b\nx.append(2)\n#% stage:c\nprint(y)",
        a="-> x y",
        b="x y -> y",
        c="y ->",
    ),
    _parallel(
        "aliases",
        "a copy is no alias",
        "#% stage:a\nx = [1]\ny = list(x)\n#% stage:b\nx.append(2)\nprint(x)\n#% stage:c\nprint(y)",
        a="-> x y",
        b="x ->",
        c="y ->",
    ),
    _ordered(
        "aliases",
        "a view of an array",
        "#% setup\nimport numpy as np\n#% stage:a\nx = np.arange(4)\nhead = x[:2]\n"
        "#% stage:b\nhead[0] = 9\n#% stage:c\nprint(x)",
        a="-> head x",
        b="head x -> x",
        c="x ->",
    ),
    _parallel(
        "aliases",
        "indexing by a list copies",
        "#% setup\nimport numpy as np\n#% stage:a\nx = np.arange(4)\nsome = x[[0, 1]]\n"
        "#% stage:b\nsome[0] = 9\nprint(some)\n#% stage:c\nprint(x)",
        a="-> some x",
        b="some ->",
        c="x ->",
    ),
    _ordered(
        "aliases",
        "a list inside a dictionary",
        "#% stage:a\nrows = [1]\ntable = {'rows': rows}\n#% stage:b\ntable['rows'].append(2)\n"
        "#% stage:c\nprint(rows)",
        a="-> rows table",
        b="rows table -> rows",
        c="rows ->",
    ),
    _parallel(
        "aliases",
        "a dictionary of numbers",
        "#% stage:a\nn = 1\ntable = {'n': n}\n#% stage:b\ntable['n'] += 1\nprint(table)\n"
        "#% stage:c\nprint(n)",
        a="-> n table",
        b="table ->",
        c="n ->",
    ),
    _ordered(
        "aliases",
        "a bound method",
        "#% stage:a\nrows = []\npush = rows.append\n#% stage:b\npush(1)\n#% stage:c\nprint(rows)",
        a="-> push rows",
        b="push rows -> rows",
        c="rows ->",
    ),
    _ordered(
        "aliases",
        "two names of one list in a tuple that is handed on",
        "#% stage:a\nrows = [1]\n#% stage:b\nsame = rows\n#% stage:c\nboth = (rows, same)\n"
        "#% stage:d\nboth[0].append(2)\nprint(both)",
        a="-> rows",
        b="rows -> rows same",
        c="rows same -> both",
        d="both ->",
    ),
    _ordered(
        "aliases",
        "a list given to dict by a keyword",
        "#% stage:a\nrows = [1]\ntable = dict(rows=rows)\n#% stage:b\ntable['rows'].append(2)\n"
        "#% stage:c\nprint(rows)",
        a="-> rows table",
        b="rows table -> rows",
        c="rows ->",
    ),
    _parallel(
        "aliases",
        "a number given to dict by a keyword",
        "#% stage:a\nn = 1\ntable = dict(n=n)\n#% stage:b\ntable['n'] = 2\nprint(table)\n"
        "#% stage:c\nprint(n)",
        a="-> n table",
        b="table ->",
        c="n ->",
    ),
    _parallel(
        "aliases",
        "two lists in a tuple that is handed on",
        "#% stage:a\nrows = [1]\n#% stage:b\nsame = list(rows)\nprint(same)\n"
        "#% stage:c\nboth = (rows, [1])\n#% stage:d\nboth[0].append(2)\nprint(both)",
        a="-> rows",
        b="rows ->",
        c="rows -> both",
        d="both ->",
    ),
    _ordered(
        "changes",
        "a list made from an array",
        "#% setup\nimport numpy as np\n#% stage:a\nrows = np.arange(2).tolist()\n"
        "#% stage:b\nrows.append(3)\n#% stage:c\nprint(rows)",
        a="-> rows",
        b="rows -> rows",
        c="rows ->",
    ),
    _parallel(
        "changes",
        "an array made from a list",
        "#% setup\nimport numpy as np\n#% stage:a\nrows = [1, 2]\n"
        "#% stage:b\nmore = np.array(rows)\nmore[0] = 5\nprint(more)\n#% stage:c\nprint(rows)",
        a="-> rows",
        b="rows ->",
        c="rows ->",
    ),
    _parallel(
        "aliases",
        "whether something is None",
        "#% stage:a\nrows = [1]\n#% stage:b\nprint(rows is None)\n#% stage:c\nprint(rows is not None)",
        a="-> rows",
        b="rows ->",
        c="rows ->",
    ),
    _ordered(
        "aliases",
        "whether two names are the same object",
        "#% stage:a\nrows = [1]\n#% stage:b\npair = [rows]\n#% stage:c\nprint(pair[0] is rows)",
        a="-> rows",
        b="rows -> pair rows",
        c="pair rows ->",
    ),
    _ordered(
        "aliases",
        "two names of one object that come to lie in one value",
        "#% stage:a\nrows = [1]\n#% stage:b\nsame = rows\n"
        "#% stage:c\nboth = (rows, same)\nprint(len({id(one) for one in both}))",
        a="-> rows",
        b="rows -> rows same",
        c="rows same ->",
    ),
    _parallel(
        "aliases",
        "two models that keep the data they were fitted on",
        "#% setup\nimport numpy as np\nfrom sklearn.neighbors import KNeighborsClassifier\n"
        "#% stage:a\nX, y = np.eye(4), np.array([0, 1, 0, 1])\n"
        "#% stage:b\none = KNeighborsClassifier(1).fit(X, y)\n"
        "#% stage:c\ntwo = KNeighborsClassifier(2).fit(X, y)\n"
        "#% stage:d\nbest = one if one.score(X, y) > two.score(X, y) else two\nprint(best)",
        a="-> X y",
        b="X y -> one",
        c="X y -> two",
        d="X one two y ->",
    ),
    _parallel(
        "aliases",
        "what is computed of a list and of what was computed of it",
        "#% stage:a\nrows = [1, 2]\n#% stage:b\ntotal = sum(rows)\n#% stage:c\nprint(len(rows))\n"
        "#% stage:d\nmean = total / len(rows)\nprint(mean)",
        a="-> rows",
        b="rows -> total",
        c="rows ->",
        d="rows total ->",
    ),
    _ordered(
        "aliases",
        "two views of an array that come to lie in one dictionary",
        "#% setup\nimport numpy as np\n#% stage:a\nX = np.arange(6)\n#% stage:b\nhead = X[:4]\n"
        "#% stage:c\ntail = X[3:]\nprint(tail)\n"
        "#% stage:d\nparts = {'head': head, 'tail': tail}\nprint(parts)",
        a="-> X",
        b="X -> X head",
        c="X head -> head tail",
        d="head tail ->",
    ),
    _ordered(
        "changes",
        "a change of a frame copies if a column lives, and an array shows whether it did",
        "#% setup\nimport pandas as pd\n#% stage:a\ndf = pd.DataFrame({'n': [1, 2]})\ncol = df['n']\n"
        "#% stage:b\nshown = df['n'].to_numpy()\ndf.loc[0, 'n'] = 9\nprint(shown)\n"
        "#% stage:c\nprint(df, col)",
        a="-> col df",
        b="col df -> col df",
        c="col df ->",
    ),
    _parallel(
        "changes",
        "what a generator gave to a list is not its code",
        "#% stage:a\nlimit, rows = 1, [1, 2]\n"
        "#% stage:b\nfound = []\nfound.extend(row > limit for row in rows)\n"
        "low, high = (row - limit for row in rows)\n"
        "#% stage:c\nlimit = 5\nprint(limit)\n#% stage:d\nprint(found, low, high)",
        a="-> limit rows",
        b="limit rows -> found high low",
        c="->",
        d="found high low ->",
    ),
    _parallel(
        "aliases",
        "slices of lists hold the same numbers, not the same list",
        "#% stage:a\nrows = [1, 2]\nhead = rows[:1]\n#% stage:b\nhead.append(3)\nprint(head)\n"
        "#% stage:c\nprint(rows)",
        a="-> head rows",
        b="head ->",
        c="rows ->",
    ),
)

_HIDDEN = (
    _ordered(
        "hidden state",
        "the global generator goes on",
        "#% setup\nimport random\n#% stage:a\nrandom.seed(1)\n#% stage:b\nprint(random.random())\n"
        "#% stage:c\nprint(random.random())",
        a="@random ->",
        b="@random ->",
        c="@random ->",
    ),
    _parallel(
        "hidden state",
        "each stage seeds",
        "#% setup\nimport random\n#% stage:a\nx = 1\n#% stage:b\nrandom.seed(1)\nprint(random.random())\n"
        "#% stage:c\nrandom.seed(2)\nprint(random.random(), x)",
        a="-> x",
        b="@random ->",
        c="@random x ->",
    ),
    _ordered(
        "hidden state",
        "a generator object is consumed",
        "#% setup\nimport numpy as np\n#% stage:a\nrng = np.random.default_rng(0)\n"
        "#% stage:b\nprint(rng.random())\n#% stage:c\nprint(rng.random())",
        a="-> rng",
        b="rng -> rng",
        c="rng ->",
    ),
    _parallel(
        "hidden state",
        "a generator object in each stage",
        "#% setup\nimport numpy as np\n#% stage:a\nseed = 3\n"
        "#% stage:b\nprint(np.random.default_rng(seed).random())\n"
        "#% stage:c\nprint(np.random.default_rng(seed).random())",
        a="-> seed",
        b="seed ->",
        c="seed ->",
    ),
    _ordered(
        "hidden state",
        "an estimator without random_state draws from NumPy's global generator",
        "#% setup\nimport numpy as np\nfrom sklearn.cluster import KMeans\n"
        "#% stage:a\nnp.random.seed(0)\nX = np.random.rand(6, 2)\n"
        "#% stage:b\nprint(KMeans(2, n_init=1).fit(X).labels_)\n#% stage:c\nprint(np.random.rand())",
        a="@numpy.random -> X",
        b="@numpy.random X ->",
        c="@numpy.random ->",
    ),
    _parallel(
        "hidden state",
        "estimators with random_state",
        "#% setup\nimport numpy as np\nfrom sklearn.cluster import KMeans\n"
        "#% stage:a\nX = np.arange(12.0).reshape(6, 2)\n"
        "#% stage:b\nprint(KMeans(2, n_init=1, random_state=0).fit(X).labels_)\n"
        "#% stage:c\nprint(KMeans(3, n_init=1, random_state=0).fit(X).inertia_)",
        a="-> X",
        b="X ->",
        c="X ->",
    ),
)

_FILES = (
    _ordered(
        "files",
        "a file is read that a stage wrote",
        "#% setup\nfrom pathlib import Path\n#% stage:a\nx = 1\n"
        "#% stage:b\nPath('one.txt').write_text('1')\n"
        "#% stage:c\nprint(Path('one.txt').read_text(), x)",
        a="-> x",
        b="->",
        c="x ->",
    ),
    _parallel(
        "files",
        "each stage has its file",
        "#% setup\nfrom pathlib import Path\n#% stage:a\nx = 1\n"
        "#% stage:b\nPath('one.txt').write_text(str(x))\n"
        "#% stage:c\nPath('two.txt').write_text(str(x))\nprint(Path('two.txt').read_text())",
        a="-> x",
        b="x ->",
        c="x ->",
    ),
    _ordered(
        "files",
        "a frame is saved and loaded",
        "#% setup\nimport pandas as pd\n#% stage:a\ndf = pd.DataFrame({'a': [1]})\n"
        "#% stage:b\ndf.to_csv('frame.csv')\n#% stage:c\nprint(pd.read_csv('frame.csv'))",
        a="-> df",
        b="df ->",
        c="->",
    ),
    _parallel(
        "files",
        "both read the same file",
        "#% setup\nfrom pathlib import Path\n#% stage:a\nPath('one.txt').write_text('1')\n"
        "#% stage:b\nprint(Path('one.txt').read_text())\n"
        "#% stage:c\nwith open('one.txt') as file:\n    print(file.read())",
        a="->",
        b="->",
        c="->",
    ),
)

_VALUES = (
    _ordered(
        "values",
        "an instance of the notebook's own class is changed",
        "#% setup\nfrom dataclasses import dataclass, field\n@dataclass\nclass Card:\n"
        "    items: list = field(default_factory=list)\n"
        "#% stage:a\ncard = Card()\n#% stage:b\ncard.items.append(1)\n#% stage:c\nprint(card)",
        a="-> card",
        b="card -> card",
        c="card ->",
    ),
    _parallel(
        "values",
        "two instances are two objects",
        "#% setup\nfrom dataclasses import dataclass, field\n@dataclass\nclass Card:\n"
        "    items: list = field(default_factory=list)\n"
        "#% stage:a\none, two = Card(), Card()\n#% stage:b\none.items.append(1)\nprint(one)\n"
        "#% stage:c\nprint(two, isinstance(two, Card))",
        a="-> one two",
        b="one ->",
        c="two ->",
    ),
    _ordered(
        "values",
        "a defaultdict grows when it is read",
        "#% setup\nfrom collections import defaultdict\n#% stage:a\ntable = defaultdict(list)\n"
        "#% stage:b\ntable['x']\n#% stage:c\nprint(dict(table))",
        a="-> table",
        b="table -> table",
        c="table ->",
    ),
    _parallel(
        "values",
        "a dictionary does not",
        "#% stage:a\ntable = {'x': 1}\n#% stage:b\nprint(table['x'], table.get('y'))\n"
        "#% stage:c\nprint(table)",
        a="-> table",
        b="table ->",
        c="table ->",
    ),
    _ordered(
        "values",
        "a lambda reads a variable of a stage",
        "#% stage:a\nf = lambda x: x + shift\n#% stage:b\nshift = 1\n#% stage:c\nprint(f(1))",
        a="->",
        b="-> shift",
        c="shift ->",
    ),
    _parallel(
        "values",
        "members of an enumeration and named tuples",
        "#% setup\nfrom collections import namedtuple\nfrom enum import Enum\n"
        "Point = namedtuple('Point', 'x y')\nclass Colour(Enum):\n    RED = 1\n"
        "#% stage:a\npoint, colour = Point(1, 2), Colour.RED\n"
        "#% stage:b\nprint(point._replace(x=3), colour is Colour.RED)\n#% stage:c\nprint(point, colour)",
        a="-> colour point",
        b="colour point ->",
        c="colour point ->",
    ),
)

_BOX = (
    "#% setup\nclass Box:\n    size = 2\n    def __init__(self, item):\n        self.item = item\n"
    "        self.count = 0\n    def area(self):\n        return self.size * self.size\n"
)
_ATTRIBUTES = (
    _ordered(
        "attributes",
        "an attribute is changed by an operator",
        _BOX + "#% stage:a\nr = [1]\nbox = Box(r)\n#% stage:b\nbox.item += [2]\n"
        "#% stage:c\nprint(r)",
        a="-> box r",
        b="box r -> r",
        c="r ->",
    ),
    _parallel(
        "attributes",
        "a number that a method computes is no part of the object",
        "#% stage:a\nclass Box:\n    size = 2\n    doubled = size * 2\n    def area(self):\n"
        "        return self.size * self.size\nn = Box().area() + Box.doubled\n"
        "#% stage:b\nprint(n)\n#% stage:c\nprint(n + 1)",
        a="-> n",
        b="n ->",
        c="n ->",
    ),
    _ordered(
        "attributes",
        "a list that a function of the notebook sets on an object it is given",
        _BOX + "#% stage:a\ndef fill(box):\n    box.count = [1]\nbox = Box(0)\n"
        "list(map(fill, [box]))\nheld = box.count\n#% stage:b\nheld.append(3)\n"
        "#% stage:c\nprint(box.count)",
        a="-> box held",
        b="box held -> box",
        c="box ->",
    ),
    _ordered(
        "attributes",
        "what stands around a method sets an attribute",
        "#% setup\ndef logged(f):\n    def inner(self, *rest):\n        self.log = [f.__name__]\n"
        "        return f(self, *rest)\n    return inner\nclass Box:\n    def __init__(self):\n"
        "        self.log = 0\n    @logged\n    def put(self, x):\n        return x\n"
        "#% stage:a\nbox = Box()\nbox.put(1)\nlog = box.log\n#% stage:b\nlog.append('x')\n"
        "#% stage:c\nprint(box.log)",
        a="-> box log",
        b="box log -> box",
        c="box ->",
    ),
    _parallel(
        "attributes",
        "a class's number is not what its objects hold",
        _BOX + "#% stage:a\nbox = Box([1])\nsize = box.size\n"
        "#% stage:b\nbox.item.append(2)\nprint(box.item)\n#% stage:c\nprint(size)",
        a="-> box size",
        b="box ->",
        c="size ->",
    ),
    _parallel(
        "attributes",
        "an attribute that is a number is not the list beside it",
        _BOX + "#% stage:a\nbox = Box([1])\nn = box.count\nr = box.item\n"
        "#% stage:b\nr.append(2)\nprint(r)\n#% stage:c\nprint(n)",
        a="-> n r",
        b="r ->",
        c="n ->",
    ),
)
_CALLED = (
    _ordered(
        "functions that return",
        "a function that calls itself returns what it was given",
        "#% stage:a\ndef last(rows, n):\n    return rows if n == 0 else last(rows, n - 1)\n"
        "r = [1]\nkept = last(r, 2)\n#% stage:b\nkept.append(2)\n#% stage:c\nprint(r)",
        a="-> kept r",
        b="kept r -> r",
        c="r ->",
    ),
    _parallel(
        "functions that return",
        "a function that calls itself returns a number",
        "#% stage:a\nimport functools\n@functools.lru_cache(maxsize=None)\ndef fib(n):\n"
        "    return n if n < 2 else fib(n - 1) + fib(n - 2)\nn = fib(6)\n"
        "#% stage:b\nprint(n)\n#% stage:c\nprint(n + 1)",
        a="-> n",
        b="n ->",
        c="n ->",
    ),
    _ordered(
        "functions that return",
        "what a generator yields is changed",
        "#% stage:a\nr = [1]\ndef each(n):\n    for _ in range(n):\n        yield r\n"
        "kept = list(each(2))\n#% stage:b\nkept[0].append(2)\n#% stage:c\nprint(r)",
        a="-> kept r",
        b="kept r -> r",
        c="r ->",
    ),
    _parallel(
        "functions that return",
        "a list of the numbers that a generator yields holds no code",
        "#% stage:a\nk = 2\ndef each(n):\n    for z in range(n):\n        yield z + k\n"
        "r = list(each(3))\nk = 5\n#% stage:b\nprint(r)\n#% stage:c\nprint(r + [k])",
        a="-> k r",
        b="r ->",
        c="k r ->",
    ),
)


CASES = (
    *_NAMES, *_FUNCTIONS, *_CHANGES, *_MODELS, *_ALIASES, *_HIDDEN, *_FILES, *_VALUES, *_ATTRIBUTES, *_CALLED,
)  # fmt: skip
