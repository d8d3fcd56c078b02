"""``nb2pipe verify``: the verdict, its exit codes, and what is never touched."""

import json
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("verification")]


def test_a_notebook_that_fails_cannot_be_compared(nb2pipe, write, notebooks):
    cell, book = notebooks.cell, notebooks.book
    name = write(book(cell("rows = [1]", "stage:load"), cell("print(rows[3])", "stage:report")))
    done = nb2pipe("verify", name)
    assert done.code == 2
    assert "churn.ipynb, cell 2 (cell-2), line 1: the notebook itself fails" in done.err
    assert "IndexError" in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def test_errors_of_check_come_first(nb2pipe, write, notebooks):
    name = write(notebooks.book(notebooks.cell("print(nothing)", "stage:load")))
    done = nb2pipe("verify", name)
    assert done.code == 2
    assert "NB301" in done.err
    assert nb2pipe("verify", "none.ipynb").code == 2


def test_equal_with_parameters_files_and_saved_outputs(nb2pipe, write, notebooks):
    cell, book = notebooks.cell, notebooks.book
    saved = [{"output_type": "stream", "name": "stdout", "text": ["7\n"]}]
    document = book(
        cell("times = 2", "parameters"),
        cell("import os, random, time\nimport numpy as np", "setup"),
        cell("import matplotlib.pyplot as plt", "setup"),
        # A function that is called later must not see what this one sets for later cells.
        cell("third = np.array([1 / 3])\nwhole = np.arange(6)", "stage:settings"),
        cell("print(np.array([2 / 3]))\nleft = whole[:4]\nplt.plot([1, 2]);", "stage:thirds"),
        cell("np.set_printoptions(precision=2)\nprint(third)", "stage:settings"),
        cell("with open('log.txt', 'a') as log:\n    log.write('x')", "stage:load"),
        cell("rows = [random.random() for _ in range(3)]\nstart = time.time()"),
        cell("print(len(open('log.txt').read()), times)", "stage:report"),
        cell("best = max(rows) * times\nprint(f'{time.time() - start:.9f}', id(rows))\nbest"),
        cell("plt.plot([2, 1])\nassert left.sum() < whole.sum()\nprint(1 + 1)"),
    )
    document["cells"][-1]["outputs"] = saved
    name = write(document)
    Path("log.txt").write_text("ab")
    before = notebooks.digest(Path())
    done = nb2pipe("verify", name, "--json", "-p", "times", "3")
    found = json.loads(done.out)
    assert done.code == 0, done.err
    assert (found["status"], found["exit_code"], found["differences"]) == ("equal", 0, [])
    assert found["parameters"] == {"times": "3"}
    assert found["counts"]["boundary_values"] >= 4
    assert found["counts"]["figures"] == 2
    # The times that were printed and kept are recognised, and said.
    assert {one["name"] for one in found["clock"]} == {"start", ""}
    assert found["unstable"] == []
    # Made by two stages, and changed by none.
    assert found["apart"] == ["left", "whole"]
    assert found["badge"].startswith("![nb2pipe: same answer](https://")
    assert found["saved_compared"] is False
    assert "the pipeline, each stage under papermill" in done.err
    assert "equal: the pipeline computes what the notebook computes" in done.err
    assert notebooks.digest(Path()) == before
    assert Path("log.txt").read_text() == "ab"
    plain = nb2pipe("verify", name, "--badge")
    assert plain.code == 0
    assert len(plain.out.splitlines()) < 24
    assert "saved outputs: 1 cell of" in plain.out
    assert "cell 11 (cell-11), stage report: output: line 1: '7' → '2'" in plain.out
    assert "![nb2pipe: same answer]" in plain.out


def test_a_random_notebook_is_neither_equal_nor_different(nb2pipe, write, notebooks):
    cell, book = notebooks.cell, notebooks.book
    name = write(
        book(
            cell("import os", "setup"),
            cell("size = 8\nprint(size)", "stage:load"),
            cell("token = os.urandom(size)", "stage:draw"),
            cell("print(token.hex())", "stage:report"),
        )
    )
    done = nb2pipe("verify", name)
    assert done.code == 2
    assert "the notebook does not repeat itself" in done.out
    assert "randomness enters in cell 3 (cell-3)" in done.out


def test_a_generator_that_the_notebook_seeds_at_random_is_no_difference(nb2pipe, write, notebooks):
    cell, book = notebooks.cell, notebooks.book
    name = write(
        book(
            cell("import random", "setup"),
            cell("random.seed()\nx = random.random()", "stage:draw"),
            cell("print(x + random.random())", "stage:report"),
        )
    )
    done = nb2pipe("verify", name)
    assert done.code == 2
    assert "randomness enters in cell 2 (cell-2)" in done.out
    assert "the state of the global generator differs" in done.out
