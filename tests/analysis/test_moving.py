"""Values that are others after each use: generators of random numbers, iterators."""

from __future__ import annotations

import pytest
from staged import run_cells, run_functions, run_stages
from writing import notebook

from nb2pipe.analysis import analyse

# Each: the notebook, and the stages that the moving value goes through, in order.
CARRIED = {
    "a generator of NumPy": (
        "#% setup\nimport numpy as np\nrng = np.random.default_rng(0)\n"
        "#% stage:a\nx = rng.normal(size=2)\n#% stage:b\ny = rng.normal()\n"
        "#% stage:c\nprint(x, y, rng.random())",
        "rng setup>a a>b b>c",
    ),
    "a function that draws": (
        "#% setup\nimport numpy as np\nrng = np.random.default_rng(0)\n"
        "def draw():\n    return rng.random()\n"
        "#% stage:a\nx = draw()\n#% stage:b\nprint(x, draw())",
        "rng setup>a a>b",
    ),
    "given to a library": (
        "#% setup\nimport numpy as np\nfrom sklearn.model_selection import train_test_split\n"
        "#% stage:a\nrng = np.random.RandomState(0)\n"
        "#% stage:b\nx = train_test_split(range(9), random_state=rng)\n#% stage:c\n"
        "print(x, rng.rand())",
        "rng a>b b>c",
    ),
    "inside a splitter that a library is given": (
        "#% setup\nimport numpy as np\nfrom sklearn.linear_model import Ridge\n"
        "from sklearn.model_selection import KFold, cross_val_score\n"
        "X = np.arange(12.0).reshape(6, 2)\n"
        "#% stage:a\nrng = np.random.RandomState(0)\n"
        "cv = KFold(2, shuffle=True, random_state=rng)\n"
        "#% stage:b\nprint(cross_val_score(Ridge(), X, X[:, 0], cv=cv))\n"
        "#% stage:c\nfor train, test in cv.split(X):\n    print(test)\n"
        "#% stage:d\nprint(rng.rand())",
        "rng a>b b>c c>d",
    ),
    "inside an estimator that is fitted": (
        "#% setup\nimport numpy as np\nfrom sklearn.cluster import KMeans\n"
        "#% stage:a\nrng = np.random.RandomState(0)\nm = KMeans(2, random_state=rng, n_init=1)\n"
        "#% stage:b\nm.fit([[1], [2], [9]])\n#% stage:c\nprint(rng.rand(), sorted(m.labels_))",
        "rng a>b b>c",
    ),
    "a generator and the bits that it draws from": (
        "#% setup\nimport numpy as np\n"
        "#% stage:a\nbits = np.random.PCG64(1)\nrng = np.random.Generator(bits)\n"
        "#% stage:b\nrng.random()\n#% stage:c\nprint(np.random.Generator(bits).random())",
        "bits a>b b>c",
    ),
    "a sequence of seeds that spawns": (
        "#% setup\nimport numpy as np\n#% stage:a\nseeds = np.random.SeedSequence(1)\n"
        "#% stage:b\nprint(seeds.spawn(1)[0].spawn_key)\n"
        "#% stage:c\nprint(seeds.spawn(1)[0].spawn_key)",
        "seeds a>b b>c",
    ),
    "an iterator over a list that grows": (
        "#% stage:a\nrows = [1, 2]\nit = iter(rows)\nprint(next(it))\n#% stage:b\nrows.append(3)\n"
        "#% stage:c\nprint(list(it))\n#% stage:d\nprint(list(it), rows)",
        "it a>b b>c c>d",
    ),
    "a for loop that ends early": (
        "#% stage:a\nit = iter('abc')\n#% stage:b\nfor x in it:\n    break\n"
        "#% stage:c\nprint(x, *it)\n#% stage:d\nprint('b' in it)",
        "it a>b b>c c>d",
    ),
    "pairs": (
        "#% stage:a\npairs = zip([1, 2], enumerate('ab'))\n#% stage:b\nfirst = next(pairs)\n"
        "#% stage:c\n(second,) = pairs\nprint(first, second)\n#% stage:d\nprint(dict(pairs))",
        "pairs a>b b>c c>d",
    ),
    "one iterator inside another": (
        "#% stage:a\nit = iter([1, 2, 3])\nouter = map(str, it)\n#% stage:b\nprint(next(outer))\n"
        "#% stage:c\nprint(next(it))\n#% stage:d\nprint([x for x in outer])",
        "it a>b b>c",
    ),
    "numbers that are counted": (
        "#% setup\nfrom itertools import count, cycle\nids = count()\n"
        "#% stage:a\nx = [next(ids), next(ids)]\n#% stage:b\nprint(x, next(ids))",
        "ids setup>a a>b",
    ),
}


@pytest.mark.parametrize("case", CARRIED)
def test_what_moves_is_handed_on_as_it_stands(case: str) -> None:
    text, expected = CARRIED[case]
    name, *steps = expected.split()
    found = analyse(notebook(text))
    assert not found.errors, [f"{d.code} {d.message}" for d in found.errors]
    assert [f"{e.source}>{e.target}" for e in found.edges if e.variable == name] == steps
    cells = run_cells(notebook(text))
    printed = run_stages(found)
    assert printed == {cell: cells[cell] for cell in printed}
    assert any(printed.values())
    assert run_functions(found) == {
        stage.name: "".join(cells[cell.id] for cell in stage.cells) for stage in found.stages
    }


@pytest.mark.parametrize(
    "made", ["(x for x in range(3))", "numbers()", "(x for x in iter(range(3)))"]
)
def test_what_only_its_process_can_go_on_with_is_refused_by_name(made: str) -> None:
    text = (
        f"#% setup\ndef numbers():\n    yield 1\n    yield 2\n#% stage:a\ng = {made}\n"
        "#% stage:b\nprint(next(g))"
    )
    (found,) = analyse(notebook(text)).errors
    assert found.code == "NB305"
    assert "`g` is a generator" in found.message


def test_models_that_hold_no_generator_stay_parallel() -> None:
    text = (
        "#% setup\nimport numpy as np\nfrom sklearn.linear_model import Lasso, Ridge\n"
        "#% stage:a\nX = np.ones((3, 1))\nnames = ['a', 'b']\n"
        "#% stage:b\nprint([n for n in names], list(zip(names, X)), Ridge().fit(X, X))\n"
        "#% stage:c\nprint(dict(enumerate(names)), sum(map(len, names)), Lasso().fit(X, X[:, 0]))"
    )
    found = analyse(notebook(text))
    assert {f"{e.source}>{e.target}" for e in found.edges} == {"a>b", "a>c"}
