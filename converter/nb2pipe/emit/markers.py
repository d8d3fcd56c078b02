"""The comments that a stage's module keeps for nb2pipe: cell markers and function-only lines.

* ``# %% [cell-id]``, with `` metrics`` after it for a metrics cell, opens a cell;
* ``statement  # nb2pipe> function`` stands in the function and in no cell.

The other reserved comments stand for magics and belong to ``analysis/magics.py``. A comment of
the notebook that looks like a marker gets one more ``#`` in the module and loses it again when the
module is unrolled, so a marker is always nb2pipe's or somebody's edit of the module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FUNCTION_ONLY = "# nb2pipe> function"

_MARKER = re.compile(r"#[ \t]*%%[ \t]*\[([^\s\]]+)\][ \t]*(metrics)?[ \t]*")
_LOOKALIKE = re.compile(r"([ \t]*)(#+)([ \t]*%%[ \t]*\[[^\s\]]+\][ \t]*(?:metrics)?[ \t]*)")


@dataclass(frozen=True)
class Marker:
    """The start of a cell in a module."""

    id: str
    metrics: bool = False

    def __str__(self) -> str:
        return f"# %% [{self.id}] metrics" if self.metrics else f"# %% [{self.id}]"


def read(comment: str) -> Marker | None:
    """The marker that a comment is, or None."""
    match = _MARKER.fullmatch(comment)
    return Marker(match[1], match[2] is not None) if match else None


def is_function_only(comment: str) -> bool:
    """Whether the comment says that its line is in no cell."""
    return comment.rstrip() == FUNCTION_ONLY


def escape(line: str) -> str:
    """A comment line of a cell as it stands in a module."""
    match = _LOOKALIKE.fullmatch(line)
    return f"{match[1]}#{match[2]}{match[3]}" if match else line


def unescape(line: str) -> str:
    """A comment line of a module as it stood in the cell."""
    match = _LOOKALIKE.fullmatch(line)
    if match is None or len(match[2]) == 1:
        return line
    return f"{match[1]}{match[2][1:]}{match[3]}"
