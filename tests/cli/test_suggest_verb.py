"""``nb2pipe suggest``."""

import json
from pathlib import Path
from typing import Any

import pytest


def plain(notebooks: Any) -> Any:
    return notebooks.book(
        notebooks.cell("import math"),
        notebooks.cell("# Load", kind="markdown"),
        notebooks.cell("rows = list(range(3))"),
        notebooks.cell("# Sum it up\x1b[31m", kind="markdown"),
        notebooks.cell("total = sum(rows)", "slow", execution_count=3),
        notebooks.cell("print(math.sqrt(total))"),
    )


def test_text(nb2pipe: Any, write: Any, notebooks: Any) -> None:
    name = write(plain(notebooks))
    before = Path(name).read_bytes()
    answer = nb2pipe("suggest", name)
    assert answer.code == 0
    assert answer.out.startswith("setup: cell 1\nstage load: cell 3\n    begins at the heading")
    assert "cells 5-6" in answer.out
    assert "\x1b" not in answer.out
    assert "--write" in answer.err
    assert Path(name).read_bytes() == before


def test_write(nb2pipe: Any, write: Any, notebooks: Any) -> None:
    name = write(plain(notebooks))
    before = json.loads(Path(name).read_text())
    Path(name).chmod(0o640)
    answer = nb2pipe("suggest", "--write", name)
    assert (answer.code, "tags of 3 cells written" in answer.err) == (0, True)
    after = json.loads(Path(name).read_text())
    tags = [cell["metadata"].pop("tags", []) for cell in after["cells"]]
    assert tags[0] == ["setup"]
    assert tags[2] == ["stage:load"]
    assert tags[4][0].startswith("stage:sum")
    assert tags[4][1] == "slow"
    for cell in before["cells"]:
        cell["metadata"].pop("tags", None)
    assert after == before
    assert Path(name).stat().st_mode & 0o777 == 0o640
    assert [path.name for path in Path().iterdir()] == [name]
    assert nb2pipe("check", name).code == 0
    again = nb2pipe("suggest", "--write", name)
    assert (again.code, "already" in again.out) == (0, True)


def test_json(nb2pipe: Any, write: Any, notebooks: Any) -> None:
    answer = nb2pipe("suggest", "--json", write(plain(notebooks)))
    assert answer.code == 0
    said = json.loads(answer.out)
    assert set(said) == {"stages", "changes", "notes"}
    assert said["stages"][0]["name"] == "load"


def test_standard_input(nb2pipe: Any, notebooks: Any) -> None:
    text = json.dumps(plain(notebooks))
    assert nb2pipe("suggest", "-", stdin=text).code == 0
    refused = nb2pipe("suggest", "-", "--write", stdin=text)
    assert (refused.code, "--write needs" in refused.err) == (2, True)


def test_a_file_that_cannot_be_written(
    nb2pipe: Any, write: Any, notebooks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = write(plain(notebooks))
    before = Path(name).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    answer = nb2pipe("suggest", "--write", name)
    assert (answer.code, "No space left" in answer.err) == (2, True)
    assert Path(name).read_bytes() == before
    assert [path.name for path in Path().iterdir()] == [name]
