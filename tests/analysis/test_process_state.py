"""What the notebook changes of its process: carried, replayed, or refused."""

from __future__ import annotations

import pytest
from staged import run_cells, run_functions, run_stages
from writing import notebook

from nb2pipe.analysis import analyse
from nb2pipe.model import Pipeline

# Each: the notebook, and the edges of hidden state between its stages.
CARRIED = {
    "a folder that the notebook goes to": (
        "#% setup\nimport os\nfrom pathlib import Path\n"
        "#% stage:a\nos.makedirs('data')\nos.chdir('data')\nPath('n.txt').write_text('7')\n"
        "#% stage:b\nprint(Path('n.txt').read_text(), os.path.basename(os.getcwd()))\n"
        "#% stage:c\nos.chdir('..')\nprint(os.path.exists('n.txt'), os.listdir('data'))\n"
        "#% stage:d\nprint(os.path.exists('data/n.txt'))",
        {"a>b:cwd", "a>c:cwd", "c>d:cwd"},
    ),
    "a folder whose name is computed, by a function": (
        "#% parameters\nname = 'x'\n#% setup\nimport os\nfrom pathlib import Path\n"
        "def enter(folder):\n    os.makedirs(folder)\n    os.chdir(folder)\n"
        "#% stage:a\nenter(name * 2)\nPath('a').write_text('1')\n"
        "#% stage:b\nprint(Path('a').read_text(), Path.cwd().name)",
        {"a>b:cwd"},
    ),
    "a variable of the environment set in a loop": (
        "#% setup\nimport os\n#% stage:a\nfor k in 'ab':\n    os.environ['NB_' + k] = k * 2\n"
        "#% stage:b\nprint(os.environ['NB_a'])\ndel os.environ['NB_a']\n"
        "#% stage:c\nprint(os.environ.get('NB_a'), os.environ['NB_b'])",
        {"a>b:environ", "b>c:environ"},
    ),
    "sys.path extended, and said": (
        "#% setup\nimport sys\n#% stage:a\nif '/some/where' not in sys.path:\n"
        "    sys.path.insert(0, '/some/where')\n    print('added')\n#% stage:b\nprint(sys.path[0])",
        {"a>b:sys.path"},
    ),
    "options of pandas set in the middle of other work": (
        "#% setup\nimport pandas as pd\n"
        "#% stage:a\ndf = pd.DataFrame({'x': [1.23456]})\nfor p in (1, 2):\n"
        "    pd.set_option('display.precision', p)\n    print(df)\n"
        "#% stage:b\nprint(df)\n#% stage:c\npd.set_option('display.precision', 3)\n"
        "#% stage:d\nprint(df)",
        {"a>b:pandas", "a>c:pandas", "c>d:pandas"},
    ),
    "NumPy's printing set by a function that also works": (
        "#% setup\nimport numpy as np\ndef prepared(n):\n    np.set_printoptions(precision=n)\n"
        "    return np.array([1 / 3])\n"
        "#% stage:a\nx = prepared(2)\n#% stage:b\nprint(x)",
        {"a>b:numpy"},
    ),
    "NumPy's old settings kept and put back": (
        "#% setup\nimport numpy as np\n#% stage:a\nold = np.seterr(divide='ignore')\n"
        "#% stage:b\nprint(np.geterr()['divide'])\nnp.seterr(**old)\n"
        "#% stage:c\nprint(np.geterr()['divide'])",
        {"a>b:numpy", "b>c:numpy"},
    ),
    "rcParams in a loop": (
        "#% setup\nimport matplotlib.pyplot as plt\n"
        "#% stage:a\nfor n in (50, 70):\n    plt.rcParams['figure.dpi'] = n\n"
        "#% stage:b\nprint(plt.rcParams['figure.dpi'])",
        {"a>b:matplotlib"},
    ),
    "filters of warnings together with other work": (
        "#% setup\nimport warnings\nx = [1]\n"
        "#% stage:a\nif x:\n    warnings.simplefilter('error')\n    x.append(2)\n"
        "#% stage:b\ntry:\n    warnings.warn('w')\nexcept UserWarning as e:\n"
        "    print('raised', e, x)",
        {"a>b:warnings"},
    ),
    "scikit-learn's configuration": (
        "#% setup\nimport sklearn\n#% stage:a\nfor kind in ('diagram', 'text'):\n"
        "    sklearn.set_config(display=kind)\n"
        "#% stage:b\nprint(sklearn.get_config()['display'])",
        {"a>b:sklearn"},
    ),
    "the precision of decimal numbers": (
        "#% setup\nimport decimal\n#% stage:a\nfor p in (3, 5):\n"
        "    decimal.getcontext().prec = p\n"
        "#% stage:b\nprint(decimal.Decimal(1) / 3)",
        {"a>b:decimal"},
    ),
    "a setting of setup before one that is carried": (
        "#% setup\nimport numpy as np\nnp.set_printoptions(precision=3)\n"
        "#% stage:a\nfor n in (1, 2):\n    np.set_printoptions(precision=n)\n"
        "#% stage:b\nprint(np.array([1 / 3]))",
        {"setup>a:numpy", "a>b:numpy"},
    ),
}

# Nothing of the process is left changed, or a statement repeats it: no edge for it.
PARALLEL = {
    "warnings caught": (
        "#% setup\nimport warnings\n#% stage:a\nwith warnings.catch_warnings():\n"
        "    warnings.simplefilter('ignore')\n    x = int('1')\n"
        "#% stage:b\ny = 2\nprint(y)\n#% stage:c\nprint(x, y)"
    ),
    "NumPy's errors, pandas' options and styles for a block": (
        "#% setup\nimport numpy as np, pandas as pd, matplotlib.pyplot as plt, sklearn\n"
        "#% stage:a\nwith np.errstate(all='ignore'), np.printoptions(precision=2):\n"
        "    np.seterr(all='raise')\n    x = [1]\n"
        "with pd.option_context('display.precision', 2), plt.rc_context():\n"
        "    plt.rcParams['figure.dpi'] = 50\n    pd.set_option('display.precision', 1)\n"
        "with plt.style.context('ggplot'), sklearn.config_context(display='text'):\n"
        "    x.append(2)\n"
        "#% stage:b\nprint(np.geterr()['all' if 0 else 'divide'], np.array([1 / 3]))\n"
        "print(pd.get_option('display.precision'), plt.rcParams['figure.dpi'])\n"
        "#% stage:c\nprint(x)"
    ),
    "another folder for a block": (
        "#% setup\nimport os, contextlib\n#% stage:a\nos.makedirs('d')\n"
        "with contextlib.chdir('d'):\n"
        "    open('f', 'w').close()\n#% stage:b\nprint(os.path.exists('d/f'))"
    ),
    "a setting in the last stage only": (
        "#% setup\nimport pandas as pd\n#% stage:a\nx = 1\n#% stage:b\nfor p in (1, 2):\n"
        "    pd.set_option('display.precision', p)\nprint(x)"
    ),
    "an attribute of a module": (
        "#% setup\nimport math\n#% stage:a\nmath.pi = 3\nprint(math.pi)\n"
        "#% stage:b\nfrom math import pi\nprint(math.pi, pi)\n#% stage:c\n"
        "print(math.sin(math.pi), pi)"
    ),
    "a function of a module replaced by one of the notebook": (
        "#% parameters\nk = 2\n#% setup\nimport string\n"
        "#% stage:a\nwords = ['b', 'a']\ndef joined(text):\n    return text * k + words[0]\n"
        "string.capwords = joined\n"
        "#% stage:b\nprint(string.capwords('x'))\n#% stage:c\nprint(string.capwords('y'), words)"
    ),
    "settings under another name": (
        "#% setup\nimport os\nimport matplotlib.pyplot as plt\nrc = plt.rcParams\n"
        "#% stage:a\nrc['figure.dpi'] = 44\ne = os.environ\ne['NB_Q'] = '1'\n"
        "#% stage:b\nprint(plt.rcParams['figure.dpi'], os.environ.get('NB_Q'), 'NB_Q' in e)"
    ),
    "a path under a condition": (
        "#% setup\nimport sys\n#% stage:a\nif '/some/where' not in sys.path:\n"
        "    sys.path.insert(0, '/some/where')\n#% stage:b\nprint(sys.path.count('/some/where'))"
    ),
    "a variable of the environment that a value gives": (
        "#% parameters\nn = 3\n#% setup\nimport os\n#% stage:a\nm = n + 1\n"
        "os.environ['NB_N'] = str(m)\n#% stage:b\nprint(os.environ['NB_N'])"
    ),
}


def pipeline(text: str) -> Pipeline:
    found = analyse(notebook(text))
    assert not found.errors, [f"{d.code} {d.message}" for d in found.errors]
    return found


def check_all_forms(found: Pipeline, text: str) -> None:
    """The notebook, its stages and their functions print the same."""
    expected = run_cells(notebook(text))
    printed = run_stages(found)
    assert printed == {cell: expected[cell] for cell in printed}
    assert any(printed.values())
    assert run_functions(found) == {
        stage.name: "".join(expected[cell.id] for cell in stage.cells) for stage in found.stages
    }


@pytest.mark.parametrize("case", CARRIED)
def test_state_of_the_process_is_handed_on(case: str) -> None:
    text, edges = CARRIED[case]
    found = pipeline(text)
    assert {f"{e.source}>{e.target}:{e.state}" for e in found.edges if e.state} == edges
    check_all_forms(found, text)


@pytest.mark.parametrize("case", PARALLEL)
def test_what_is_put_back_or_repeated_orders_no_stages(case: str) -> None:
    found = pipeline(PARALLEL[case])
    assert not [edge for edge in found.edges if edge.state]
    check_all_forms(found, PARALLEL[case])


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (
            "NB302",
            "#% setup\nimport os\n#% stage:a\nos.chdir('/')\n#% stage:b\nprint(os.getcwd())\n"
            "#% stage:a\nos.chdir('/tmp')\n#% stage:c\nprint(os.getcwd())",
        ),
        (
            "NB302",
            "#% setup\nimport os\n#% stage:a\nprint(os.getcwd())\n#% stage:b\nos.chdir('/')\n"
            "#% stage:a\nprint(os.getcwd())",
        ),
        (
            "NB309",
            "#% setup\nimport math\n#% stage:a\nfor n in (3, 4):\n    math.pi = n\n"
            "#% stage:b\nprint(math.pi)",
        ),
        (
            "NB309",
            "#% setup\nimport sys, io\n#% stage:a\nsys.stdout = io.StringIO()\n"
            "#% stage:b\nprint(1)",
        ),
        (
            "NB309",
            "#% setup\nclass A:\n    pass\nclass B(A):\n    pass\n"
            "#% stage:a\nprint(A.__subclasses__())",
        ),
        (
            "NB308",
            "#% setup\nimport logging\n#% stage:a\nfor n in (10, 20):\n"
            "    logging.basicConfig(level=n)\n#% stage:b\nprint(logging.root.level)",
        ),
    ],
)
def test_what_cannot_be_handed_on_is_refused(code: str, text: str) -> None:
    assert code in [d.code for d in analyse(notebook(text)).errors]


def test_paths_are_those_in_the_folder_that_the_notebook_went_to() -> None:
    found = pipeline(
        "#% setup\nimport os\nimport pandas as pd\n#% stage:a\nos.chdir('data')\n"
        "x = pd.read_csv('a.csv')\nos.chdir('../out')\nx.to_csv('b.csv')\n"
        "#% stage:b\nprint(pd.read_csv('b.csv'))"
    )
    assert found.stage("a").reads == ("data/a.csv",)
    assert found.stage("a").writes == found.stage("b").reads == ("out/b.csv",)


def test_a_setting_that_reads_what_changes_later_is_carried_as_it_was() -> None:
    text = (
        "#% setup\nimport numpy as np\n#% stage:a\ndigits = 2\n"
        "np.set_printoptions(precision=digits)\ndigits = 5\n"
        "#% stage:b\nprint(np.array([1 / 3]), digits)"
    )
    found = analyse(notebook(text))
    assert not found.errors
    assert [stage.states for stage in found.stages] == [("numpy",), ("numpy",)]
    (edge,) = [edge for edge in found.edges if edge.state]
    assert (edge.state, edge.source, edge.target) == ("numpy", "a", "b")
