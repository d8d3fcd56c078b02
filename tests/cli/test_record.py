"""``nb2pipe record``: what it writes, and what convert and run make of it."""

import json
from pathlib import Path

import pytest

from nb2pipe.evidence import files

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("verification")]

LIBRARY = """\
import os

def total(values):
    if os.path.exists("change"):
        values["a"].append(1)
    return sum(values["a"])
"""


def facts_of(project):
    return json.loads(Path(project, "facts.json").read_text())["cells"]


def test_what_cells_did_is_recorded_without_values_and_paths(nb2pipe, write, notebooks, tmp_path):
    cell, book = notebooks.cell, notebooks.book
    name = write(
        book(
            cell("size = 3", "parameters"),
            cell("import os, random, warnings\nimport numpy as np\nimport pandas as pd", "setup"),
            cell("token = 'sesame'\nrows = list(range(size))\nwhole = np.arange(6.0)", "stage:a"),
            cell("part = whole[::2]\nbox = {'rows': rows}"),
            cell("box['rows'].append(7)\npart[0] = 9", "stage:b"),
            cell("np.random.seed(5)\nrandom.random()\npd.set_option('display.max_rows', 7)"),
            cell("frame = pd.DataFrame({'x': whole})\nframe.to_csv('out.csv')", "stage:c"),
            cell("pd.read_csv('out.csv')\nopen('/tmp/nb2pipe-elsewhere', 'w').close()\ndel token"),
            cell("os.environ['NEW'] = '1'\nos.mkdir('sub')\nos.chdir('sub')\nnp.random.rand()"),
        )
    )
    before = sorted(path.name for path in tmp_path.iterdir())
    done = nb2pipe("record", name, "-p", "size", "5")
    assert done.code == 0, done.err
    assert done.out == "churn/facts.json\n"
    assert "looking at them took" in done.err
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*before, "churn"])
    assert [path.name for path in Path("churn").iterdir()] == ["facts.json"]
    text = Path("churn/facts.json").read_text()
    assert "sesame" not in text
    assert str(tmp_path) not in text
    assert "elsewhere" not in text
    found = facts_of("churn")
    assert len(found) == 9
    assert found[2]["bound"] == ["rows", "token", "whole"]
    assert found[2]["types"] == {"rows": "list", "token": "str", "whole": "numpy.ndarray"}
    assert found[3]["shares"] == [["box", "rows"], ["part", "whole"]]
    assert found[4]["changed"] == ["box", "part", "rows", "whole"]
    assert found[5]["states"] == ["numpy.random", "pandas", "random"]
    assert found[6]["writes"] == ["out.csv"]
    assert found[6]["types"] == {"frame": "pandas.DataFrame"}
    assert found[7]["reads"] == ["out.csv"]
    assert found[7]["deleted"] == ["token"]
    assert found[8]["states"] == ["cwd", "environ", "numpy.random"]
    assert nb2pipe("check", name).code == 0


def test_a_notebook_that_fails_leaves_the_facts_as_they_were(nb2pipe, write, notebooks):
    name = write(notebooks.book(notebooks.cell("rows = []", "stage:a"), notebooks.cell("rows[1]")))
    Path("churn").mkdir()
    Path("churn/facts.json").write_text('{"format": 1, "cells": []}')
    done = nb2pipe("record", name)
    assert done.code == 2
    assert "churn.ipynb, cell 2, line 1: the notebook itself fails: IndexError" in done.err
    assert "Traceback" not in done.err
    assert facts_of("churn") == []


def test_damaged_facts_are_an_error_with_their_place(nb2pipe, write, notebooks):
    name = write(notebooks.book(notebooks.cell("rows = []", "stage:a")))
    Path("churn").mkdir()
    Path("churn/facts.json").write_text("{")
    done = nb2pipe("stages", name)
    assert done.code == 2
    assert "churn/facts.json: the facts are damaged" in done.err


def test_an_unknown_call_is_settled_and_checked_in_every_run(nb2pipe, write, notebooks):
    cell, book = notebooks.cell, notebooks.book
    name = write(
        book(
            cell("import oddlib", "setup"),
            cell("X = {'a': [1, 2]}", "stage:load"),
            cell("left = oddlib.total(X)", "stage:left"),
            cell("right = oddlib.total(X)", "stage:right"),
            cell("print(left, right, X)", "stage:end"),
        )
    )
    Path("oddlib.py").write_text(LIBRARY)
    assert "<- left" in nb2pipe("graph", name).out.split("right")[1]
    assert nb2pipe("record", name).code == 0
    assert "<- left" not in nb2pipe("graph", name).out.split("right")[1].split("end")[0]

    convert = ("convert", name, "--no-lock", "--ci", "none")
    assert nb2pipe(*convert).code == 0
    assert nb2pipe(*convert, "--check").code == 0
    lock = json.loads(Path("churn/nb2pipe.lock").read_text())
    assert lock["stages"]["left"]["assumed"] == [["cell-3", "X"], ["cell-3", "left X"]]
    assert "nb2pipe" not in Path("churn/churn/left.py").read_text().replace("%%", "")

    assert nb2pipe("run", name).code == 0
    for target in (name, "churn"):
        Path("change").write_text("")
        failed = nb2pipe("run", target, "--force")
        assert failed.code == 1
        assert "stage left changed X in the cell that begins with 'left = oddlib" in failed.err
        assert "Record again" in failed.err
        Path("change").unlink()
        assert nb2pipe("run", target, "--force").code == 0

    # The library changes its argument now: recorded again, the stages are ordered again.
    Path("change").write_text("")
    assert nb2pipe("record", name).code == 0
    assert nb2pipe(*convert, "--check").code == 1
    assert nb2pipe(*convert).code == 0
    assert "assumed" not in Path("churn/nb2pipe.lock").read_text()
    assert nb2pipe("run", "churn", "--force").code == 0


def test_what_an_unknown_call_gives_is_seen_apart_and_checked_in_every_run(
    nb2pipe, write, notebooks
):
    cell, book = notebooks.cell, notebooks.book
    name = write(
        book(
            cell("import oddlib", "setup"),
            cell("X = {'a': [1, 2]}", "stage:load"),
            cell("rows = oddlib.rows(X)", "stage:make"),
            cell("rows.append(3)", "stage:grow"),
            cell("print(X, rows)", "stage:end"),
        )
    )
    Path("oddlib.py").write_text(
        "import os\n\ndef rows(X):\n"
        "    return X['a'] if os.path.exists('share') else list(X['a'])\n"
    )
    assert nb2pipe("convert", name, "--no-lock").code == 0
    grown = nb2pipe("graph", name).out
    assert nb2pipe("record", name).code == 0
    assert nb2pipe("convert", name, "--no-lock").code == 0
    settled = nb2pipe("graph", name).out
    assert len(settled.splitlines()) < len(grown.splitlines())
    lock = json.loads(Path("churn/nb2pipe.lock").read_text())
    assert lock["stages"]["make"]["assumed"] == [["cell-3", "X"], ["cell-3", "rows X"]]
    assert nb2pipe("verify", name).code == 0
    assert nb2pipe("run", "churn").code == 0
    Path("share").touch()
    failed = nb2pipe("run", "churn", "--force")
    assert failed.code == 1
    assert "in stage make rows and X share an object or memory after the cell" in failed.err
    assert "Record again" in failed.err


def test_verify_records_on_its_way_when_asked(nb2pipe, write, notebooks):
    cell, book = notebooks.cell, notebooks.book
    name = write(book(cell("rows = [1]", "stage:a"), cell("rows.append(2)", "stage:b")))
    done = nb2pipe("verify", name, "--record")
    assert done.code == 0, done.err
    found = facts_of("churn")
    assert (found[0]["bound"], found[1]["changed"]) == (["rows"], ["rows"])
    assert nb2pipe("record", name).code == 0
    for one, other in zip(found, facts_of("churn"), strict=True):
        assert {**one, "seconds": 0} == {**other, "seconds": 0}


def test_facts_of_a_project_of_another_name_are_found(nb2pipe, write, notebooks):
    name = write(notebooks.book(notebooks.cell("rows = [1]\nrows", "stage:a")))
    refused = nb2pipe("record", name, "--name", "not/one")
    assert refused.code == 2
    assert "not/one" in refused.err and "Traceback" not in refused.err
    assert nb2pipe("convert", name, "--name", "shop", "--no-lock", "--ci", "none").code == 0
    assert files.project_of(Path(name)) == Path("shop").absolute()
    Path("shop/facts.json").write_text("{")
    done = nb2pipe("stages", name)
    assert done.code == 2
    assert "shop/facts.json: the facts are damaged" in done.err
    assert files.project_of(Path("another.ipynb")) == Path("another").absolute()
    Path("shop/nb2pipe.lock").write_text("{")
    assert files.project_of(Path(name)) == Path("churn").absolute()
