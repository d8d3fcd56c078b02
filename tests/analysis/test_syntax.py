import ast
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from writing import notebook

from nb2pipe.analysis import analyse, shell
from nb2pipe.analysis.magics import restore
from nb2pipe.analysis.syntax import ParsedCell, parse
from nb2pipe.model import Cell


def parsed(source: str, version: str = "") -> ParsedCell:
    return parse(Cell("id", 3, "code", source), language_version=version)


def plain(source: str) -> str:
    result = parsed(source)
    assert result.diagnostics == ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes
        assert ast.dump(result.tree) == ast.dump(ast.parse(result.source))
    return result.source


def codes(source: str, version: str = "") -> list[tuple[str, int | None]]:
    return [(d.code, d.line) for d in parsed(source, version).diagnostics]


def test_python_stays_as_it_is() -> None:
    for source in (
        "",
        "x = 1;",
        "# only a comment",
        "x = (a\n% (b))",
        "x = a \\\n% b",
        "s = '''\n%time\n!ls\nobj?\n'''",
        "await f()",
        "async for x in y:\n    pass",
        "s = '\\d'",
        "s = 'a\u2028b\x0c'",
        "x = '# nb2pipe> %time'",
    ):
        assert plain(source) == source


def test_python_needs_no_ipython() -> None:
    program = (
        "import sys; from nb2pipe.model import Cell; from nb2pipe.analysis.syntax import parse; "
        "parse(Cell('a', 1, 'code', 'x = 1')); assert 'IPython' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_magic_takes_its_own_line_only() -> None:
    source = plain("x = 1\n%matplotlib inline\nfoo = (a\n% (b))\n%time y = f(x)\ny;")
    assert source.split("\n") == [
        "x = 1",
        "# nb2pipe> %matplotlib inline",
        "foo = (a",
        "% (b))",
        "y = f(x)  # nb2pipe> %time",
        "y;",
    ]


def test_lines_keep_their_numbers() -> None:
    result = parsed("\n\n%%time\n\nx = f(a,\n      b)\n%config a.b \\\n  = 1\n\ny = x")
    assert result.diagnostics == ()
    (first, second) = result.tree.body
    assert (first.lineno, second.lineno) == (5, 10)
    assert result.kept == (3, 7)


def test_pasted_prompts_and_indentation() -> None:
    assert plain(">>> x = 1\n>>> if x:\n...     y") == "x = 1\nif x:\n    y"
    assert plain("    x = 1\n    y") == "x = 1\ny"
    assert plain("    x = 1\n    %time y") == "x = 1\ny  # nb2pipe> %time"


def test_quoting_escapes_are_ipythons_own() -> None:
    assert plain(",f a b\n;g a b\n/h 1") == 'f("a", "b")\ng("a b")\nh(1)'


def test_questions_are_comments() -> None:
    assert plain("obj?\n?obj\n%time?\nx") == (
        "# nb2pipe> obj?\n# nb2pipe> ?obj\n# nb2pipe> %time?\nx"
    )


def test_a_blocks_only_line_is_a_statement() -> None:
    assert plain("if x:\n    %matplotlib inline") == (
        "if x:\n    pass  # nb2pipe> %matplotlib inline"
    )


@pytest.mark.parametrize(
    ("source", "code", "line", "column"),
    [
        ("a = 1\nx = (", "NB201", 2, 5),
        ("x = 1\n  y = 2", "NB201", 2, None),
        ("return 1", "NB201", 1, 1),
        ("x = 1\x00", "NB201", 1, None),
        ("for x in y:\n    pass\nbreak", "NB201", 3, 1),
        ("%matplotlib inline\nx = = 1", "NB201", 2, 5),
        ("(" * 300 + ")" * 300, "NB201", 1, None),
        ("-" * 100_000 + "1", "NB201", 1, None),
    ],
)
def test_syntax_errors_have_a_place(source: str, code: str, line: int, column: int | None) -> None:
    (found,) = parsed(source).diagnostics
    assert (found.code, found.line, found.number, found.severity) == (code, line, 3, "error")
    assert column is None or found.column == column
    assert found.excerpt == source.split("\n")[line - 1]
    assert found.message
    assert found.advice


def test_a_bare_pip_line_gets_its_own_advice() -> None:
    assert "%pip" in parsed("pip install pandas").diagnostics[0].advice


def test_syntax_that_a_newer_python_may_know() -> None:
    own = f"{sys.version_info[0]}.{sys.version_info[1]}"
    (found,) = parsed("x = <newer> syntax", "3.99.1").diagnostics
    assert found.code == "NB202"
    assert "3.99" in found.message
    assert f"Python {own}" in found.message
    assert codes("x = <newer> syntax", own + ".0") == [("NB201", 1)]
    assert codes("x = <newer> syntax", "") == [("NB201", 1)]
    assert parsed("x = 1", "3.99").diagnostics == ()


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        ("a = 1\n!serve &", "NB204", 2),
        ("x = !serve &", "NB204", 1),
        ("!!", "NB204", 1),
        ("!sudo apt-get install x", "NB204", 1),
        ("!pip install x && python -m y", "NB204", 1),
        ("!pip uninstall x", "NB204", 1),
        ("%run a.py", "NB203", 1),
        ("x = %who_ls", "NB203", 1),
        ("%%bash --bg\nls", "NB203", 1),
        ("%%perl\nls", "NB203", 1),
        ("%cd -", "NB203", 1),
        ("a = 1\n%who", "NB203", 2),
        ("%history -n", "NB203", 1),
        ("%xmode", "NB203", 1),
        ("%env A B=1", "NB203", 1),
        ("# note\n%%time\nx = 1", "NB203", 2),
        ("%%time x = 1\ny", "NB203", 1),
        ("%%capture out err\ny", "NB203", 1),
        ("%%timeit x = 1\ny = x", "NB203", 1),
        ("%timeit x += 1", "NB203", 1),
        ("%timeit (x := 1)", "NB203", 1),
        ("%time", "NB203", 1),
        ("%time !ls", "NB204", 1),
        ("%%writefile -a x.py\na", "NB203", 1),
        ("%%writefile {name}.py\na", "NB203", 1),
        ("%%writefile ~/x.py\na", "NB203", 1),
        ("%%writefile\na", "NB203", 1),
        ("%pip list", "NB203", 1),
        ("def f():\n    %time x = 1", "NB203", 2),
        ("class A:\n    %matplotlib inline\n    x = 1", "NB203", 2),
        ("# nb2pipe> %run x", "NB206", 1),
        ("%%time\n# nb2pipe> !ls", "NB206", 2),
        ("x = 1  # nb2pipe> function", "NB206", 1),
    ],
)
def test_what_is_refused(source: str, code: str, line: int) -> None:
    result = parsed(source)
    assert [(d.code, d.line) for d in result.diagnostics] == [(code, line)]
    assert all(d.severity == "error" for d in result.diagnostics)
    # The rest of the cell can be analysed all the same.
    ast.parse(result.source)


@pytest.mark.parametrize(
    ("source", "plain_source"),
    [
        ("!ls", "system('ls');  # !ls"),
        ("!ls {a} $b '$c'", "system(\"ls {} {} '$c'\".format(a, b));  # !ls {a} $b '$c'"),
        ("!echo $unknown {a}", "system('echo $unknown {a}');  # !echo $unknown {a}"),
        ("!awk '{print $1}' {a}", "system(\"awk '{print $1}' {a}\");  # !awk '{print $1}' {a}"),
        ("!echo {{x}} $$y", "system('echo {x} $y');  # !echo {{x}} $$y"),
        (
            "!echo {a[1:2]} {b!r}",
            "system('echo {} {!r}'.format(a[1:2], b));  # !echo {a[1:2]} {b!r}",
        ),
        ("x = !ls {a}", "x = SList(getoutput('ls {}'.format(a)).splitlines())  # !ls {a}"),
        ("if a:\n    !ls", "if a:\n    system('ls');  # !ls"),
        ("!!ls", "SList(getoutput('ls').splitlines())  # !!ls"),
        ("!ls \\\n  -l", "system('ls    -l');  # !ls    -l\n"),
        (
            "%cd {a}/data",
            "os.chdir('{}/data'.format(a)) if os.path.isdir('{}/data'.format(a)) else "
            "print(FileNotFoundError(2, 'No such file or directory', '{}/data'.format(a))); "
            "print(os.getcwd())  # %cd {a}/data",
        ),
        ("%cd ..", "os.chdir('..'); print(os.getcwd())  # %cd .."),
        (
            "%xmode plain",
            "print('Exception reporting mode: Plain')  # nb2pipe> %xmode plain",
        ),
        ("%cd -q ~", "os.chdir(os.path.expanduser('~'))  # %cd -q ~"),
        ("x = %pwd", "x = os.getcwd()  # %pwd"),
        ("%env A", "os.environ['A']  # %env A"),
        ("%mkdir -p out", "system('mkdir -p out');  # %mkdir -p out"),
        ("%ls", "system('ls -F --color');  # nb2pipe> %ls"),
    ],
)
def test_shell_lines_are_calls(source: str, plain_source: str) -> None:
    cell = Cell("id", 3, "code", source)
    assert parse(cell, unbound=frozenset({"unknown"})).source == plain_source


BRACES = st.text("{}$'a b!:.[]\\\"", max_size=12)


@given(BRACES)
def test_a_text_is_filled_in_as_ipython_does(text: str) -> None:
    from IPython.utils.text import DollarFormatter

    names = {"a": 1, "b": "B"}
    try:
        expected = DollarFormatter().vformat(text, args=[], kwargs=names)
    except Exception:
        expected = text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = shell.filled(text)
        unbound = made.names - names.keys()
        assert eval(shell.filled(text, unbound).code, dict(names)) == expected


def test_several_findings_in_order() -> None:
    assert codes("%run a\nx = !a &\n!b &") == [("NB203", 1), ("NB204", 2), ("NB204", 3)]


def test_a_value_that_is_refused_still_binds_its_name() -> None:
    assert parsed("if a:\n    x = %who_ls").source == "if a:\n    x = None  # %who_ls"


@pytest.mark.parametrize(
    ("line", "requirements"),
    [
        ("%pip install pandas", ("pandas",)),
        ("!pip install -q --upgrade pandas 'a>=2,<3' b[c]==1", ("pandas", "a>=2,<3", "b[c]==1")),
        ("!pip3 install a 2>&1 > /dev/null", ("a",)),
        ("!{sys.executable} -m pip install a", ("a",)),
        ("!python3.11 -m pip install a # for plots", ("a",)),
        ("%pip install --progress-bar off a", ("a",)),
        ("!uv pip install a", ("a",)),
        ("%conda install -y -c conda-forge pytorch", ()),
        ("%mamba install b", ()),
    ],
)
def test_installs_become_requirements(line: str, requirements: tuple[str, ...]) -> None:
    result = parsed(f"import x\n{line}\nif x:\n    {line}\ny")
    assert result.diagnostics == ()
    assert result.requirements == requirements * 2
    # Running the stage installs nothing.
    assert restore(result.source) == f"import x\n# {line}\nif x:\n    pass  # {line}\ny"


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("%pip install -r requirements.txt a", "-r requirements.txt"),
        ("%pip install --index-url=https://b a", "--index-url=https://b"),
        ("%pip install git+https://b/c a", "git+https://b/c"),
        ("%pip install ./local a", "./local"),
        ("%pip install {name} a", "{name}"),
        ("%pip install 'b @ https://c/d.whl' a", "b @ https://c/d.whl"),
    ],
)
def test_what_cannot_be_a_requirement_is_said(line: str, part: str) -> None:
    result = parsed(line)
    assert result.requirements == ("a",)
    (found,) = result.diagnostics
    assert (found.code, found.severity) == ("NB205", "warning")
    assert f"`{part}`" in found.message


CONTENT = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\x00"), max_size=60
)


@given(CONTENT)
def test_writefile_writes_what_the_magic_writes(text: str) -> None:
    body = text + "\"\"\"\\'''" + text
    result = parsed("%%writefile a.py\n" + body)
    assert result.diagnostics == ()
    call = result.tree.body[-1]
    assert isinstance(call, ast.Expr) and isinstance(call.value, ast.Call)
    content = call.value.args[0]
    assert isinstance(content, ast.Constant)
    assert content.value == body.removesuffix("\n") + "\n"


def test_writefile_prints_what_the_magic_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    source = plain("%%writefile 'a b.py'\nx = 'é'\n\ny\n")
    for expected in ("Writing a b.py\n", "Overwriting a b.py\n"):
        exec(source, {})
        assert capsys.readouterr().out == expected
    assert Path("a b.py").read_text(encoding="utf-8") == "x = 'é'\n\ny\n"


PIECES = st.sampled_from(
    [
        "x = 1",
        "%matplotlib inline",
        "%config A.b = {'c': 1}",
        "%time y = f(x)",
        "%time f(x)  # note",
        "%time a = 1; b = a",
        "%xmode Plain",
        "%timeit f(x)",
        "%timeit -n 10 -r2 z = f(x)",
        "x?",
        "if x:\n    %time y = 2\n    z = '''\n  %time\n'''",
        "for i in x:\n    %config A.b = 1",
        "s = '# nb2pipe> %time'",
        "t = f'''{x}\n# nb2pipe> !ls\n'''",
        "w = (a\n% (b))",
        "f(x);",
        "# a comment",
        "",
        "def g():\n\treturn 1",
        ",f a b",
    ]
)
FIRST = st.sampled_from(
    [
        "",
        "%%time\n",
        "%%capture\n",
        "\n%%capture --no-stderr\n%%time\n",
        "%%capture out\n",
        "%%time\n%%timeit -n 3\n",
    ]
)


@given(FIRST, st.lists(PIECES, max_size=6))
def test_restored_cells_mean_the_same(first: str, pieces: list[str]) -> None:
    source = first + "\n".join(pieces)
    assert meaning(restore(plain(source))) == meaning(source)
    # What stands in a module is read again in the same way.
    again = parsed(restore(plain(source)))
    assert ast.dump(again.tree) == ast.dump(parsed(source).tree)


@given(st.sampled_from(["html", "markdown", "latex", "svg"]), CONTENT)
def test_shown_text_is_restored(kind: str, text: str) -> None:
    source = f"%%{kind}\n{text}"
    restored = restore(plain(source))
    assert [line.rstrip() for line in restored.rstrip().split("\n")] == [
        line.rstrip() for line in source.rstrip().split("\n")
    ]


def meaning(source: str) -> str:
    """The tree of what IPython runs; the bodies of cell magics are trees themselves."""
    from IPython.core.inputtransformer2 import TransformerManager

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(TransformerManager().transform_cell(source))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    inner = meaning(node.value) if "\n" in node.value else None
                    node.value = inner or ast.dump(ast.parse(node.value))
                except SyntaxError:
                    pass
    return ast.dump(tree)


def test_an_extension_is_loaded_once_and_said_to_be_there_afterwards() -> None:
    text = "#% stage:a\n%load_ext autoreload\nx = 1\n#% stage:b\n%load_ext autoreload\n"
    found = analyse(notebook(text + "%autoreload 0\nprint(x)"))
    first, second = (stage.cells[0].source for stage in found.stages)
    assert first.startswith("# nb2pipe> %load_ext autoreload\n")
    assert second.startswith("print('The autoreload extension is already loaded.")
    # The stage's own kernel loads it first.
    assert found.stages[1].local_definitions == ("# nb2pipe> %load_ext autoreload",)
