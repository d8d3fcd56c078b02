import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as sampled
from hypothesis import strategies as st

from nb2pipe.analysis.syntax import parse as parse_cell
from nb2pipe.errors import ParameterInvalid
from nb2pipe.model import Cell, Diagnostic, Parameter
from nb2pipe.parameters import NotLiteral, check, declared, given, literal, parse, read_file


def cell(source: str) -> tuple[dict[str, Parameter], tuple[Diagnostic, ...]]:
    parsed = parse_cell(Cell("params", 2, "code", source))
    assert parsed.diagnostics == ()
    parameters, findings = declared(parsed)
    return {parameter.name: parameter for parameter in parameters}, findings


def one(source: str) -> Parameter:
    parameters, findings = cell(source)
    assert findings == ()
    (parameter,) = parameters.values()
    return parameter


def same(one: object, other: object) -> bool:
    """Equal in value and type, all the way down; nan is itself, 0.0 is not -0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float) and isinstance(other, float):
        return repr(one) == repr(other)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return same(list(one), list(other)) and same(list(one.values()), list(other.values()))
    return one == other


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(SCALARS.filter(lambda key: key == key), inner, max_size=3)
    ),
    max_leaves=8,
)

# ── Declared ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "value", "annotation"),
    [
        ("3", 3, "int"),
        ("-3", -3, "int"),
        ("2**10", 1024, "int"),
        ("2**63", 2**63, "int"),
        ("1 << 20", 1 << 20, "int"),
        ("60*60", 3600, "int"),
        ("~1", -2, "int"),
        ("1e-3", 1e-3, "float"),
        ("-0.0", -0.0, "float"),
        ("1/3", 1 / 3, "float"),
        ("2**-1", 0.5, "float"),
        ('float("inf")', math.inf, "float"),
        ('-float("inf")', -math.inf, "float"),
        ('float("nan")', math.nan, "float"),
        ("True", True, "bool"),
        ("None", None, ""),
        ("'a' 'b'", "ab", "str"),
        ("'a' + 'b'", "ab", "str"),
        ("'-' * 3", "---", "str"),
        ("'it\\'s'", "it's", "str"),
        ("[1, [2.0, 'x']]", [1, [2.0, "x"]], "list"),
        ("(1,)", (1,), "tuple"),
        ("1, 2", (1, 2), "tuple"),
        ("[0] * 3", [0, 0, 0], "list"),
        ("{'a': [1, None], 2: (3,)}", {"a": [1, None], 2: (3,)}, "dict"),
        ("{}", {}, "dict"),
    ],
)
def test_defaults(source: str, value: object, annotation: str) -> None:
    parameter = one(f"x = {source}")
    assert same(parameter.default, value)
    assert parameter.source == source
    assert parameter.annotation == annotation
    assert same(eval(parameter.source), value)
    assert (parameter.cell, parameter.line) == ("params", 1)


@pytest.mark.parametrize(
    ("annotation", "default", "written", "kinds", "choices"),
    [
        ("float", "1.0", "float", ("float",), ()),
        ("float", "1", "float", ("float",), ()),
        ("int | None", "None", "int | None", ("int", "none"), ()),
        ("Optional[int]", "3", "int | None", ("int", "none"), ()),
        ("typing.Optional[int]", "3", "int | None", ("int", "none"), ()),
        ("Union[int, str, None]", "'a'", "int | str | None", ("int", "str", "none"), ()),
        ("'int | None'", "3", "int | None", ("int", "none"), ()),
        ("Literal['a', 'b']", "'b'", "Literal['a', 'b']", ("str",), ("a", "b")),
        ("Literal[1, 'b']", "1", "Literal[1, 'b']", ("int", "str"), (1, "b")),
        ("Literal['a'] | None", "None", "Literal['a'] | None", ("str", "none"), ("a", None)),
        ("list[int]", "[1]", "list[int]", ("list",), ()),
        ("List[int | None]", "[None]", "list[int | None]", ("list",), ()),
        ("dict[str, float]", "{'a': 1.0}", "dict[str, float]", ("dict",), ()),
        ("tuple[int, str]", "(1, 'a')", "tuple[int, str]", ("tuple",), ()),
        ("tuple[int, ...]", "()", "tuple[int, ...]", ("tuple",), ()),
        ("Any", "3", "", (), ()),
    ],
)
def test_annotations(
    annotation: str, default: str, written: str, kinds: tuple[str, ...], choices: tuple[Any, ...]
) -> None:
    parameter = one(f"import typing\nfrom typing import Literal\nx: {annotation} = {default}")
    assert parameter.annotation == written
    assert parameter.kinds == kinds
    assert parameter.choices == choices
    assert same(parameter.default, eval(default))


def test_a_whole_cell() -> None:
    parameters, findings = cell(
        '"""Parameters of the model."""\n'
        "from __future__ import annotations\n"
        "\n"
        "# How strongly the model\n"
        "# is regularised.\n"
        "C: float = 1.0\n"
        "\n"
        "seed = 7  # of the generator\n"
        "names = [  # first\n"
        "    'a',  # not a help\n"
        "]  # which columns\n"
        "a = b = 1  # noqa: E501\n"
        "p, q = 1, 'x'\n"
        "text = '# no comment'\n"
    )
    assert findings == ()
    assert {name: parameter.help for name, parameter in parameters.items()} == {
        "C": "How strongly the model is regularised.",
        "seed": "of the generator",
        "names": "which columns",
        "a": "",
        "b": "",
        "p": "",
        "q": "",
        "text": "",
    }
    assert parameters["q"].default == "x"
    assert parameters["names"].line == 9


@pytest.mark.parametrize(
    ("source", "code", "line", "said"),
    [
        ("a = 1\nx = f()", "NB121", 2, "is not a literal"),
        ("x = y", "NB121", 1, "is not a literal"),
        ("a = 1\nb = a * 2", "NB121", 2, "`b`"),
        ("x = [1, f()]", "NB121", 1, "is not a literal"),
        ("x = {1, 2}", "NB121", 1, "is not a literal"),
        ("x = 1j", "NB121", 1, "is not a literal"),
        ("x = b'a'", "NB121", 1, "is not a literal"),
        ("x = ...", "NB121", 1, "is not a literal"),
        ("x = f'{1}'", "NB121", 1, "is not a literal"),
        ("x = not True", "NB121", 1, "is not a literal"),
        ("x = {**{}}", "NB121", 1, "is not a literal"),
        ("x = {[]: 1}", "NB121", 1, "cannot be computed"),
        ("x = 1 / 0", "NB121", 1, "division by zero"),
        ("x = 10.0 ** 1000", "NB121", 1, "cannot be computed"),
        ("x = (-1) ** 0.5", "NB121", 1, "complex"),
        ("x = 1 << -1", "NB121", 1, "negative shift"),
        ("x = 9**9**9", "NB121", 1, "too large"),
        ("x = 2**20000", "NB121", 1, "too large"),
        ("x = 1 << 10**9", "NB121", 1, "too large"),
        ("x = 'a' * 10**9", "NB121", 1, "too large"),
        ("x = " + "[" * 80 + "]" * 80, "NB121", 1, "nested"),
        ("x = " + "+".join("1" * 500), "NB121", 1, "nested"),
        ("x: float", "NB121", 1, "is missing"),
        ("x = float('x')", "NB121", 1, "cannot be computed"),
        ("x: Path = 'a'", "NB123", 1, "`Path`"),
        ("x: Literal['a'] | int = 'a'", "NB123", 1, "Literal"),
        ("x: Literal['a'] = 'b'", "NB123", 1, "one of 'a'"),
        ("x: int = 'a'", "NB123", 1, "not an int"),
        ("x: int = True", "NB123", 1, "not an int"),
        ("x: str = None", "NB123", 1, "not a str"),
        ("x: list[int] = ['a']", "NB123", 1, "not a list[int]"),
        ("x = 1\nprint(x)", "NB122", 2, "name = literal"),
        ("import os\nx = 1", "NB122", 1, "name = literal"),
        ("x = 1\nx += 1", "NB122", 2, "name = literal"),
        ("x = 1\nif x:\n    y = 2", "NB122", 2, "name = literal"),
        ("a.b = 1", "NB122", 1, "name = literal"),
        ("a, (b, c) = 1, (2, 3)", "NB122", 1, "name = literal"),
        ("a, *b = 1, 2", "NB122", 1, "name = literal"),
        ("x = 1\nx = 2", "NB124", 2, "line 1"),
    ],
)
def test_what_is_no_parameter(source: str, code: str, line: int, said: str) -> None:
    _, findings = cell(source)
    assert [(finding.code, finding.line) for finding in findings] == [(code, line)]
    (found,) = findings
    assert said in found.message
    assert found.severity == "error"
    assert found.advice
    assert (found.cell, found.number) == ("params", 2)


def test_columns_count_characters() -> None:
    _, (found,) = cell("größe = f()")
    assert found.column == 9


@sampled(VALUES)
def test_a_default_is_read_exactly(value: object) -> None:
    parameter = one(f"x = {literal(value)}")
    assert same(parameter.default, value)
    assert check(parameter, value) is value or same(check(parameter, value), value)


# ── Literals ─────────────────────────────────────────────────────────────────────────────────────


@sampled(VALUES)
def test_a_literal_is_the_value(value: object) -> None:
    text = literal(value)
    assert same(eval(text), value)
    assert "\n" not in text


@pytest.mark.parametrize("value", [b"a", 1j, {1}, object(), [object()], Path("a")])
def test_other_values_have_no_literal(value: object) -> None:
    with pytest.raises(NotLiteral):
        literal(value)


# ── Given ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("declaration", "text", "value"),
    [
        ("x = 1", "2", 2),
        ("x = 1", " -2 ", -2),
        ("x = 1", "2**63", 2**63),
        ("x = 1", "1_000", 1000),
        ("x = 1.0", "0.5", 0.5),
        ("x = 1.0", "1", 1.0),
        ("x = 1.0", "1e-3", 1e-3),
        ("x = 1.0", "-0.0", -0.0),
        ("x = 1.0", "inf", math.inf),
        ("x = 1.0", "nan", math.nan),
        ("x: float = 1", "2", 2.0),
        ("x: int | float = 1", "2", 2),
        ("x = True", "false", False),
        ("x = True", "False", False),
        ("x = 'a'", "1", "1"),
        ("x = 'a'", "true", "true"),
        ("x = 'a'", "null", "null"),
        ("x = 'a'", "'quoted'", "'quoted'"),
        ("x = 'a'", "it's", "it's"),
        ("x = 'a'", '"; import os', '"; import os'),
        ("x = 'a'", "a\nb\\n", "a\nb\\n"),
        ("x = 'a'", "", ""),
        ("x = 'a'", " ü ", " ü "),
        ("x: str | None = 'a'", "None", None),
        ("x: str | None = 'a'", "null", "null"),
        ("x: int | None = 1", "null", None),
        ("x: int | str = 1", "2", 2),
        ("x: int | str = 1", "two", "two"),
        ("x: Literal['a', '1'] = 'a'", "1", "1"),
        ("x: Literal[1, 2] = 1", "2", 2),
        ("x = [1]", "[2, 'a']", [2, "a"]),
        ("x = [1]", '[true, null, "a"]', [True, None, "a"]),
        ("x = (1, 2)", "[3]", (3,)),
        ("x: tuple[float, ...] = ()", "(1, 2.5)", (1.0, 2.5)),
        ("x = {}", '{"a": 1}', {"a": 1}),
        ("x = None", "3", 3),
        ("x = None", "'3'", "3"),
        ("x = None", "three", "three"),
        ("x = None", "None", None),
        ("x: Any = 1", "[1]", [1]),
    ],
)
def test_texts(declaration: str, text: str, value: object) -> None:
    assert same(parse(one(declaration), text), value)


@pytest.mark.parametrize(
    ("declaration", "text", "said"),
    [
        ("x = 1", "1.5", "an int"),
        ("x = 1", "True", "an int"),
        ("x = 1", "", "an int"),
        ("x = 1", "__import__('os')", "an int"),
        ("x = 1", "9**9**9", "an int"),
        ("x = 1", "None", "an int"),
        ("x = 1.0", "a", "a float"),
        ("x = True", "1", "a bool"),
        ("x = True", "yes", "a bool"),
        ("x: Literal['a', 'b'] = 'a'", "c", "one of 'a', 'b'"),
        ("x: int | None = 1", "x", "an int or None"),
        ("x = [1]", "1", "a list"),
        ("x: list[int] = [1]", "['a']", "a list[int]"),
        ("x: tuple[int, int] = (1, 2)", "(1,)", "a tuple[int, int]"),
    ],
)
def test_texts_of_another_type(declaration: str, text: str, said: str) -> None:
    with pytest.raises(ParameterInvalid) as caught:
        parse(one(declaration), text)
    assert said in caught.value.message
    assert said in caught.value.advice
    assert caught.value.place == "parameter x"


@sampled(st.text())
def test_a_str_takes_every_text_as_it_is(text: str) -> None:
    assert parse(one("x = 'a'"), text) == text


@sampled(VALUES)
def test_a_literal_given_as_text_arrives_exactly(value: object) -> None:
    parameter = one(f"x = {literal(value)}")
    text = value if isinstance(value, str) else literal(value)
    assert same(parse(parameter, text), value)


@pytest.mark.parametrize(
    ("declaration", "value", "expected"),
    [
        ("x = 1.0", 2, 2.0),
        ("x = (1,)", [2, 3], (2, 3)),
        ("x = 1", 2**63, 2**63),
        ("x: dict[str, float] = {}", {"a": 1}, {"a": 1.0}),
        ("x = None", {"a": [1]}, {"a": [1]}),
        ("x: float | None = 1.0", None, None),
    ],
)
def test_values_from_files(declaration: str, value: object, expected: object) -> None:
    assert same(check(one(declaration), value), expected)


@pytest.mark.parametrize(
    ("declaration", "value"),
    [
        ("x = 1", True),
        ("x = 1", 1.0),
        ("x = 1", "1"),
        ("x = 1", None),
        ("x = True", 1),
        ("x = 1.0", True),
        ("x = 1.0", 10**400),
        ("x = 'a'", 1),
        ("x = 'a'", None),
        ("x = None", b"a"),
        ("x: Literal[1, 2] = 1", True),
        ("x: Literal['a'] = 'a'", "b"),
        ("x: list[int] = []", [1.0]),
    ],
)
def test_values_of_another_type(declaration: str, value: object) -> None:
    with pytest.raises(ParameterInvalid):
        check(one(declaration), value)


def test_given_values() -> None:
    parameters = tuple(cell("C = 1.0\nseed = 0\nname = 'a'")[0].values())
    assert given(parameters) == {}
    assert given(parameters, [("C", "2")], {"C": 3, "seed": 4}) == {"C": 2.0, "seed": 4}
    assert given(parameters, [("C", "2"), ("C", "5")]) == {"C": 5.0}
    with pytest.raises(ParameterInvalid) as caught:
        given(parameters, [("sead", "1")])
    assert "`seed`" in caught.value.advice
    with pytest.raises(ParameterInvalid) as caught:
        given(parameters, [], {"zzz": 1})
    assert "C, seed, name" in caught.value.advice
    with pytest.raises(ParameterInvalid, match="no parameters"):
        given((), [("a", "1")])


def test_a_parameter_known_by_its_kinds_alone() -> None:
    assert parse(Parameter("x", 1.0, "1.0", kinds=("float",)), "2") == 2.0
    assert parse(Parameter("x", "a", "'a'", choices=("a", "b")), "b") == "b"
    assert parse(Parameter("x", 1, "1", annotation="Unknown", kinds=("int",)), "2") == 2


# ── Files ────────────────────────────────────────────────────────────────────────────────────────


def test_json_yaml_and_toml(tmp_path: Path) -> None:
    texts = {
        "a.json": '{"C": 0.001, "on": true, "name": "1", "none": null, "list": [1, 2.5]}',
        "a.yaml": "C: 1e-3\non: true\nname: '1'\nnone: null\nlist: [1, 2.5]\n",
        "a.yml": '%YAML 1.2\n---\nC: 0.001\non: true\nname: "1"\nnone: ~\nlist: [1, 2.5]\n',
    }
    expected = {"C": 0.001, "on": True, "name": "1", "none": None, "list": [1, 2.5]}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert same(dict(read_file(tmp_path / name)), expected), name
    (tmp_path / "a.toml").write_text('C = 1e-3\nname = "é"\n', encoding="utf-8")
    assert read_file(tmp_path / "a.toml") == {"C": 0.001, "name": "é"}


def test_yaml_is_of_version_1_2(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("country: no\nanswer: yes\noctal: 0o10\nten: 010\n", encoding="utf-8")
    assert read_file(path) == {"country": "no", "answer": "yes", "octal": 8, "ten": 10}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.json", "{", "damaged"),
        ("a.json", "[1]", "no mapping"),
        ("a.yaml", "a: [", "damaged"),
        ("a.yaml", "a: 1\na: 2", "damaged"),
        ("a.yaml", "1: 2", "no mapping"),
        ("a.yaml", "", "no mapping"),
        ("a.yaml", "a: !!python/object/apply:os.system [ls]", "damaged"),
        ("a.toml", "a = ", "damaged"),
        ("a.txt", "a=1", "not known"),
        ("a", "a=1", "not known"),
    ],
)
def test_files_that_will_not_do(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParameterInvalid) as caught:
        read_file(path)
    assert said in caught.value.message
    assert caught.value.place == str(path)
    assert caught.value.advice


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ParameterInvalid, match="cannot be read"):
        read_file(tmp_path / "a.json")
    (tmp_path / "b.json").write_bytes(b"\xff")
    with pytest.raises(ParameterInvalid, match="cannot be read"):
        read_file(tmp_path / "b.json")


@sampled(st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3), max_leaves=5))
def test_a_json_file_arrives_exactly(value: object) -> None:
    parameter = one(f"x = {literal(value)}")
    assert same(check(parameter, json.loads(json.dumps(value))), value)
