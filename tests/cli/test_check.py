import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nb2pipe.cli.findings import as_annotation, as_text
from nb2pipe.model import Diagnostic

WRONG = "a = 1\nb = a + undefined"


def fine(notebooks: Any) -> Any:
    return notebooks.book(
        notebooks.cell("n = 3", "parameters"),
        notebooks.cell("rows = list(range(n))", "stage:load"),
        notebooks.cell("total = sum(rows)", "stage:sum"),
    )


def wrong(notebooks: Any) -> Any:
    return notebooks.book(
        notebooks.cell("# Text", kind="markdown"), notebooks.cell(WRONG, "stage:a")
    )


def risky(notebooks: Any) -> Any:
    return notebooks.book(
        notebooks.cell("# Text", "stage:a", kind="markdown"), notebooks.cell("a = 1", "stage:a")
    )


def test_nothing_found(nb2pipe: Any, write: Any, notebooks: Any) -> None:
    answer = nb2pipe("check", write(fine(notebooks)))
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "churn.ipynb: nothing to complain about\n"


def test_an_error(nb2pipe: Any, write: Any, notebooks: Any) -> None:
    answer = nb2pipe("check", write(wrong(notebooks)))
    assert answer.code == 1
    assert answer.out == (
        "churn.ipynb: cell 2, line 2: error NB301: "
        "`undefined` is read before anything defines it\n"
        "    b = a + undefined\n"
        "            ^\n"
        "  Define `undefined` in an earlier cell.\n"
    )
    assert answer.err == "churn.ipynb: 1 error\n"


def test_a_warning(nb2pipe: Any, write: Any, notebooks: Any) -> None:
    name = write(risky(notebooks))
    answer = nb2pipe("check", name)
    assert answer.code == 0
    assert answer.out.startswith("churn.ipynb: cell 1: warning NB107: ")
    assert answer.err == "churn.ipynb: 1 warning\n"
    assert nb2pipe("check", "--strict", name).code == 1


def test_several_notebooks(nb2pipe: Any, write: Any, notebooks: Any) -> None:
    names = [write(wrong(notebooks), "a.ipynb"), write(fine(notebooks), "b.ipynb")]
    answer = nb2pipe("check", *names)
    assert answer.code == 1
    assert "b.ipynb: nothing" in answer.err
    # One that cannot be read does not keep the others from being checked.
    answer = nb2pipe("check", "missing.ipynb", *names)
    assert answer.code == 2
    assert "Error: missing.ipynb: no such file" in answer.err
    assert "NB301" in answer.out


def test_json(nb2pipe: Any, write: Any, notebooks: Any) -> None:
    name = write(wrong(notebooks))
    answer = nb2pipe("check", "--format", "json", name, "missing.ipynb")
    assert (answer.code, answer.err) == (2, "")
    first, second = json.loads(answer.out)
    assert first == {
        "notebook": name,
        "error": None,
        "diagnostics": [
            {
                "code": "NB301",
                "severity": "error",
                "message": "`undefined` is read before anything defines it",
                "advice": "Define `undefined` in an earlier cell.",
                "cell": "cell-2",
                "number": 2,
                "line": 2,
                "column": 9,
                "excerpt": "b = a + undefined",
                "fix": None,
            }
        ],
    }
    assert second["notebook"] == second["error"]["place"] == "missing.ipynb"
    assert second["error"]["message"] == "no such file"
    assert second["diagnostics"] == []


def test_github_annotations(nb2pipe: Any, write: Any, notebooks: Any) -> None:
    name = write(wrong(notebooks), "50%, a.ipynb")
    answer = nb2pipe("check", "--format", "github", name)
    assert answer.code == 1
    assert answer.out == (
        "::error file=50%25%2C a.ipynb,title=NB301 (cell 2%2C line 2)"
        "::cell 2, line 2: `undefined` is read before anything defines it"
        "%0ADefine `undefined` in an earlier cell.\n"
    )
    answer = nb2pipe("check", "--format", "github", "missing.ipynb")
    assert answer.code == 2
    assert answer.out.startswith("::error file=missing.ipynb,title=nb2pipe::no such file%0A")


def test_text_of_a_notebook_is_no_command_to_github() -> None:
    finding = Diagnostic("NB101", "error", "unknown\n::set-env name=A::b\r", "do %0A\n::stop::")
    annotation = as_annotation(finding, "a\n::error::.ipynb")
    assert "\n" not in annotation
    assert "\r" not in annotation
    assert "do %250A%0A::stop::" in annotation


def test_text_of_a_notebook_is_no_command_to_a_terminal() -> None:
    finding = Diagnostic(
        "NB101", "error", "un\x1b[31mknown", "a\x07b", "c", 1, 1, 3, "x\x1b]0;title\x07 = 1"
    )
    text = as_text(finding, "a.ipynb")
    assert not {"\x1b[31mk", "\x07", "\x1b]"} & set(text)
    assert "\x07" not in text
    assert "\x1b]" not in text
    assert "un\x1b" not in text


@pytest.mark.parametrize(
    ("excerpt", "column", "shown", "caret"),
    [
        ("    x = y", 9, "x = y", 4),
        ("\tx = y", 6, "x = y", 4),
        ("日本 = y", 6, "日本 = y", 7),
        ("x = (", 6, "x = (", 5),
        ("x = 1", None, "x = 1", None),
        ("x" * 300 + "!", 301, None, None),
    ],
)
def test_the_caret_stands_below_its_column(
    excerpt: str, column: int | None, shown: str | None, caret: int | None
) -> None:
    finding = Diagnostic("NB201", "error", "m", "a", "c", 1, 1, column, excerpt)
    lines = as_text(finding, "a.ipynb").split("\n")
    if shown is None:  # a long line is cut, with the place in it
        assert len(lines[1]) <= 110
        assert lines[1][lines[2].index("^")] == "!"
        return
    assert lines[1] == "    " + shown
    if caret is None:
        assert "^" not in lines[2]
    else:
        assert lines[2] == "    " + " " * caret + "^"


def test_standard_input(nb2pipe: Any, notebooks: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    text = json.dumps(wrong(notebooks))
    answer = nb2pipe("check", "-", "--path", "deep/book.ipynb", stdin=text)
    assert answer.code == 1
    assert answer.out.startswith("deep/book.ipynb: cell 2, line 2: error NB301")
    assert nb2pipe("check", "-", stdin=text).out.startswith("notebook.ipynb: cell 2")
    assert nb2pipe("check", "-", stdin=b"\xff").code == 2
    assert nb2pipe("check", "-", stdin="\ufeff" + text).code == 1
    assert list(tmp_path.iterdir()) == []


def test_usage(nb2pipe: Any, write: Any, notebooks: Any) -> None:
    name = write(fine(notebooks))
    for arguments in (
        ["check"],
        ["check", name, "--path", "x"],
        ["check", name, "--format", "xml"],
        ["chek", name],
        ["--unknown"],
        [],
    ):
        answer = nb2pipe(*arguments)
        assert answer.code == 2, arguments
        assert answer.out == ""
        assert answer.err
    assert "Did you mean 'check'?" in nb2pipe("chek", name).err


def test_version_and_help(nb2pipe: Any) -> None:
    assert nb2pipe("--version").out.startswith("nb2pipe 0.")
    for arguments in (["--help"], ["-h"], ["check", "--help"]):
        answer = nb2pipe(*arguments)
        assert answer.code == 0
        assert "Usage: nb2pipe" in answer.out


def test_help_imports_click_and_little_else() -> None:
    program = (
        "import sys; sys.argv = ['nb2pipe', '--help']\n"
        "from nb2pipe.__main__ import run\n"
        "run(['--help'])\n"
        "heavy = {'nbformat', 'papermill', 'IPython', 'rich', 'jinja2', 'ruamel', 'mlflow'}\n"
        "assert not heavy & {name.partition('.')[0] for name in sys.modules}\n"
        "ours = {name for name in sys.modules if name.startswith('nb2pipe')}\n"
        "assert ours == {'nb2pipe', 'nb2pipe.__main__', 'nb2pipe.cli', 'nb2pipe.errors'}, ours\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)


def test_check_looks_at_no_environment(write: Any, notebooks: Any) -> None:
    name = write(fine(notebooks))
    program = (
        "import sys\n"
        "from nb2pipe.__main__ import run\n"
        f"assert run(['check', {name!r}]) == 0\n"
        "heavy = {'nbformat', 'papermill', 'IPython', 'jupyter_client', 'rich', 'mlflow'}\n"
        "loaded = heavy & {name.partition('.')[0] for name in sys.modules}\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, stderr=subprocess.DEVNULL)


def test_a_bug_is_told_without_a_traceback(
    nb2pipe: Any, write: Any, notebooks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of ours")

    name = write(fine(notebooks))
    monkeypatch.setattr("nb2pipe.analysis.analyse", broken)
    answer = nb2pipe("check", name)
    assert answer.code == 2
    assert "ZeroDivisionError: of ours" in answer.err
    assert "issues" in answer.err
    assert "Traceback" not in answer.err
    monkeypatch.setenv("NB2PIPE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        nb2pipe("check", name)


def test_ctrl_c(nb2pipe: Any, write: Any, notebooks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    name = write(fine(notebooks))
    monkeypatch.setattr("nb2pipe.analysis.analyse", interrupted)
    answer = nb2pipe("check", name)
    assert answer.code == 130
    assert "Traceback" not in answer.err


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of a POSIX shell")
def test_a_reader_that_goes_away(write: Any, notebooks: Any) -> None:
    name = write(wrong(notebooks))
    command = [sys.executable, "-m", "nb2pipe", "check", "--format", "json", *[name] * 400]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert program.stdout is not None
    program.stdout.read(1)
    program.stdout.close()
    assert program.stderr is not None
    error = program.stderr.read().decode()
    program.stderr.close()
    assert program.wait() in (0, 1)
    assert "Traceback" not in error
    assert "BrokenPipe" not in error


def test_output_is_utf_8_everywhere(write: Any, notebooks: Any) -> None:
    name = write(notebooks.book(notebooks.cell("größe = ungewiß", "stage:a")))
    answer = subprocess.run(
        [sys.executable, "-m", "nb2pipe", "check", name],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PATH": "", "SYSTEMROOT": ""},
    )
    assert "größe = ungewiß" in answer.stdout.decode("utf-8")
