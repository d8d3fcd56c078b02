"""Shell lines and magics: the stages and their functions do what the notebook's cells do."""

from __future__ import annotations

import sys

import pytest
from staged import run_cells, run_functions, run_stages
from writing import notebook

from nb2pipe.analysis import analyse

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the commands are POSIX")

# Each: the notebook, and the edges between its stages.
CARRIED = {
    "a command with variables filled in": (
        "#% parameters\nname = 'a b'\n#% stage:a\nn = 3\n!echo {n + 1} '$name' \"$n\" $$n\n"
        "#% stage:b\n!echo $n {name!r}",
        {"a>b:n", "a>b:file whose path is computed: written, then read"},
    ),
    "output as a list of lines": (
        "#% setup\nwords = ['x', 'y']\n#% stage:a\nlines = !printf '%s\\n' {' '.join(words)}\n"
        "#% stage:b\nprint(lines, lines.s, len(lines.grep('x')))",
        {"a>b:lines"},
    ),
    "a file that a command makes and another reads": (
        "#% stage:a\n!mkdir -p out/deep\n!touch out/deep/f.txt\n#% stage:b\nprint(1)\n"
        "#% stage:c\n!ls out/deep",
        {"a>c:file out/deep/f.txt: written, then read"},
    ),
    "an unknown command may write what a stage reads": (
        "#% setup\nfrom pathlib import Path\n#% stage:a\n!printf 7 > n.txt\n"
        "#% stage:b\nprint(Path('n.txt').read_text())",
        {"a>b:file n.txt: written, then read"},
    ),
    "a command in a function and in a block": (
        "#% setup\ndef say(word):\n    !echo said $word\n    return word\n"
        "#% stage:a\nx = say('one')\n#% stage:b\nfor i in range(2):\n    !echo {i} {x}\n    say(i)",
        {"a>b:x", "a>b:file whose path is computed: written, then read"},
    ),
    "what cannot be filled in goes to the shell as it is": (
        "#% setup\nimport os\nos.environ['NB_WHO'] = 'me'\n#% stage:a\nx = 1\n"
        "!echo $NB_WHO {x}\n!echo a b | awk '{print $2}'\n#% stage:b\nprint(x)",
        {"a>b:x"},
    ),
    "a cell for the shell": (
        '#% stage:a\n%%bash\nx=\'a """ b\\n\'\necho "$x" {x}\nprintf 5 > five\n'
        "#% stage:b\n!cat five",
        {"a>b:file five: written, then read"},
    ),
    "another folder and the environment": (
        "#% stage:a\nfolder = 'data'\n!mkdir $folder\n%cd -q {folder}\n%env NB_N=$folder\n"
        "%env NB_M x y\n#% stage:b\nwhere = %pwd\nprint(where.endswith('/data'))\n"
        "!echo $NB_N $NB_M; basename $PWD",
        {"a>b:cwd", "a>b:environ", "a>b:file whose path is computed: read, then written"},
    ),
    "what a cell prints is kept": (
        "#% stage:a\nx = 1\n#% stage:b\n%%capture kept\nx += 1\nprint('''a\n  b''', x)\n"
        "#% stage:b\nprint(repr(kept.stdout), x)\n#% stage:c\nprint(x)",
        {"a>b:x", "b>c:x"},
    ),
    "what a cell prints is thrown away": (
        "#% stage:a\nx = 1\n#% stage:b\n%%capture\nx += 1\nprint('''a\\n  b''', x)\n"
        "#% stage:c\nprint(x)",
        {"a>b:x", "b>c:x"},
    ),
    "timed code leaves nothing behind": (
        "#% stage:a\nx = [1]\n#% stage:b\n%%timeit -n 1 -r 1 -q\ny = '''a\n b'''\nlen(x + [y])\n"
        "#% stage:b\nprint(x)\n#% stage:c\ny = 3\nprint(y, x)",
        {"a>b:x", "a>c:x"},
    ),
    "magics that only show or set something up": (
        "#% setup\n%load_ext autoreload\n%autoreload 2\n%precision 3\n#% stage:a\nx = 1\n"
        "#% stage:b\nprint(x)\n# only a comment\n#% stage:b\n# only a comment",
        {"a>b:x"},
    ),
}


@pytest.mark.parametrize("case", CARRIED)
def test_all_forms_print_the_same(case: str) -> None:
    text, edges = CARRIED[case]
    found = analyse(notebook(text))
    assert not found.errors, [f"{d.code} {d.message}" for d in found.errors]
    assert {
        f"{e.source}>{e.target}:{e.variable or e.state or e.reason}" for e in found.edges
    } == edges
    expected = run_cells(notebook(text))
    printed = run_stages(found)
    assert printed == {cell: expected[cell] for cell in printed}
    assert any(printed.values())
    assert run_functions(found) == {
        stage.name: "".join(expected[cell.id] for cell in stage.cells) for stage in found.stages
    }


@pytest.mark.parametrize(
    "text",
    [
        "#% stage:a\n!ls\n#% stage:b\nsystem = 5\nprint(system)",
        "#% stage:a\ny = 1\n#% stage:b\n%%timeit\ny = 2\n#% stage:c\nprint(y)",
        "#% stage:a\nos = 'linux'\n#% stage:b\n%cd /\n#% stage:c\nprint(os)",
    ],
)
def test_a_name_that_the_python_for_a_magic_needs_is_refused(text: str) -> None:
    (found,) = analyse(notebook(text)).errors
    assert found.code == "NB203"
    assert "uses for something else" in found.message


def test_commands_that_only_look_order_nothing() -> None:
    found = analyse(
        notebook(
            "#% setup\nimport pandas as pd\n#% stage:a\n!head -n 2 data/a.csv\n!echo hello\n"
            "a = pd.read_csv('data/a.csv')\n#% stage:b\n!cat data/a.csv\n!nvidia-smi\n"
            "#% stage:c\nprint(a)"
        )
    )
    assert [(e.source, e.target) for e in found.edges] == [("a", "c")]
    assert not found.stage("a").unobservable
    assert found.stage("a").reads == ("data/a.csv",)
    assert "another program" in found.stage("b").unobservable
