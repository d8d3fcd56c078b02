"""Comments and strings are found where Python's own tokenizer finds them."""

from __future__ import annotations

import tokenize
from pathlib import Path

import pytest

import nb2pipe.emit
from nb2pipe.emit.layout import comments_and_strings, lines_in_strings, parse, same, tokens

TEXTS = [
    "",
    "# only",
    "x = 1  # after\n\n    # indented, and no statement",
    "a = 'it''s # no comment'  # but this is",
    'b = "\\"# still inside"  # outside',
    "c = r'\\'  # one backslash, and the quote goes on'  # out",
    "d = '''one\n# two\n'three'\n''' + \"\"\"four\n\n\"\"\"  # five",
    "e = 'goes on \\\n# here'  # out",
    "f = '''\\''' # in'''  # out",
    'g = """a""b"""  # out',
    "h = ''  # empty\ni = \"\"  # again\nj = ''''''  # and again\nk = \"\"\"\"\"\"",
    'l = f\'{a!r:>{b}} # {{\' f"""{\na}\n# in"""  # out',
    'm = rb\'\\n\' Rb"""\n#""" u\'#\'  #',
    "n = (1,  # inside brackets\n     '#', 2)\n# last\n",
    "o = 'ü # '  # ü\np = '\\\\'  # q",
]


@pytest.mark.parametrize(
    "text",
    [*TEXTS, *(path.read_text() for path in sorted(Path(nb2pipe.emit.__path__[0]).glob("*.py")))],
)
def test_comments_and_strings_are_those_of_the_tokenizer(text: str) -> None:
    stream = tokens(text)
    comments, inside = comments_and_strings(text)
    assert inside == lines_in_strings(stream)
    assert [(c.line, c.column, c.text) for c in comments] == [
        (*token.start, token.string) for token in stream if token.type == tokenize.COMMENT
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 0.0", "x = -0.0"),
        ("x = 1", "x = True"),
        ("x = 1", "x = 1.0"),
        ("f(a, b)", "f(b, a)"),
        ("a + b", "a - b"),
        ("x = 'a'", "x = b'a'"),
        ("del x", "x"),
        ("[a]", "[a, a]"),
        ("f(**a)", "f(a=a)"),
        ("x: int", "(x): int"),
    ],
)
def test_trees_that_differ_are_told_apart(one: str, other: str) -> None:
    assert same(parse(one), parse(one + "  # again"))
    assert not same(parse(one), parse(other))
