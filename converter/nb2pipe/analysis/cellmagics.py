"""What each cell magic becomes in plain Python: ``%%bash``, ``%%writefile``, ``%%capture``, …

See ``magics`` for those of lines, and for the comments with which they come back.
"""

from __future__ import annotations

import re
import shlex

from nb2pipe.analysis import shell
from nb2pipe.analysis.translation import RESERVED, Translation, unsupported

_SHOWN = {"html", "HTML", "latex", "markdown", "svg", "SVG"}
TIMEIT_OPTIONS = re.compile(r"(?:-[nrp]\s*\d+\s+|-[tcqv]+\s+)*")


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
    if name in ("bash", "sh") and not arguments and body.strip():
        return _script(name, first, body)
    if name == "timeit" and TIMEIT_OPTIONS.fullmatch(f"{arguments} " if arguments else ""):
        return None
    if name == "timeit":
        return unsupported("%%timeit", "in this form", "Write nothing after it but options.")
    if name == "time" and not arguments:
        return None
    if name == "capture" and len(_captured(arguments)) <= 1:
        return None
    return unsupported(first.rstrip())


def opening(first: str) -> Translation:
    """The line of a cell magic whose body is Python (``%%time``, ``%%capture``).

    Where its code opens a block, the body goes into it.
    """
    comment = f"{RESERVED} {first.rstrip()}"
    name, _, arguments = first[2:].rstrip().partition(" ")
    if name == "timeit":
        # Whatever it binds is gone after it.
        return Translation("for _ in range(1):", comment, local=True)
    if name == "capture":
        target = "".join(f" as {captured}" for captured in _captured(arguments))
        given = {word.partition("=")[0] for word in arguments.split() if word.startswith("-")}
        options = [
            f"{part}=False"
            for part, option in (
                ("stdout", "--no-stdout"), ("stderr", "--no-stderr"), ("display", "--no-display"),
            )
            if option in given
        ]  # fmt: skip
        code = f"with capture_output({', '.join(options)}){target}:"
        return Translation(code, comment, imports=(shell.CAPTURE,))
    return Translation(comment=comment)


def _captured(arguments: str) -> list[str]:
    """The name that ``%%capture`` binds, if any; other words are options."""
    words = [word for word in arguments.split() if not word.startswith("-")]
    return words if all(word.isidentifier() for word in words) else ["", ""]


def _script(program: str, first: str, body: str) -> Translation:
    """A cell for the shell: IPython fills nothing into it."""
    text = shell.text_literal(body if body.endswith("\n") else body + "\n")
    code = (
        f'print(subprocess.run([{program!r}], input={text}, encoding="utf-8", check=True, '
        'stdout=subprocess.PIPE).stdout, end="");'
    )
    return Translation(code, f"# {first.rstrip()}", imports=(shell.SUBPROCESS,), ends=True)


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
    return Translation(
        "import pathlib; "
        f'print(("Overwriting" if pathlib.Path({path}).exists() else "Writing"), {path}); '
        f'pathlib.Path({path}).write_text({shell.text_literal(body)}, encoding="utf-8");'
    )
