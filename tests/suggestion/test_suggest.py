"""What is proposed for notebooks without stages, and that `check` accepts it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from writing import notebook

import nb2pipe.notebook
from nb2pipe import stage_names
from nb2pipe.analysis import analyse
from nb2pipe.fixes import applied
from nb2pipe.model import Cell, Fix, Notebook, Suggestion
from nb2pipe.suggestion import document, suggest

ROOT = Path(__file__).parents[2]

CHURN = """\
#% md
# Churn

## 1. Imports
#%
import pandas as pd
from sklearn.linear_model import LogisticRegression
#%
C = 1.0
horizon = 90
#% md
## 2. Load the data
#%
df = pd.read_csv("orders.csv")
#%
df["late"] = df["days"] > horizon
#% md
## 3. Training a [model](http://x)
#%
X = df[["a", "b"]]
y = df["late"]
#%
model = LogisticRegression(C=C).fit(X, y)
#% md
### Scores
#%
score = model.score(X, y)
#% md
## 4. Report
#%
print(score)
"""


def proposed(book: Notebook) -> tuple[Suggestion, Notebook]:
    suggestion = suggest(book)
    return suggestion, applied(book, Fix("", suggestion.changes))


def test_headings_become_stages() -> None:
    suggestion, tagged = proposed(notebook(CHURN))
    assert [(stage.name, stage.cells) for stage in suggestion.stages] == [
        ("load_data", ("c5", "c6")),
        ("training_model", ("c8", "c9", "c11")),
        ("report", ("c13",)),
    ]
    assert [(change.cell, change.tags) for change in suggestion.changes] == [
        ("c2", ("setup",)),
        ("c3", ("parameters",)),
        ("c5", ("stage:load_data",)),
        ("c8", ("stage:training_model",)),
        ("c13", ("stage:report",)),
    ]
    first, second, third = (stage.reason for stage in suggestion.stages)
    assert first == "begins at the heading “2. Load the data”; takes nothing from above"
    assert second.endswith("“3. Training a model”; takes 1 from above: df")
    assert third.endswith("takes 1 from above: score")
    assert "Cell 3" in suggestion.notes[0]
    pipeline = analyse(tagged)
    assert pipeline.errors == ()
    assert [parameter.name for parameter in pipeline.parameters] == ["C", "horizon"]
    assert [stage.source_cells for stage in pipeline.stages] == [
        stage.cells for stage in suggestion.stages
    ]


def test_the_same_notebook_gets_the_same_proposal() -> None:
    assert suggest(notebook(CHURN)) == suggest(notebook(CHURN))


def test_without_headings_the_cut_is_where_little_crosses() -> None:
    text = "#%\na = list()\nb = [2]\nc = [3]\n#%\nd = a + b + c\ne = a + c\n"
    text += "#%\nt = sum(d + e + a + b)\n"
    text += "#%\nprint(t)\nu = [t]\n#%\nv = [u, t]\nw = u\n#%\nprint(v, w, u, t)"
    suggestion, tagged = proposed(notebook(text))
    assert analyse(tagged).errors == ()
    assert [stage.cells for stage in suggestion.stages] == [("c1", "c2", "c3"), ("c4", "c5", "c6")]
    assert suggestion.stages[1].reason == "little crosses here; takes 1 from above: t"


def test_names_without_headings_say_what_the_code_does() -> None:
    text = "#%\nimport pandas as pd\n" + "#%\ndf = pd.read_csv('a.csv')\n" * 4
    text += "#%\nm = Model().fit(df)\n" * 4
    text = "#%\nclass Model:\n    def fit(self, x):\n        return self\n" + text
    suggestion, _ = proposed(notebook(text))
    names = [stage.name for stage in suggestion.stages]
    assert names == ["load", "train", "train_2"]


def test_what_cannot_cross_stays_together() -> None:
    text = "#% md\n# A\n#%\nrows = (n for n in range(3))\n#% md\n# B\n#%\nk = 1\n"
    text += "#% md\n# C\n#%\ntotal = sum(rows)\n#% md\n# D\n#%\nprint(total, k)"
    suggestion, tagged = proposed(notebook(text))
    assert analyse(tagged).errors == ()
    holder = next(stage for stage in suggestion.stages if "c2" in stage.cells)
    assert "c6" in holder.cells
    assert len(suggestion.stages) > 1


def test_cells_that_have_tags_keep_them() -> None:
    text = "#% skip\nx = 1\n#% metrics\nb = [2]\n#% parameters\na = 1\n#%\nc = 2\nprint(a)\n"
    text += "#% setup\nimport re"
    suggestion, tagged = proposed(notebook(text))
    assert tagged.cells[0].tags == ("skip",)
    assert tagged.cells[1].tags[-1] == "metrics"
    assert tagged.cells[2].tags == ("parameters",)
    assert tagged.cells[4].tags == ("setup",)
    assert analyse(tagged).errors == ()
    assert all(change.cell not in ("c1", "c3", "c5") for change in suggestion.changes)


def test_partly_tagged() -> None:
    text = "#%\na = [1]\n#%\nb = a + [2]\n#% stage:train\nprint(b)\n#%\nprint(a)"
    suggestion, tagged = proposed(notebook(text))
    assert tagged.cells[2].tags == ("stage:train",)
    assert tagged.cells[3].tags == ()
    assert {change.cell for change in suggestion.changes} <= {"c1", "c2"}
    assert "`stage:`" in suggestion.notes[0]
    assert analyse(tagged).errors == ()


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("#% stage:a\nx = 1", "tags or a stage already"),
        ("#% md\n# Only text", "no code"),
        ("#%\nimport re", "no work"),
        ("#%\nx = (1\n#%\ny = 2", "however it is cut, cell 1: syntax error"),
    ],
)
def test_what_there_is_to_say(text: str, note: str) -> None:
    assert any(note in said for said in suggest(notebook(text)).notes)


def test_another_language() -> None:
    suggestion = suggest(replace(notebook("#%\nx <- 1"), language="r"))
    assert suggestion.changes == ()
    assert "written in r" in suggestion.notes[0]


@pytest.mark.parametrize("name", ["churn", "co2", "digits"])
def test_the_examples_without_their_tags(name: str) -> None:
    book = nb2pipe.notebook.read(ROOT / "examples" / name / f"{name}.ipynb")
    plain = replace(book, cells=tuple(replace(cell, tags=()) for cell in book.cells))
    suggestion, tagged = proposed(plain)
    assert analyse(tagged).errors == ()
    assert len(suggestion.stages) >= 5
    assert any("parameters" in change.tags for change in suggestion.changes)


def test_a_hundred_cells_fall_into_their_sections() -> None:
    text = "".join(
        f"#% md\n## Part {n}\n"
        + "".join(f"#%\nx{n}_{k} = [{k}]\nprint(x{n}_{k})\n" for k in range(10))
        for n in range(10)
    )
    assert len(suggest(notebook(text)).stages) == 10


def test_json() -> None:
    suggestion = suggest(notebook(CHURN))
    written = json.loads(json.dumps(document(suggestion)))
    assert written["stages"][0] == {
        "name": "load_data",
        "cells": ["c5", "c6"],
        "reason": suggestion.stages[0].reason,
    }
    assert written["changes"][0] == {"cell": "c2", "tags": ["setup"]}
    assert written["notes"] == list(suggestion.notes)


SOURCES = st.sampled_from(
    ["import os", "a = [1]", "b = a + [1]", "a.append(2)", "print(a)", "def f():\n    return a",
     "print(f())", "n = 3", "rows = iter(a)", "print(list(rows))", "for i in a:\n    b = i", "",
     "import random\nrandom.seed(1)", "print(random.random())", "del a", "x = n"]
)  # fmt: skip
TEXTS = st.sampled_from(
    ["# A", "## B & C", "# 1. \N{GREEK SMALL LETTER PI}\n\n## !!", "", "class", "# class"]
)


@settings(max_examples=60)
@given(
    st.lists(st.one_of(SOURCES.map(lambda s: ("code", s)), TEXTS.map(lambda s: ("markdown", s))))
)
def test_check_accepts_the_proposal_when_it_accepts_one_stage(
    cells: list[tuple[str, str]],
) -> None:
    built = [Cell(f"c{n}", n, kind, text) for n, (kind, text) in enumerate(cells, start=1)]  # type: ignore[arg-type]
    book = Notebook(Path("/notebooks/a.ipynb"), tuple(built))
    suggestion, tagged = proposed(book)
    for stage in suggestion.stages:
        assert stage_names.problem(stage.name) == ""
    if not suggestion.stages:
        return
    code = [cell for cell in built if cell.kind == "code" and cell.source]
    whole = replace(
        book,
        cells=tuple(replace(c, tags=("stage:all",)) if c is code[0] else c for c in built),
    )
    if not analyse(whole).errors:
        assert not analyse(tagged).errors
