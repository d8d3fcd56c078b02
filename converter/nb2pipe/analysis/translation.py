"""What stands in plain Python for a magic or a shell line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nb2pipe.analysis.rules import Place, nb203_magic, nb204_shell
from nb2pipe.model import Diagnostic

RESERVED = "# nb2pipe>"


@dataclass(frozen=True)
class Translation:
    """One line's or cell's magic in plain Python.

    ``code`` may span lines; ``comment`` follows it on its first line, or on its last when it
    ``ends`` with it. ``findings`` are worded once the place is known. ``kept`` says that the
    comment is a reserved one. ``imports`` are statements that the code needs, ``filled`` names
    that are filled into a text, ``local`` says that what the cell binds stays in it.
    """

    code: str = ""
    comment: str = ""
    requirements: tuple[str, ...] = ()
    findings: tuple[Callable[[Place], Diagnostic], ...] = ()
    imports: tuple[str, ...] = ()
    filled: frozenset[str] = frozenset()
    ends: bool = False
    local: bool = False

    @property
    def kept(self) -> bool:
        """Whether the magic comes back when the stage runs."""
        return self.comment.startswith(RESERVED)

    def written(self, indent: str) -> str:
        """The text that replaces the magic; a block's only line must be a statement."""
        code = self.code or ("pass" if indent else "")
        if self.ends:
            return f"{indent}{code}  {self.comment}"
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
