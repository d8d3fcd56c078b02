import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nb2pipe.errors import NotebookUnreadable
from nb2pipe.notebook import read, reads

HERE = Path("book.ipynb")


def code(source: Any = "x = 1", **rest: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
        **rest,
    }


def book(*cells: dict[str, Any], minor: int = 5, **metadata: Any) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": minor, "metadata": metadata, "cells": list(cells)}


def read_book(*cells: dict[str, Any], **rest: Any) -> Any:
    return reads(json.dumps(book(*cells, **rest)), HERE)


def refusal(text: str) -> NotebookUnreadable:
    with pytest.raises(NotebookUnreadable) as caught:
        reads(text, HERE)
    assert caught.value.place.startswith("book.ipynb")
    assert caught.value.advice
    return caught.value


def test_what_is_read() -> None:
    notebook = read_book(
        {"cell_type": "markdown", "metadata": {}, "source": ["# A\n", "b"], "id": "one"},
        code("x = 1\r\ny", id="two", execution_count=4, metadata={"tags": ["stage:a", "b"]}),
        kernelspec={"name": "k", "language": "python"},
        language_info={"name": "python", "version": "3.12.1"},
        nb2pipe={"stages": {"a": {"cache": True}}},
    )
    assert notebook.path == HERE
    assert [cell.source for cell in notebook.cells] == ["# A\nb", "x = 1\ny"]
    assert [cell.id for cell in notebook.cells] == ["one", "two"]
    assert [cell.number for cell in notebook.cells] == [1, 2]
    assert notebook.cells[1].tags == ("stage:a", "b")
    assert notebook.cells[1].execution_count == 4
    assert notebook.kernel_name == "k"
    assert notebook.language == "python"
    assert notebook.language_version == "3.12.1"
    assert notebook.settings == {"stages": {"a": {"cache": True}}}


def test_format_3_is_upgraded_in_memory(tmp_path: Path) -> None:
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": "old"},
        "worksheets": [
            {
                "cells": [
                    {"cell_type": "heading", "level": 2, "metadata": {}, "source": "Title"},
                    {
                        "cell_type": "code",
                        "language": "python",
                        "metadata": {"tags": ["stage:a"]},
                        "input": ["x = 1\n", "x"],
                        "outputs": [],
                        "collapsed": False,
                        "prompt_number": 3,
                    },
                ]
            }
        ],
    }
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps(old), encoding="utf-8")
    before = path.read_bytes()
    notebook = read(path)
    assert notebook.cells[0].source == "## Title"
    assert notebook.cells[1].source == "x = 1\nx"
    assert notebook.cells[1].tags == ("stage:a",)
    assert notebook.cells[1].execution_count == 3
    assert notebook == read(path)
    assert path.read_bytes() == before

    old["worksheets"][0]["cells"][1]["language"] = "R"  # type: ignore[index]
    assert reads(json.dumps(old), HERE).language == "r"
    old["worksheets"] = [3]
    assert "format 3" in refusal(json.dumps(old)).message


@pytest.mark.parametrize("minor", range(6))
def test_cells_without_ids_get_the_same_ones_each_time(minor: int) -> None:
    cells = [code("a"), code("b"), code("a"), code("c", id="c"), code("d", id="c")]
    first, second = read_book(*cells, minor=minor), read_book(*cells, minor=minor)
    ids = [cell.id for cell in first.cells]
    assert ids == [cell.id for cell in second.cells]
    assert len(set(ids)) == 5
    assert ids[3] == "c"
    # A cell put in front changes no other cell's id.
    later = read_book(code("new"), *cells, minor=minor)
    assert [cell.id for cell in later.cells][1:] == ids


def test_an_id_that_no_marker_can_carry_is_replaced() -> None:
    for bad in ("a b", "", "x" * 65, "a]\nimport os", 3, "é"):
        (cell,) = read_book(code(id=bad)).cells
        assert cell.id != bad
        assert cell.id.replace("-", "").isalnum()


def test_derived_ids_do_not_meet_given_ones() -> None:
    derived = read_book(code("a")).cells[0].id
    cells = read_book(code("a"), code("b", id=derived)).cells
    assert cells[1].id == derived
    assert cells[0].id != derived


def test_byte_order_mark_and_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(book(code("ä"))).encode())
    assert read(path).cells[0].source == "ä"
    path.write_bytes(json.dumps(book(code("ä")), indent=1).replace("\n", "\r\n").encode())
    assert read(path).cells[0].source == "ä"


@pytest.mark.parametrize("name", ["R", "julia", "scala"])
def test_another_language(name: str) -> None:
    assert read_book(code(), language_info={"name": name}).language == name.lower()
    assert read_book(code(), kernelspec={"name": "k", "language": name}).language == name.lower()


def test_not_json_tells_line_and_column() -> None:
    error = refusal('{"cells": [\n  oops]}')
    assert "not JSON" in error.message
    assert error.place == "book.ipynb, line 2, column 3"
    assert "empty" in refusal("").advice
    assert "merge conflict" in refusal("{\n<<<<<<< HEAD\n").advice
    refusal("[" * 200_000)


@pytest.mark.parametrize("number", [1, 2, 5])
def test_formats_that_are_not_read(number: int) -> None:
    error = refusal(json.dumps({**book(), "nbformat": number}))
    assert f"format {number}" in error.message


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        "text",
        {"nbformat": "4"},
        {"nbformat": True},
        {"nbformat": 4},
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": {}},
        book({"cell_type": "heading", "metadata": {}, "source": "a"}),
        book(code(None)),
        book(code([1])),
        book(code(metadata=[])),
        book(code(metadata={"tags": "stage:a"})),
        book(code(metadata={"tags": [1]})),
        book("text"),  # type: ignore[arg-type]
        book(code("\ud800")),
    ],
)
def test_not_a_notebook(document: Any) -> None:
    assert "not a notebook" in refusal(json.dumps(document)).message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "churn.ipynb").write_text("{}", encoding="utf-8")
    with pytest.raises(NotebookUnreadable, match="no such file") as caught:
        read(tmp_path / "chrun.ipynb")
    assert "churn.ipynb" in caught.value.advice
    with pytest.raises(NotebookUnreadable, match="no such file"):
        read(tmp_path / "no folder" / "a.ipynb")
    with pytest.raises(NotebookUnreadable, match="folder"):
        read(tmp_path)
    (tmp_path / "latin.ipynb").write_bytes(b'{"a":\n"\xe4"}')
    with pytest.raises(NotebookUnreadable, match="UTF-8") as caught:
        read(tmp_path / "latin.ipynb")
    assert caught.value.place.endswith("line 2")


def test_a_read_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "a.ipynb"
    path.write_text("{}", encoding="utf-8")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(NotebookUnreadable, match="Permission denied"):
        read(path)


def test_a_valid_file_is_read_without_nbformat(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(book(code(id="a"))), encoding="utf-8")
    program = (
        "import sys; from nb2pipe.notebook import read; read(sys.argv[1]); "
        "assert not {'nbformat', 'IPython', 'jsonschema'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True)
