"""What each magic becomes in plain Python, and the way back.

A magic that stands for nothing in Python is kept as a *reserved comment*, which ``restore`` turns
back when a stage runs in a kernel::

    %matplotlib inline           # nb2pipe> %matplotlib inline
    %time x = fit()              x = fit()  # nb2pipe> %time
    %timeit fit(X)               fit(X)  # nb2pipe> %timeit fit(X)
    if full:                     if full:
        %config a.b = 1              pass  # nb2pipe> %config a.b = 1

The comment of ``%time`` goes in front of its line's code; any other stands for its whole line, the
code before it being what the analysis is to see.
"""

from __future__ import annotations

import ast
import re
import shlex
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO

from nb2pipe.analysis.rules import Place, nb203_magic, nb204_shell, nb205_install
from nb2pipe.model import Diagnostic

RESERVED = "# nb2pipe>"

# Magics that set something up in the kernel or show something, and read no variable.
_SETTINGS = {"matplotlib", "config", "load_ext", "reload_ext", "autoreload", "precision", "xmode"}
_SHOWN = {"html", "HTML", "latex", "markdown", "svg", "SVG"}

_INSTALL = re.compile(
    r"""(?:[%!]|!!)\s*
    (?P<tool>
        (?:(?:\{sys\.executable\}|python[\d.]*)\s+-m\s+)?pip[\d.]*
      | uv\s+pip
      | conda | mamba | micromamba
    )
    \s+install\b(?P<arguments>.*)""",
    re.VERBOSE | re.DOTALL,
)
_REDIRECTION = re.compile(r"\s(?:[12&]?>{1,2}\s*/dev/null|2>&1)(?=\s|$)")
_OPERATORS = {"&&", "||", "|", ";", "&", ">", "<", ">>"}
# Options of pip that take a value of their own; those in _SOURCES say where packages come from.
_SOURCES = {"-r", "--requirement", "-e", "--editable", "-i", "--index-url", "--extra-index-url"}
_SOURCES |= {"-f", "--find-links", "-c", "--constraint"}
_VALUED = _SOURCES | {"-t", "--target", "--progress-bar", "--timeout", "--retries", "--proxy"}
_VALUED |= {"--trusted-host", "--root-user-action", "--upgrade-strategy", "--prefix"}

_TIMEIT_OPTIONS = re.compile(r"(?:-[nrp]\s*\d+\s+|-[tcqv]+\s+)*")


@dataclass(frozen=True)
class Translation:
    """One line's or cell's magic in plain Python.

    ``code`` may span lines; ``comment`` follows it on its first line. ``findings`` are worded
    once the place is known. ``kept`` says that the comment is a reserved one.
    """

    code: str = ""
    comment: str = ""
    requirements: tuple[str, ...] = ()
    findings: tuple[Callable[[Place], Diagnostic], ...] = ()

    @property
    def kept(self) -> bool:
        """Whether the magic comes back when the stage runs."""
        return self.comment.startswith(RESERVED)

    def written(self, indent: str) -> str:
        """The text that replaces the magic; a block's only line must be a statement."""
        code = self.code or ("pass" if indent else "")
        first, newline, rest = code.partition("\n")
        return indent + f"{first}  {self.comment}".strip() + newline + rest


def unsupported(text: str, why: str = "", advice: str = "") -> Translation:
    """A magic or shell line that is refused; a comment stands in its place."""
    name = text.split(maxsplit=1)[0] if text.split() else text
    if text.startswith("!"):
        return Translation(
            comment=f"# {text}", findings=(lambda at: nb204_shell.diagnostic(at, text),)
        )
    return Translation(
        comment=f"# {text}", findings=(lambda at: nb203_magic.diagnostic(at, name, why, advice),)
    )


def line(text: str) -> Translation:
    """Translate a line that begins with ``%`` or ``!``, or is a question (``obj?``).

    Args:
        text: the line without its indentation, continuation lines joined.

    Returns:
        The Python for it; with a finding when it is not supported.
    """
    install = _INSTALL.match(text)
    if install:
        return _install(text, install["tool"], install["arguments"])
    if text.startswith("?") or text.endswith("?"):
        return Translation(comment=f"{RESERVED} {text}")
    if text.startswith("!"):
        return unsupported(text)
    name, _, arguments = text[1:].partition(" ")
    if name in _SETTINGS:
        return Translation(comment=f"{RESERVED} {text}")
    if name == "time":
        return _timed(text, arguments.strip())
    if name == "timeit":
        return _repeated(text, arguments)
    if name.startswith("%"):
        return unsupported(text, "here", "A cell magic must stand on the cell's first line.")
    return unsupported(text)


def cell(first: str, body: str) -> Translation | None:
    """Translate a cell that a cell magic takes as a whole.

    Args:
        first: the line that begins with ``%%``.
        body: the lines below it.

    Returns:
        The Python for all of it; None when only ``first`` is the magic's and ``body`` is Python
        (see ``opening``).
    """
    name, _, arguments = first[2:].rstrip().partition(" ")
    arguments = arguments.strip()
    if name in _SHOWN:
        lines = [first.rstrip(), *body.rstrip("\n").split("\n")]
        return Translation(comment="\n".join(f"{RESERVED} {text}".rstrip() for text in lines))
    if name in {"writefile", "file"}:
        return _written_file(first, arguments, body)
    if name == "timeit":
        return unsupported(
            "%%timeit", "in a stage", "It measures time and keeps nothing that the code makes."
        )
    if name == "time" and not arguments:
        return None
    if name == "capture" and all(word.startswith("-") for word in arguments.split()):
        return None
    if name == "capture":
        return unsupported("%%capture", "with a name", "Leave the name out.")
    return unsupported(first.rstrip())


def opening(first: str) -> Translation:
    """The line of a cell magic whose body is Python (``%%time``, ``%%capture``)."""
    return Translation(comment=f"{RESERVED} {first.rstrip()}")


def restore(source: str) -> str:
    """Turn plain Python with reserved comments back into IPython syntax.

    Args:
        source: code of one cell, as ``syntax.parse`` gave it or as it stands in a module.

    Returns:
        The code with magics; lines keep their numbers. Text in strings is left alone, and so are
        reserved comments that stand for no magic.
    """
    if RESERVED not in source:
        return source
    lines = source.split("\n")
    for token in tokenize.generate_tokens(StringIO(source).readline):
        if token.type != tokenize.COMMENT or not token.string.startswith(RESERVED):
            continue
        number, column = token.start[0] - 1, token.start[1]
        original = token.string[len(RESERVED) :].removeprefix(" ")
        before = lines[number][:column]
        code = before.strip()
        indent = before[: len(before) - len(before.lstrip())]
        if not code:
            lines[number] = indent + original
        elif re.match(r"%time(?!\w)", original):
            comment = original[len("%time") :]
            lines[number] = f"{indent}%time {code}{comment}"
        elif original.startswith(("%", "?")) or original.endswith("?"):
            lines[number] = indent + original
    return "\n".join(lines)


def _timed(text: str, statement: str) -> Translation:
    if not statement or statement.startswith("--"):
        return unsupported(text, "in this form", "Write `%time` with a statement after it.")
    if statement[0] in "%!?":
        return unsupported(statement)
    code, comment = _split_comment(statement)
    return Translation(code, f"{RESERVED} %time{'  ' + comment if comment else ''}")


def _repeated(text: str, arguments: str) -> Translation:
    """``%timeit``: the analysis sees the expression; what it assigns to is local to the timing."""
    options = _TIMEIT_OPTIONS.match(arguments.lstrip())
    statement = arguments.lstrip()[options.end() if options else 0 :]
    advice = "Time an expression, as in `%timeit f(x)`."
    try:
        body = ast.parse(statement).body
    except (SyntaxError, ValueError):
        return unsupported(text, "in this form", advice)
    value: ast.expr | None = None
    match body:
        case [ast.Expr(value=value)]:
            pass
        case [ast.Assign(targets=[ast.Name()], value=value)]:
            pass
    if value is None or any(isinstance(node, ast.NamedExpr) for node in ast.walk(value)):
        return unsupported(text, "with this statement", advice)
    code = ast.get_source_segment(statement, value) or ""
    return Translation(code, f"{RESERVED} {text}")


def _written_file(first: str, arguments: str, body: str) -> Translation:
    try:
        words = shlex.split(arguments)
    except ValueError:
        words = []
    if len(words) != 1 or words[0].startswith(("-", "~")) or set(words[0]) & set("${}"):
        return unsupported(
            first.split()[0], "in this form", "Write it with one plain path, without options."
        )
    path = repr(words[0])
    text = body.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return Translation(
        "import pathlib; "
        f'print(("Overwriting" if pathlib.Path({path}).exists() else "Writing"), {path}); '
        f'pathlib.Path({path}).write_text("""\\\n{text}""", encoding="utf-8");'
    )


def _install(text: str, tool: str, arguments: str) -> Translation:
    try:
        words = shlex.split(_REDIRECTION.sub(" ", arguments + " "), comments=True)
    except ValueError:
        return unsupported(text)
    if any(word in _OPERATORS or word.endswith(";") for word in words):
        return unsupported(text)
    comment = "# " + text
    if tool.split()[-1].endswith(("conda", "mamba")):
        # Names of conda packages are not those of a Python package index.
        return Translation(comment=comment)
    named, left_out = _sorted_arguments(words)
    return Translation(
        comment=comment,
        requirements=tuple(named),
        findings=tuple(_left_out(part) for part in left_out),
    )


def _left_out(part: str) -> Callable[[Place], Diagnostic]:
    return lambda at: nb205_install.diagnostic(at, part)


def _sorted_arguments(words: list[str]) -> tuple[list[str], list[str]]:
    """Arguments of an install line: requirements, and what cannot be one."""
    from packaging.requirements import InvalidRequirement, Requirement

    named: list[str] = []
    left_out: list[str] = []
    rest: Iterator[str] = iter(words)
    for word in rest:
        option, equals, _ = word.partition("=")
        if word.startswith("-"):
            value = "" if equals or option not in _VALUED else " " + next(rest, "")
            if option in _SOURCES:
                left_out.append(word + value)
            continue
        try:
            requirement = Requirement(word)
        except InvalidRequirement:
            left_out.append(word)
        else:
            (left_out if requirement.url else named).append(word)
    return named, left_out


def _split_comment(statement: str) -> tuple[str, str]:
    """The statement without its trailing comment, and the comment."""
    if "#" in statement:
        try:
            for token in tokenize.generate_tokens(StringIO(statement).readline):
                if token.type == tokenize.COMMENT:
                    return statement[: token.start[1]].rstrip(), token.string
        except (tokenize.TokenError, SyntaxError):
            pass
    return statement, ""
