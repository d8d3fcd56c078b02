"""Recorded facts in the analysis: unknown calls settled, contradictions named, types taken up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from writing import notebook

from nb2pipe.analysis import analyse
from nb2pipe.emit import lock
from nb2pipe.emit.project import from_pipeline
from nb2pipe.evidence.facts import source_digest
from nb2pipe.model import CellFacts, Facts, Notebook, Pipeline

UNKNOWN = """\
#% setup
import oddlib
#% stage:load
X = {'a': [1, 2]}
#% stage:left
l = oddlib.total(X)
#% stage:right
r = oddlib.total(X)
"""
BOUND: dict[int, Any] = {1: {"bound": ("X",)}, 2: {"bound": ("l",)}, 3: {"bound": ("r",)}}


def seen(text: str, *each: dict[int, Any], cells: int | None = None) -> Notebook:
    """The notebook with facts: what each cell did, by its position."""
    book = notebook(text)
    known: dict[int, dict[str, Any]] = {}
    for entries in each:
        for position, entry in entries.items():
            known.setdefault(position, {}).update(entry)
    found = [
        CellFacts(source_digest(cell.source), **known.get(position, {}))
        for position, cell in enumerate(book.cells)
        if cell.kind == "code"
    ]
    return replace(book, facts=Facts(tuple(found[:cells])))


def edges(pipeline: Pipeline) -> set[tuple[str, str, str | None]]:
    return {(edge.source, edge.target, edge.variable) for edge in pipeline.edges}


def codes(pipeline: Pipeline) -> list[str]:
    return [finding.code for finding in pipeline.diagnostics]


def test_without_facts_unknown_calls_are_ordered() -> None:
    pipeline = analyse(notebook(UNKNOWN))
    assert ("left", "right", "X") in edges(pipeline)
    assert all(stage.assumed == () for stage in pipeline.stages)


def test_a_value_seen_unchanged_leaves_the_stages_parallel_and_is_checked() -> None:
    pipeline = analyse(seen(UNKNOWN, BOUND))
    assert not pipeline.errors
    assert edges(pipeline) == {("load", "left", "X"), ("load", "right", "X")}
    assert pipeline.stage("left").assumed == (("c3", "X"),)
    assert pipeline.stage("right").assumed == (("c4", "X"),)
    assert pipeline.stage("load").assumed == ()
    assert from_pipeline(pipeline).stage("left").assumed == (("c3", "X"),)


@pytest.mark.parametrize("how", ["changed", "unsure"])
def test_what_was_changed_or_cannot_be_told_stays_ordered(how: str) -> None:
    pipeline = analyse(seen(UNKNOWN, BOUND, {2: {how: ("X",)}}))
    assert not pipeline.errors
    assert ("left", "right", "X") in edges(pipeline)
    assert pipeline.stage("left").assumed == ()


def test_facts_of_a_cell_that_was_edited_are_not_used() -> None:
    book = seen(UNKNOWN, BOUND)
    edited = tuple(
        replace(cell, source=cell.source.replace("l =", "l = 1 +")) for cell in book.cells
    )
    assert ("left", "right", "X") in edges(analyse(replace(book, cells=edited)))


SHARING = """\
#% setup
import oddlib
#% stage:load
X = {'a': [1, 2]}
#% stage:make
b = oddlib.window(X)
#% stage:grow
b.append(1)
#% stage:end
print(X)
"""


def test_without_facts_what_an_unknown_call_gives_may_share() -> None:
    assert ("grow", "end", "X") in edges(analyse(notebook(SHARING)))
    facts = {1: {"bound": ("X",)}, 2: {"bound": ("b",)}}  # of a value that was not seen whole
    assert ("grow", "end", "X") in edges(analyse(seen(SHARING, facts)))


def test_what_was_seen_to_share_nothing_leaves_the_stages_parallel_and_is_checked() -> None:
    facts = {1: {"bound": ("X",), "whole": ("X",)}, 2: {"bound": ("b",), "whole": ("b",)}}
    pipeline = analyse(seen(SHARING, facts))
    assert not pipeline.errors
    assert edges(pipeline) == {
        ("load", "make", "X"), ("make", "grow", "b"), ("load", "end", "X"),
    }  # fmt: skip
    assert pipeline.stage("make").assumed == (("c3", "X"), ("c3", "b X"))
    assert pipeline.stage("grow").assumed == ()


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (SHARING, {"shares": (("X", "b"),)}),
        (SHARING, {"unsure": ("X",)}),
        (
            "#% setup\ndef key(n):\n    return n\n"
            + SHARING.replace("(X)\n#% stage:g", "(X, key)\n#% stage:g"),
            {},
        ),
    ],
)
def test_what_may_share_after_all_stays_ordered(text: str, facts: dict[str, Any]) -> None:
    whole = {1: {"bound": ("X",), "whole": ("X",)}, 2: {"bound": ("b",), "whole": ("b",)}}
    assert ("grow", "end", "X") in edges(analyse(seen(text, whole, {2: facts})))


def test_refusals_for_fear_of_a_change_are_settled() -> None:
    text = UNKNOWN + "#% stage:left\nfirst = X['a'][0]\n"
    assert "NB302" in codes(analyse(notebook(text)))
    settled = analyse(seen(text, BOUND, {4: {"bound": ("first",)}}))
    assert codes(settled) == []


def test_one_of_two_arguments_is_settled() -> None:
    text = """\
#% setup
import oddlib
#% stage:load
X = [1]
log = []
#% stage:left
oddlib.note(X, log)
#% stage:right
oddlib.note(X, log)
#% stage:end
print(X, log)
"""
    bound = {1: {"bound": ("X", "log")}}
    changed = {2: {"changed": ("log",)}, 3: {"changed": ("log",)}}
    pipeline = analyse(seen(text, bound, changed))
    assert not pipeline.errors
    assert ("left", "right", "log") in edges(pipeline)
    assert ("load", "end", "X") in edges(pipeline)
    assert pipeline.stage("left").assumed == (("c3", "X"),)


def test_a_change_that_was_not_foreseen_is_an_error_with_its_cell() -> None:
    text = "#% stage:load\nX = [1]\n#% stage:show\nprint(X)\n#% stage:more\nprint(X)\n"
    facts = ({0: {"bound": ("X",)}}, {1: {"changed": ("X",)}})
    pipeline = analyse(seen(text, *facts))
    (finding,) = pipeline.errors
    assert (finding.code, finding.cell) == ("NB601", "c2")
    assert "`X`" in finding.message
    # The analysis speaks of another notebook when an earlier cell has been edited.
    book = seen(text, *facts)
    first = replace(book.cells[0], source="X = [2]")
    assert codes(analyse(replace(book, cells=(first, *book.cells[1:])))) == []


def test_sharing_that_was_not_foreseen_is_an_error() -> None:
    text = "#% stage:load\na = [1]\nb = [1]\n#% stage:show\nprint(a, b)\n"
    pipeline = analyse(seen(text, {0: {"bound": ("a", "b"), "shares": (("a", "b"),)}}))
    assert [(f.code, f.cell) for f in pipeline.errors] == [("NB602", "c1")]
    foreseen = text.replace("b = [1]", "b = a")
    assert codes(analyse(seen(foreseen, {0: {"shares": (("a", "b"),)}}))) == []


RANDOM = """\
#% setup
import numpy as np
import oddlib
#% stage:load
np.random.seed(0)
#% stage:pick
chosen = oddlib.pick(3)
#% stage:noise
noise = {noise}
"""


@pytest.mark.parametrize(
    ("noise", "found"), [("np.random.normal()", ["NB603"]), ("len(chosen)", [])]
)
def test_draws_that_were_not_foreseen_matter_where_numbers_are_drawn_later(
    noise: str, found: list[str]
) -> None:
    states = {1: {"states": ("numpy.random",)}, 2: {"states": ("numpy.random",)}}
    assert codes(analyse(seen(RANDOM.format(noise=noise), states))) == found


FILES = """\
#% setup
import oddlib
#% stage:export
oddlib.dump()
#% stage:serve
oddlib.restore()
"""


def test_a_file_that_goes_from_stage_to_stage_unseen_is_an_error() -> None:
    facts = ({1: {"writes": ("m.bin",)}}, {2: {"reads": ("m.bin",)}})
    pipeline = analyse(seen(FILES, *facts))
    (finding,) = pipeline.errors
    assert (finding.code, finding.cell) == ("NB604", "c3")
    assert "after:export" in finding.advice
    ordered = FILES.replace("stage:serve", "stage:serve after:export")
    assert codes(analyse(seen(ordered, *facts))) == []


def test_types_feed_the_annotations_where_the_module_has_a_name_for_them() -> None:
    text = """\
#% setup
import oddlib
import pandas as pd
#% stage:load
df = oddlib.table()
odd = oddlib.thing()
n = oddlib.count()
#% stage:show
print(df, odd, n)
"""
    types = {"df": "pandas.DataFrame", "odd": "oddlib.Thing", "n": "int", "m": "far.away.M"}
    stage = analyse(seen(text, {1: {"bound": ("df", "n", "odd"), "types": types}})).stage("load")
    assert {v.name: v.annotation for v in stage.outputs} == {
        "df": "pd.DataFrame",
        "n": "int",
        "odd": "oddlib.Thing",
    }
    assert all(v.annotation == "" for v in analyse(notebook(text)).stage("load").outputs)


def test_the_lock_notes_the_facts_and_what_is_assumed_and_not_the_times() -> None:
    def described(change: Callable[[CellFacts], CellFacts] | None) -> lock.Lock:
        book = seen(UNKNOWN, BOUND)
        if change is None:
            book = replace(book, facts=None)
        elif book.facts is not None:
            book = replace(book, facts=Facts(tuple(map(change, book.facts.cells))))
        found = lock.describe(analyse(book), tool="1", notebook="../n.ipynb", data={})
        return replace(found, version="0.1.0")

    known = described(lambda cell: cell)
    assert known.facts
    assert lock.read(lock.text(known), "") == known
    assert known.stages["left"].assumed == (("c3", "X"),)
    assert described(lambda cell: replace(cell, seconds=9.0)) == known
    assert described(lambda cell: replace(cell, reads=("x",))).facts != known.facts
    assert '"facts"' not in lock.text(described(None))
    assert '"assumed"' not in lock.text(described(None))
