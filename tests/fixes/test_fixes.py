"""A fix makes its finding go away and brings no new error: on an example of every rule with one."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from writing import notebook

from nb2pipe.analysis import analyse
from nb2pipe.fixes import applied
from nb2pipe.model import Cell, Diagnostic, Fix, Notebook, SetSource, SetTags

# The rule, a notebook with its problem, and what the fix's button says.
EXAMPLES = [
    ("NB101", "#% stages:train\nx = 1", "Write `stage:train`"),
    ("NB101", "#% stage:a\nx = 1\n#% Parameters\ny = 1", "Write `parameters`"),
    ("NB101", "#% stage\nx = 1", None),
    ("NB102", "#% stage:Train_Me\nx = 1\n#% stage:b after:Train_Me\ny = 2", "Call the stage"),
    ("NB102", "#% stage:class\nx = 1\n#% stage:class\ny = x", "Call the stage `class_stage`"),
    ("NB102", "#% stage:A\nx = 1\n#% stage:a\ny = x", "Call the stage `a_2`"),
    ("NB106", "#% stage:train\nx = 1\n#% stage:trian\ny = x", "Write `stage:train`"),
    ("NB108", "#% parameters\na = 1\n#% parameters\nb = 2\n#% stage:s\nprint(a, b)", "Remove"),
    ("NB109", "#% stage:load stage:train\nx = 1", "Keep `stage:load`, remove `stage:train`"),
    ("NB109", "#% setup skip\nx = 1\n#% stage:a\ny = 1", "Keep `setup`, remove `skip`"),
    ("NB109", "#% setup metrics\nx = 1\n#% stage:a\ny = 1", "Keep `setup`, remove `metrics`"),
    ("NB110", "#% stage:train\nx = 1\n#% stage:test after:trian\ny = 1", "Write `after:train`"),
    ("NB110", "#% stage:train after:train\nx = 1", "Remove `after:train`"),
    ("NB110", "#% stage:train\nx = 1\n#% stage:b after:qqq\ny = 1", "Remove `after:qqq`"),
    ("NB111", "#% metrics\nx = 1\n#% stage:a\ny = 1", "Remove `metrics`"),
    ("NB116", "#% step:Load\nx = 1\n#% step:b prev:Load\ny = 1", "Call the stage `load`"),
    ("NB121", "#% parameters\nn = len('ab')\n#% stage:a\nprint(n)", "Move this line"),
    ("NB122", "#% parameters\nC = 1.0\nprint(C)\n#% stage:a\nprint(C)", "Move this line"),
    ("NB122", "#% parameters\nC = 1\nimport os\nprint(C)\n#% stage:a\nprint(C)", "Move 2 lines"),
    ("NB122", "#% parameters\nC = 1\nprint(C)", None),
    ("NB124", "#% parameters\nC = 1\nC = 2\n#% stage:a\nprint(C)", "Remove the first assignment"),
    ("NB124", "#% parameters\nC = 1; C = 2\n#% stage:a\nprint(C)", None),
    ("NB201", "#% stage:a\npip install pandas\nx = 1", "Write `%pip`"),
    ("NB201", "#% stage:a\nx = (1", None),
    ("NB206", "#% stage:a\nx = 1  # nb2pipe> %matplotlib", "Make it an ordinary comment"),
    ("NB301", "#% stage:a\ncolumn = 1\nprint('colunm', colunm)", "Write `column`"),
    ("NB301", "#% stage:a\nprint(colunm)\ncolumn = 1", None),
    ("NB302", "#% stage:a\nn = [1]\n#% stage:b\nn = n + [2]\n#% stage:a\nprint(n)", "Give cell 3"),
    (
        "NB302",
        "#% stage:a\nn = [1]\n#% stage:b\nn = n + [2]\n#% stage:a\nprint(n)\n#%\nm = n\n"
        "#% stage:c\nk = 1\n#% stage:a\no = m",
        "Give cell 3 and what follows it in `a` the stage `a_2`",
    ),
    ("NB303", "#% stage:a\nx = 1\n#% stage:b\ny = x\n#% stage:a\nz = y", "Give cell 3 the stage"),
    ("NB304", "#% parameters\na = 1\nb = 2\n#% stage:s\nprint(a)", "Remove the parameter `b`"),
    ("NB304", "#% parameters\nb = 2\n#% skip\nprint(b)\n#% stage:s\nx = 1", None),
    ("NB507", "#% stage:a\nget_ipython().run_line_magic('time', 'x = 1')", "Write `%time`"),
    ("NB507", "#% stage:a\nshell = get_ipython()", None),
    ("NB510", "#% stage:a\nglobal x\nx = 1", "Remove the `global` statement"),
]  # fmt: skip


def of(code: str, notebook: Notebook) -> Diagnostic:
    return next(found for found in analyse(notebook).diagnostics if found.code == code)


@pytest.mark.parametrize(("code", "text", "title"), EXAMPLES)
def test_the_fix_of_a_rule(code: str, text: str, title: str | None) -> None:
    before = notebook(text)
    finding = of(code, before)
    if title is None:
        assert finding.fix is None
        return
    assert finding.fix is not None
    assert finding.fix.title.startswith(title)
    check_applied(before, finding)


def check_applied(before: Notebook, finding: Diagnostic) -> Notebook:
    assert finding.fix is not None
    after = applied(before, finding.fix)
    assert after != before
    found = analyse(after).diagnostics
    key = (finding.code, finding.cell, finding.message)
    assert key not in {(d.code, d.cell, d.message) for d in found}
    old = {(d.code, d.cell) for d in analyse(before).errors}
    new = {(d.code, d.cell) for d in found if d.severity == "error"} - old
    assert not new, new
    return after


def test_tags_on_text_move_to_the_code_below_or_go() -> None:
    def build(*tags: tuple[str, ...]) -> Notebook:
        heading = Cell("m", 1, "markdown", "# Train", ("stage:train", "hide"))
        code = [Cell(f"c{n}", n + 2, "code", f"x{n} = 1", own) for n, own in enumerate(tags)]
        return Notebook(analysed, (heading, *code))

    analysed = notebook("").path
    before = build(("slow",), ("stage:b",))
    after = check_applied(before, of("NB107", before))
    assert [cell.tags for cell in after.cells] == [("hide",), ("stage:train", "slow"), ("stage:b",)]
    before = build(("stage:a",))
    after = check_applied(before, of("NB107", before))
    assert [cell.tags for cell in after.cells] == [("hide",), ("stage:a",)]


def test_a_tag_with_spaces() -> None:
    tags = ("other", "Stage : Train It")
    before = Notebook(notebook("").path, (Cell("c", 1, "code", "x = 1", tags),))
    after = check_applied(before, of("NB101", before))
    assert after.cells[0].tags == ("other", "stage:train_it")


def test_a_cell_keeps_what_it_means() -> None:
    before = notebook("#% stage:Train_Me metrics slow\nx = 1\n#%\ny = x\n#% stage:Train_Me\nz = y")
    after = check_applied(before, of("NB102", before))
    assert [cell.tags for cell in after.cells] == [
        ("stage:train_me", "metrics", "slow"),
        (),
        ("stage:train_me",),
    ]


def test_cells_below_a_split_stay_in_their_stage() -> None:
    text = "#% stage:a\nn = [1]\n#% stage:b\nn = n + [2]\n#% stage:a metrics\nk = n\n#%\nm = k"
    before = notebook(text)
    after = check_applied(before, of("NB302", before))
    assert [cell.tags for cell in after.cells] == [
        ("stage:a",),
        ("stage:b",),
        ("stage:a_2", "metrics"),
        (),
    ]
    names = {stage.name: stage.source_cells for stage in analyse(after).stages}
    assert names == {"a": ("c1",), "b": ("c2",), "a_2": ("c3", "c4")}


def test_a_misspelt_name_in_texts_stays() -> None:
    before = notebook("#% stage:a\ncolumn = 1\nprint('colunm', colunm)  # colunm\nx = colunm")
    after = check_applied(before, of("NB301", before))
    assert after.cells[0].source == "column = 1\nprint('colunm', column)  # colunm\nx = column"


def test_many_wrong_tags_cost_little() -> None:
    text = "\n".join(f"#% stages:s{n}\nx{n} = {n}" for n in range(400))
    found = analyse(notebook(text)).diagnostics
    assert len(found) == 400
    # Those further down get theirs when the first ones are gone.
    assert found[0].fix is not None
    assert sum(one.fix is not None for one in found) < 100


def test_a_fix_in_json() -> None:
    fix = Fix("Do it", (SetTags("c1", ("stage:a",)), SetSource("c2", "x = 1")))
    assert json.loads(json.dumps(asdict(fix))) == {
        "title": "Do it",
        "edits": [
            {"kind": "set-tags", "cell": "c1", "tags": ["stage:a"]},
            {"kind": "set-source", "cell": "c2", "source": "x = 1"},
        ],
    }


TAGS = st.lists(
    st.sampled_from(
        ["stage:a", "stage:b", "stages:a", "stage:A", "stage:ab_load", "stage:ab_laod", "setup",
         "parameters", "Parameters", "metrics", "skip", "after:a", "after:zz", "step:X y", "other"]
    ),
    max_size=3,
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(["code", "markdown"]), TAGS), max_size=6))
def test_every_fix_of_any_tags(cells: list[tuple[str, list[str]]]) -> None:
    built = [
        Cell(f"c{number}", number, kind, f"x{number} = {number}", tuple(tags))  # type: ignore[arg-type]
        for number, (kind, tags) in enumerate(cells, start=1)
    ]
    before = Notebook(notebook("").path, tuple(built))
    for finding in analyse(before).diagnostics:
        if finding.fix is not None:
            after = applied(before, finding.fix)
            found = analyse(after).diagnostics
            key = (finding.code, finding.cell, finding.message)
            assert key not in {(d.code, d.cell, d.message) for d in found}


def test_fixes_applied_one_after_the_other_come_to_an_end() -> None:
    book = notebook(
        "#% parameters\na = 1\nprint(a)\n#% stages:x\nn = [a]\n#% stage:y\nn = n + [1]\n"
        "#% stage:x\nglobal k\nk = n\nprint(k)"
    )
    for _ in range(12):
        fix = next((d.fix for d in analyse(book).diagnostics if d.fix), None)
        if fix is None:
            break
        book = applied(book, fix)
    assert analyse(book).diagnostics == ()
