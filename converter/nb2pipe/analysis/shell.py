"""Shell lines and magics that stand for Python: what they become, their variables filled in.

IPython fills `{expression}` and `$name` into the text of a shell line, and leaves the whole line
as it is where one of them cannot be evaluated. The same is said here by ``str.format``.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Collection
from dataclasses import dataclass
from string import Formatter

SYSTEM = "from IPython.utils.process import system"
GETOUTPUT = "from IPython.utils.process import getoutput"
SLIST = "from IPython.utils.text import SList"
SUBPROCESS = "import subprocess"
OS = "import os"
CAPTURE = "from IPython.utils.capture import capture_output"

# Between single quotes a `$name` stays as it is: the pattern of IPython's own DollarFormatter.
_DOLLAR = re.compile(r"(.*?)\$(\$?[\w\.]+)(?=([^']*'[^']*')*[^']*$)")
# The shell's aliases for programs, as `%ls` and the like.
_ALIASES = {name: name for name in ("mkdir", "rmdir", "mv", "rm", "cp", "cat")}
_LISTING = {"ls": "ls -F --color", "ll": "ls -F -o --color"}


@dataclass(frozen=True)
class Filled:
    """A text as IPython fills it in: the Python that makes it, and the names that it reads."""

    code: str
    names: frozenset[str] = frozenset()


def filled(text: str, unbound: Collection[str] = ()) -> Filled:
    """The Python for a text in which IPython fills in variables.

    Args:
        text: the text.
        unbound: names that the notebook binds nowhere: with one of them nothing is filled in.
    """
    try:
        pieces = list(_pieces(text))
    except ValueError:  # braces that do not match
        return Filled(repr(text))
    names: set[str] = set()
    template, values = "", []
    for literal, expression, conversion in pieces:
        template += literal.replace("{", "{{").replace("}", "}}")
        if expression is None:
            continue
        read = _names(expression)
        if read is None or read & set(unbound):
            return Filled(repr(text))
        names |= read
        values.append(expression.strip())
        template += f"{{!{conversion}}}" if conversion else "{}"
    if not values:
        return Filled(repr("".join(literal for literal, _, _ in pieces)))
    return Filled(f"{template!r}.format({', '.join(values)})", frozenset(names))


def _pieces(text: str) -> list[tuple[str, str | None, str | None]]:
    """Literal text, the expression after it, and how that is converted."""
    found: list[tuple[str, str | None, str | None]] = []
    for literal, field, format_spec, conversion in Formatter().parse(text):
        start, before = 0, ""
        for match in _DOLLAR.finditer(literal):
            start = match.end()
            if match[2].startswith("$"):
                before += match[1] + match[2]
            else:
                found.append((before + match[1], match[2], None))
                before = ""
        if field is not None and format_spec:
            field = f"{field}:{format_spec}"  # a slice
        found.append((before + literal[start:], field, conversion))
    return found


def _names(expression: str) -> frozenset[str] | None:
    """The names that an expression reads; None when it is none, or does more than read."""
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return None
    if any(isinstance(node, ast.NamedExpr | ast.Lambda | ast.Await) for node in ast.walk(tree)):
        return None
    bound = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return frozenset(name for name in read - bound if not hasattr(builtins, name))


def alias(name: str, arguments: str) -> str | None:
    """The shell command that a magic such as ``%mkdir`` stands for; None when it is none."""
    command = _ALIASES.get(name) or _LISTING.get(name)
    return f"{command} {arguments}".strip() if command else None


def is_listing(name: str) -> bool:
    """Whether the shell's own way to list files differs between systems."""
    return name in _LISTING


def in_background(command: str) -> bool:
    """Whether IPython refuses the command: it runs none in the background."""
    return command.rstrip().endswith("&")


def text_literal(text: str) -> str:
    """Lines of text as one literal that stands on as many lines, after its first."""
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""\\\n{escaped}"""'
