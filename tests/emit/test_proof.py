"""What the proof finds, and that it finds nothing in sound stages."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from nb2pipe.emit import proof
from nb2pipe.emit.proof import prove
from nb2pipe.model import Cell, Notebook, Pipeline, Shared, Stage, StageCell, Variable


def pipeline(*sources: str, **changes: object) -> Pipeline:
    cells = tuple(StageCell(f"c{number}", text) for number, text in enumerate(sources, start=1))
    stage = replace(Stage("work", cells), **changes)  # type: ignore[arg-type]
    notebook = Notebook(
        Path("demo.ipynb"),
        tuple(
            Cell(cell.id, number, "code", cell.source) for number, cell in enumerate(cells, start=1)
        ),
    )
    return Pipeline("demo", notebook, (stage,))


@pytest.mark.parametrize(
    "source",
    [
        "x = 1",
        "",
        "# comment",
        "import re\nre.match('\\d', 'a')",  # a remark of the compiler on the notebook's own text
        "x = 1\nassert (x, 'always')",
        "def f(n):\n    return f(n - 1) if n else g()\ndef g():\n    return f(0)",
        "class A:\n    a = 1\n    b = a\n\n    def get(self):\n        return self.a",
        "name = 1\nclass A:\n    name = 'a'\n    label = name",
        "class A:\n    def again(self):\n        return A()",
        "values = [n for n in range(3)]\nprint(__name__, len(values))",
        "# nb2pipe> %matplotlib inline\nx = 1  # nb2pipe> %time",
        "try:\n    import orjson as json\nexcept ImportError:\n    json = None",
        "x: int = 1\ny: 'list[int]'\ny = [x]",
        "(n := 3)\nprint(f'{n!r:>{n}}')",
        "match [1]:\n    case [x, *rest]:\n        print(x, rest)",
        "with open('a') as f, open('b') as g:\n    print(f, g)",
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    print(e)",
    ],
)
def test_sound(source: str) -> None:
    assert prove(pipeline(source), "demo") == ()


@pytest.mark.parametrize(
    ("source", "message", "place"),
    [
        (
            "n = 5\ndef outer():\n    n = 0\n    def inner():\n        global n\n        n = 1\n"
            "    inner()",
            "the cell would not be the same statements",
            (1, None),
        ),
        ("x = 1\nprint(missing)", "`missing` is nowhere to be found", (1, 2)),
        ("def f():\n    return missing_too", "`missing_too`, which f reads,", (1, 2)),
        ("for x in y:\n    yield x", "yield", (None, None)),
        ("global z\nz = 1", "nonlocal", (None, None)),
        ("x = (", "EOF|never closed", (None, None)),
    ],
)
def test_refused(source: str, message: str, place: tuple[int | None, int | None]) -> None:
    made = pipeline(source)
    made = replace(made, stages=(replace(made.stages[0], inputs=(Variable("y"),)),))
    found = prove(made, "demo")
    assert found
    assert {finding.code for finding in found} == {"NB501"}
    assert {finding.severity for finding in found} == {"error"}
    assert re.search(message, found[0].message)
    assert (found[0].number, found[0].line) == place


def test_import_and_variable_of_one_name() -> None:
    made = pipeline("time = 3", imports=("import time",))
    (finding,) = prove(made, "demo")
    assert "`time` is imported for all of the module and bound in the stage" in finding.message
    assert (finding.code, finding.number, finding.line, finding.column) == ("NB501", 1, 1, 1)
    local = pipeline("time = 3", local_imports=("import time",))
    assert prove(local, "demo") == ()


@pytest.mark.parametrize(
    "body",
    ["rate = rate", "rate += 1", "limit = rate\n    rate = 2", "rate = rate if rate else 1"],
)
def test_class_that_rebinds(body: str) -> None:
    made = pipeline("rate = 1", f"class Settings:\n    {body}")
    (finding,) = prove(made, "demo")
    assert (finding.code, finding.number, finding.line) == ("NB511", 2, 1)
    assert finding.excerpt == "class Settings:"


@pytest.mark.parametrize(
    "code",
    [
        "def large(d):\n    return d.query('x > @rate')",
        "large = lambda d: d.query(f'x > @rate')",
        "large = [d.eval('x * @rate') for d in tables]",
        "def fit(d):\n    return ols('x ~ rate(y)', d)",
        "class Large:\n    def get(self, d):\n        return d.query('x > @rate')",
    ],
)
def test_a_text_that_names_a_variable_of_the_stage(code: str) -> None:
    made = pipeline("rate = tables = ols = 1", code)
    (finding,) = prove(made, "demo")
    assert (finding.code, finding.number) == ("NB512", 2 if "@" in code else 1)
    assert "rate" in finding.message
    for seen in (
        "large = tables.query('x > @rate')",
        "def large(d, rate):\n    return d.query('x > @rate')",
        "def large(d):\n    print(rate)\n    return d.query('x > @rate')",
        "def fit(d):\n    return ols('x ~ rate + tables', d)",
    ):
        assert prove(pipeline("rate = tables = ols = 1", seen), "demo") == ()


def test_a_text_in_a_definition_of_another_stage() -> None:
    definition = "def large(d):\n    return d.query('x > @rate')"
    changes = {"inputs": (Variable("rate"),), "local_definitions": (definition,)}
    made = pipeline("print(large(1))", **changes)
    cells = (*made.notebook.cells, Cell("c2", 2, "code", definition))
    (finding,) = prove(replace(made, notebook=replace(made.notebook, cells=cells)), "demo")
    assert (finding.code, finding.number, finding.line) == ("NB512", 2, 2)


def test_shared_names() -> None:
    made = pipeline("print(LIMIT)", shared=("LIMIT",))
    assert "demo.shared has no LIMIT" in prove(made, "demo")[0].message
    made = replace(made, shared=Shared(body=("LIMIT = 3",), names=("LIMIT",)))
    assert prove(made, "demo") == ()
    made = replace(made, shared=Shared(body=("def LIMIT():\n    return lost",), names=("LIMIT",)))
    assert "stage shared" in prove(made, "demo")[0].message
    made = replace(made, shared=Shared(body=("LIMIT = 3",), names=("LIMIT", "other")))
    assert "it would not define `other`" in prove(made, "demo")[0].message


def test_parameters_that_the_pipeline_does_not_have() -> None:
    (finding,) = prove(pipeline("x = 1", parameters=("p",)), "demo")
    assert "its parameters would be none" in finding.message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("x = 1", "x = 2", "the cell would not be the same statements"),
        ("'a\n b'", "'a\n  b'", "the cell would not be the same statements"),
        ("# nb2pipe> %matplotlib inline", "# gone", "the cell would not be the same"),
        ("[c1]", "[c9]", "its cells would be cut at other places"),
        ("    # %% [c2]\n", "", "its cells would be cut at other places"),
        ("[c2]", "[c2] metrics", "the cell would not be the same"),
        ("import os\n", "", "the import of os as os would be missing"),
        ("import os\n", "import os\nimport re as x\n", "`x` is imported for all of the module"),
        ("from builtins import sum", "pass", "the import of builtins|the import of sum"),
        ("return x, y", "return y, x", "its outputs would be y, x"),
        ("work(a)", "work(a, b)", "its inputs would be a, b"),
        ("    def f():", "    def f(n=1):", "the definitions before its first cell"),
        ("%load_ext x", "%load_ext y", "the definitions before its first cell"),
        ("x = 1", "x = 1 is 1", '"is" with|would not be the same'),
    ],
)
def test_a_wrong_module_is_noticed(
    monkeypatch: pytest.MonkeyPatch, old: str, new: str, message: str
) -> None:
    """The proof reads the module's text, whatever wrote it."""
    made = pipeline(
        "# nb2pipe> %matplotlib inline\nx = 1\ns = '''a\n b'''",
        "y = os.sep",
        inputs=(Variable("a"),),
        outputs=(Variable("x"), Variable("y")),
        imports=("import os",),
        local_imports=("from builtins import sum",),
        local_definitions=("# nb2pipe> %load_ext x", "def f():\n    return a"),
    )
    assert prove(made, "demo") == ()
    write = proof.stage_module

    def wrong(*arguments: object) -> str:
        source = write(*arguments)  # type: ignore[arg-type]
        assert old in source
        return source.replace(old, new)

    monkeypatch.setattr(proof, "stage_module", wrong)
    monkeypatch.setattr(proof, "_proved", {})
    found = prove(made, "demo")
    assert found and all(finding.code == "NB501" for finding in found)
    assert re.search(message, "; ".join(finding.message for finding in found))
