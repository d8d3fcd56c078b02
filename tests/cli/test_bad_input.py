"""Bad notebooks: exit code, place, next step, no traceback, nothing written."""

import json
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

VERBS = {
    "stages": ["stages", "--json"],
    "graph": ["graph"],
    "convert": ["convert", "--no-lock"],
    "convert --check": ["convert", "--check", "--no-lock"],
    "convert --diff": ["convert", "--diff", "--no-lock"],
    "run": ["run"],
}


@dataclass(frozen=True)
class Bad:
    """A notebook's text and what is to be said of it: message, place and next step."""

    text: str
    message: str
    place: str
    step: str
    warning: bool = False


def code(source: str, tags: str = "") -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {"tags": tags.split(",") if tags else []},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def book(*cells: dict[str, Any], **rest: Any) -> str:
    numbered = [{"id": f"cell-{n}", **cell} for n, cell in enumerate(cells, start=1)]
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": numbered}
    return json.dumps({**document, **rest})


def kernel(language: str, version: str = "") -> dict[str, Any]:
    info = {"name": language, "version": version}
    return {"metadata": {"kernelspec": {"name": "k", "language": language}, "language_info": info}}


# Files that are no notebooks: every verb, `check` as well, ends with 2.
UNREADABLE = {
    "not JSON": Bad('{"cells": [\n  oops', "not JSON", "line 2, column 3", "save it again"),
    "empty": Bad("", "not JSON", "line 1, column 1", "The file is empty"),
    "merge conflict": Bad("<<<<<<< HEAD\n{}", "not JSON", "line 1", "merge conflict"),
    "not a notebook": Bad('{"a": 1}', "not a notebook", "bad.ipynb", ".ipynb"),
    "a list": Bad("[]", "not a notebook", "bad.ipynb", ".ipynb"),
    "no cells": Bad(
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
        "not a notebook",
        "bad.ipynb",
        "save it again",
    ),
    "nbformat 2": Bad(book(code("x = 1"), nbformat=2), "format 2", "bad.ipynb", "nbconvert"),
    "nbformat 5": Bad(book(code("x = 1"), nbformat=5), "format 5", "bad.ipynb", "newer nb2pipe"),
    "damaged format 3": Bad(
        json.dumps({"nbformat": 3, "metadata": {}, "worksheets": 3}),
        "format 3, but damaged",
        "bad.ipynb",
        "save it again",
    ),
}

# Notebooks that cannot become a pipeline: `check` ends with 1, the others with 2.
REFUSED = {
    "no code": Bad(book(code("  ")), "NB104", "bad.ipynb", "code cells"),
    "no cells at all": Bad(book(), "NB104", "bad.ipynb", "code cells"),
    "another language": Bad(
        book(code("x <- 1", "stage:a"), **kernel("R")), "NB105", "bad.ipynb", "Python kernel"
    ),
    "no tags": Bad(book(code("x = 1"), code("y = x")), "NB103", "bad.ipynb", "To begin, tag"),
    "an unknown tag": Bad(book(code("x = 1", "stages:train")), "NB101", "cell 1", "`stage:train`"),
    "a bad stage name": Bad(
        book(code("x = 1", "stage:Train Model")), "NB102", "cell 1", "`stage:train_model`"
    ),
    "a keyword for a stage": Bad(
        book(code("x = 1", "stage:class")), "keyword", "cell 1", "`stage:class_stage`"
    ),
    "a reserved stage name": Bad(
        book(code("x = 1", "stage:shared")), "reserved", "cell 1", "`stage:shared_stage`"
    ),
    "an unknown stage after": Bad(
        book(code("x = 1", "stage:train"), code("y = 1", "stage:report,after:trian")),
        "NB110",
        "cell 2",
        "`after:train`",
    ),
    "two stages on a cell": Bad(
        book(code("x = 1", "stage:a,stage:b")), "NB109", "cell 1", "split the cell"
    ),
    "a name that nothing defines": Bad(
        book(code("x = 1", "stage:a"), code("y = x\nz = y + missing", "stage:b")),
        "`missing`",
        "cell 2, line 2",
        "Define `missing`",
    ),
    "stages that form a cycle": Bad(
        book(
            code("a = 1", "stage:one"),
            code("b = a + 1", "stage:two"),
            code("c = b + 1", "stage:one"),
            code("d = c + 1", "stage:two"),
        ),
        "NB30",
        "cell",
        "cell",
    ),
    "a syntax error": Bad(
        book(code("x = 1\ny = (x", "stage:a")), "NB201", "cell 1, line 2", "Correct the cell"
    ),
    "newer syntax": Bad(
        book(code("x = <tomorrow>", "stage:a"), **kernel("python", "3.99.0")),
        f"Python {sys.version_info[0]}.{sys.version_info[1]}, which runs nb2pipe",
        "cell 1, line 1",
        "run nb2pipe with Python 3.99",
    ),
    "an unsupported magic": Bad(
        book(code("x = 1\n%run prepare.py", "stage:a")),
        "`%run`",
        "cell 1, line 2",
        "Import the file",
    ),
    "a shell command": Bad(
        book(code("server = !serve &", "stage:a")),
        "`!serve &`",
        "cell 1, line 1",
        "Write it in Python",
    ),
    "a parameter that is no literal": Bad(
        book(code("C = 1.0\nn = max(1, 2)", "parameters"), code("x = C + n", "stage:a")),
        "NB121",
        "cell 1, line 2",
        "literal value",
    ),
    "work in the parameters cell": Bad(
        book(code("C = 1.0\nprint(C)", "parameters"), code("x = C", "stage:a")),
        "NB122",
        "cell 1, line 2",
        "Move this line",
    ),
    "two parameters cells": Bad(
        book(code("C = 1", "parameters"), code("x = C", "stage:a"), code("D = 1", "parameters")),
        "NB108",
        "cell 3",
        "Move its lines",
    ),
    "an unknown stage setting": Bad(
        book(code("x = 1", "stage:a"), metadata={"nb2pipe": {"stages": {"a": {"timout": 3}}}}),
        "nb2pipe.stages.a.timout",
        "bad.ipynb",
        "`timeout`",
    ),
}

# What is risky is told, but refused by nobody.
WARNED = {
    "a nearly known stage name": Bad(
        book(code("x = 1", "stage:train"), code("y = x", "stage:trian")),
        "NB106",
        "cell 2",
        "`stage:train`",
    ),
    "a stage tag on Markdown": Bad(
        book(
            {"cell_type": "markdown", "metadata": {"tags": ["stage:a"]}, "source": "# A"},
            code("x = 1", "stage:a"),
        ),
        "NB107",
        "cell 1",
        "code cell",
    ),
    "a parameter that nobody reads": Bad(
        book(code("C = 1.0", "parameters"), code("x = 1", "stage:a")), "`C`", "cell 1", "`C`"
    ),
    "cells run in another order": Bad(
        book(
            {**code("x = 1", "stage:a"), "execution_count": 4},
            {**code("y = x"), "execution_count": 2},
        ),
        "NB114",
        "cell 2",
        "run all cells",
    ),
}


def said(answer: Any, bad: Bad) -> None:
    text = answer.out + answer.err
    assert bad.message in text, text
    assert bad.place in text, text
    assert bad.step in text, text
    assert "Traceback" not in text
    assert "has a bug" not in text


@pytest.mark.parametrize("verb", ["check", *VERBS])
@pytest.mark.parametrize("case", UNREADABLE)
def test_files_that_are_no_notebooks(
    case: str, verb: str, nb2pipe: Any, write: Any, notebooks: Any, tmp_path: Path
) -> None:
    bad = UNREADABLE[case]
    name = write(bad.text, "bad.ipynb")
    before = notebooks.digest(tmp_path)
    answer = nb2pipe(*VERBS.get(verb, [verb]), name)
    assert answer.code == 2
    assert answer.out == ""
    said(answer, bad)
    assert notebooks.digest(tmp_path) == before


@pytest.mark.parametrize("case", REFUSED)
def test_check_names_what_is_wrong(
    case: str, nb2pipe: Any, write: Any, notebooks: Any, tmp_path: Path
) -> None:
    bad = REFUSED[case]
    name = write(bad.text, "bad.ipynb")
    before = notebooks.digest(tmp_path)
    answer = nb2pipe("check", name)
    assert answer.code == 1
    said(answer, bad)
    found = json.loads(nb2pipe("check", "--format", "json", name).out)[0]["diagnostics"]
    # One mistake is told once, not followed by what comes of it.
    assert len([one for one in found if one["severity"] == "error"]) == 1
    assert notebooks.digest(tmp_path) == before


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("case", REFUSED)
def test_others_refuse_with_the_same_words(
    case: str, verb: str, nb2pipe: Any, write: Any, notebooks: Any, tmp_path: Path
) -> None:
    bad = REFUSED[case]
    name = write(bad.text, "bad.ipynb")
    check = nb2pipe("check", name)
    before = notebooks.digest(tmp_path)
    answer = nb2pipe(*VERBS[verb], name)
    assert answer.code == 2
    assert answer.out == ""
    said(answer, bad)
    assert check.out in answer.err
    assert notebooks.digest(tmp_path) == before


def test_a_syntax_error_has_a_caret(nb2pipe: Any, write: Any) -> None:
    answer = nb2pipe("check", write(REFUSED["a syntax error"].text))
    lines = answer.out.split("\n")
    assert lines[1] == "    y = (x"
    assert lines[2] == "        ^"


def test_a_cycle_shows_its_cells(nb2pipe: Any, write: Any) -> None:
    answer = nb2pipe("check", write(REFUSED["stages that form a cycle"].text))
    assert {"one", "two"} <= {word.strip("`,.:;") for word in answer.out.split()}
    assert sum(f"cell {number}" in answer.out for number in (1, 2, 3, 4)) >= 2


@pytest.mark.parametrize("case", WARNED)
def test_what_is_risky_is_a_warning(case: str, nb2pipe: Any, write: Any) -> None:
    bad = WARNED[case]
    name = write(bad.text, "bad.ipynb")
    answer = nb2pipe("check", name)
    assert answer.code == 0
    said(answer, bad)
    assert "warning" in answer.out
    assert nb2pipe("check", "--strict", name).code == 1
    assert nb2pipe("stages", "--json", name).code == 0


@pytest.mark.parametrize("verb", ["check", *VERBS])
def test_a_missing_file(verb: str, nb2pipe: Any, write: Any) -> None:
    write(book(code("x = 1", "stage:a")), "churn.ipynb")
    answer = nb2pipe(*VERBS.get(verb, [verb]), "chrun.ipynb")
    assert answer.code == 2
    assert answer.out == ""
    assert "chrun.ipynb" in answer.err
    assert "Did you mean churn.ipynb?" in answer.err
    assert "Traceback" not in answer.err
    assert [path.name for path in Path().iterdir()] == ["churn.ipynb"]


@pytest.mark.parametrize("verb", ["check", "stages", "graph", "convert"])
def test_a_folder(verb: str, nb2pipe: Any, write: Any) -> None:
    write(book(code("x = 1", "stage:a")), "churn.ipynb")
    answer = nb2pipe(verb, ".")
    assert answer.code == 2
    assert "folder" in answer.err
    assert "Name the .ipynb file" in answer.err


@pytest.mark.parametrize("verb", ["check", *VERBS])
def test_an_unreadable_file(
    verb: str, nb2pipe: Any, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = write(book(code("x = 1", "stage:a")), "churn.ipynb")
    Path(name).chmod(stat.S_IWUSR)

    # Who runs the tests may be allowed to read everything.
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    answer = nb2pipe(*VERBS.get(verb, [verb]), name)
    assert answer.code == 2
    assert "Permission denied" in answer.err
    assert "permissions" in answer.err
    assert "churn.ipynb" in answer.err
    assert "Traceback" not in answer.err
