"""What each magic of a line becomes in plain Python, and the way back.

Shell lines and the like become calls, in the notebook's cells as well. A magic that stands for
nothing in Python is kept as a *reserved comment*, which ``restore`` turns back when a stage runs in
a kernel::

    !ls {folder}                 system("ls {}".format(folder));  # !ls {folder}
    %matplotlib inline           # nb2pipe> %matplotlib inline
    %time x = fit()              x = fit()  # nb2pipe> %time
    %timeit fit(X)               fit(X)  # nb2pipe> %timeit fit(X)
    if full:                     if full:
        %config a.b = 1              pass  # nb2pipe> %config a.b = 1
    %%capture out                with capture_output() as out:  # nb2pipe> %%capture out
    fit()                            fit()

The comment of ``%time`` goes in front of its line's code; any other stands for its whole line, the
code before it being what the analysis is to see. Where that code opens a block, the block is the
rest of the cell.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Collection
from dataclasses import replace
from io import StringIO

from nb2pipe.analysis import installs, shell
from nb2pipe.analysis.cellmagics import TIMEIT_OPTIONS
from nb2pipe.analysis.translation import RESERVED, Translation, unsupported

# Magics that set something up in the kernel or show something, and read no variable.
_SETTINGS = {"matplotlib", "config", "load_ext", "reload_ext", "autoreload", "precision"}
_TRACEBACKS = {"plain", "context", "verbose", "minimal", "docs"}
# Magics that only show something of Python, and those that show what the session did or holds.
DISPLAYS = {"lsmagic", "magic", "quickref", "pinfo", "pinfo2", "pdef", "pdoc", "psource", "pfile"}
DISPLAYS |= {"page", "alias", "colors"}
_SESSION = {"who", "whos", "who_ls", "history", "hist", "dhist"}

# What changes the environment otherwise.
_PACKAGES = re.compile(
    r"\s*(?:sudo\s+)?(?:(?:python[\d.]*\s+-m\s+)?pip[\d.]*|uv(?:\s+pip)?|conda|mamba|apt(?:-get)?|brew)"
    r"\s+(?:uninstall|install|remove|update|upgrade|create|sync|add)\b"
)


def line(text: str, unbound: Collection[str] = (), loaded: Collection[str] = ()) -> Translation:
    """Translate a line that begins with ``%`` or ``!``, or is a question (``obj?``).

    Args:
        text: the line without its indentation, continuation lines joined.
        unbound: names that the notebook binds nowhere.
        loaded: extensions of IPython that earlier cells load.

    Returns:
        The Python for it; with a finding when it is not supported.
    """
    if (install := installs.translate(text)) is not None:
        return install
    if text.startswith("?") or text.endswith("?"):
        return Translation(comment=f"{RESERVED} {text}")
    if text.startswith("!"):
        return _system(text, unbound)
    name, _, arguments = text[1:].partition(" ")
    if name == "load_ext" and arguments.strip() in loaded:
        return _loaded_again(text, arguments.strip())
    if name == "xmode":
        return _tracebacks(text, arguments.strip().lower())
    if name in _SESSION:
        return unsupported(text, "in a stage", "It would show less than in the notebook.")
    if name in _SETTINGS or name in DISPLAYS:
        return Translation(comment=f"{RESERVED} {text}")
    if (command := shell.alias(name, arguments)) is not None:
        called = _called(text, command, unbound)
        return replace(called, comment=f"{RESERVED} {text}") if shell.is_listing(name) else called
    if name in ("cd", "pwd", "env", "set_env"):
        return _process(text, name, arguments.strip(), unbound)
    if name == "time":
        return _timed(text, arguments.strip())
    if name == "timeit":
        return _repeated(text, arguments)
    if name.startswith("%"):
        return unsupported(text, "here", "A cell magic must stand on the cell's first line.")
    return unsupported(text)


def _loaded_again(text: str, extension: str) -> Translation:
    """``%load_ext`` of what is loaded only says so."""
    said = (
        f"The {extension} extension is already loaded. To reload it, use:\n"
        f"  %reload_ext {extension}"
    )
    return Translation(f"print({said!r})", f"# {text}")


def _tracebacks(text: str, mode: str) -> Translation:
    """``%xmode`` sets how the kernel shows errors, and says so."""
    if mode not in _TRACEBACKS:
        return unsupported("%xmode", "in this form", "Name the mode, as in `%xmode Plain`.")
    said = f"Exception reporting mode: {mode.capitalize()}"
    return Translation(f"print({said!r})", f"{RESERVED} {text}")


def extension(line: str) -> str:
    """The extension that a line with a reserved comment loads; "" when it loads none."""
    found = re.fullmatch(rf"\s*(?:pass  )?{RESERVED} %(?:re)?load_ext\s+(\S+)\s*", line)
    return found[1] if found else ""


def value(text: str, unbound: Collection[str] = ()) -> Translation:
    """Translate the right side of ``x = !command`` and ``x = %magic`` into an expression."""
    if text.startswith("!"):
        return _output(text, text[1:], unbound)
    name, _, arguments = text[1:].partition(" ")
    if name in ("sx", "system", "sc"):
        return _output(text, arguments, unbound)
    if name == "pwd" and not arguments.strip():
        return Translation("os.getcwd()", f"# {text}", imports=(shell.OS,))
    refused = unsupported(text)
    return replace(refused, code="None")


def _system(text: str, unbound: Collection[str]) -> Translation:
    if text.startswith("!!"):
        return _output(text, text[2:], unbound)
    return _called(text, text[1:], unbound)


def _called(text: str, command: str, unbound: Collection[str]) -> Translation:
    """A command whose output is shown as it comes."""
    if not command.strip() or shell.in_background(command) or _PACKAGES.match(command):
        return unsupported(text)
    made = shell.filled(command.strip(), unbound)
    # The semicolon: the exit code, which the call returns, is not shown.
    return Translation(
        f"system({made.code});", f"# {text}", imports=(shell.SYSTEM,), filled=made.names
    )


def _output(text: str, command: str, unbound: Collection[str]) -> Translation:
    """A command whose output becomes a list of lines."""
    if not command.strip() or shell.in_background(command):
        return replace(unsupported(text), code="None")
    made = shell.filled(command.strip(), unbound)
    return Translation(
        f"SList(getoutput({made.code}).splitlines())",
        f"# {text}",
        imports=(shell.GETOUTPUT, shell.SLIST),
        filled=made.names,
    )


def _process(text: str, name: str, arguments: str, unbound: Collection[str]) -> Translation:
    """``%cd``, ``%pwd``, ``%env``: the working directory and the environment."""
    comment = f"# {text}"
    if name == "pwd":
        return Translation("os.getcwd()", comment, imports=(shell.OS,))
    if name == "cd":
        quiet, path = arguments.startswith("-q "), arguments.removeprefix("-q ").strip()
        if not path or path.startswith("-") or set(path) & set("'\""):
            return unsupported("%cd", "in this form", "Use `os.chdir`.")
        made = shell.filled(path, unbound)
        folder = f"os.path.expanduser({made.code})" if path.startswith("~") else made.code
        code = f"os.chdir({folder})"
        if set(path) - set("./~"):  # a folder that need not be there: it is said, and that is all
            missing = f"FileNotFoundError(2, 'No such file or directory', {folder})"
            code += f" if os.path.isdir({folder}) else print({missing})"
        code += "" if quiet else "; print(os.getcwd())"
        return Translation(code, comment, imports=(shell.OS,), filled=made.names)
    if not arguments and name == "env":
        return Translation(comment=f"{RESERVED} {text}")
    key, separator, given = arguments.partition("=" if "=" in arguments else " ")
    if not separator and name == "env":
        made = shell.filled(key.strip(), unbound)
        return Translation(f"os.environ[{made.code}]", comment, imports=(shell.OS,))
    if not key.strip() or " " in key.strip() or not separator:
        return unsupported(f"%{name}", "in this form", "Set it with `os.environ`.")
    variable, made = shell.filled(key.strip(), unbound), shell.filled(given.strip(), unbound)
    told = (
        repr(f"env: {key.strip()}=") if not variable.names else f"'env: ' + {variable.code} + '='"
    )
    code = f"os.environ[{variable.code}] = {made.code}; print({told} + os.environ[{variable.code}])"
    return Translation(code, comment, imports=(shell.OS,), filled=made.names | variable.names)


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
    blocks: list[int] = []
    for token in tokenize.generate_tokens(StringIO(source).readline):
        if token.type != tokenize.COMMENT or not token.string.startswith(RESERVED):
            continue
        number, column = token.start[0] - 1, token.start[1]
        original = token.string[len(RESERVED) :].removeprefix(" ")
        before = lines[number][:column]
        code = before.strip()
        indent = before[: len(before) - len(before.lstrip())]
        if not code or (original.startswith("%%") and code.endswith(":")):
            lines[number] = indent + original
            if code:
                blocks.append(number)
        elif re.match(r"%time(?!\w)", original):
            comment = original[len("%time") :]
            lines[number] = f"{indent}%time {code}{comment}"
        elif original.startswith(("%", "?")) or original.endswith("?"):
            lines[number] = indent + original
    for number in blocks:
        _unindent(source, lines, number + 1)
    return "\n".join(lines)


def _unindent(source: str, lines: list[str], start: int) -> None:
    """Take the lines from ``start`` (from 0) on out of the block that they are in."""
    from nb2pipe.emit.layout import lines_in_strings, tokens

    inside = lines_in_strings(tokens(source + "\n"))
    for number in range(start, len(lines)):
        if number + 1 not in inside:
            lines[number] = lines[number].removeprefix("    ")


def _timed(text: str, statement: str) -> Translation:
    if not statement or statement.startswith("--"):
        return unsupported(text, "in this form", "Write `%time` with a statement after it.")
    if statement[0] in "%!?":
        return unsupported(statement)
    code, comment = _split_comment(statement)
    return Translation(code, f"{RESERVED} %time{'  ' + comment if comment else ''}")


def _repeated(text: str, arguments: str) -> Translation:
    """``%timeit``: the analysis sees the expression; what it assigns to is local to the timing."""
    options = TIMEIT_OPTIONS.match(arguments.lstrip())
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
