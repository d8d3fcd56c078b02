"""Scripts of a sphinx-gallery as notebooks: cut into cells, and the cells into stages.

A block of comments that begins with ``# %%``, or with a line of many ``#``, is text between cells.
Text with an underlined line is a heading.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Literal

from nb2pipe.model import Cell, Notebook

Cut = Literal["headings", "cells"]
_TEXT = re.compile(r"^# ?%%.*\n(?:#.*\n)*|^#{20,}[^\n]*\n(?:#.*\n)*", re.MULTILINE)
_HEADING = re.compile(r"^# ?\S.*\n# ?([-=~^*\"'])\1{2,} *$", re.MULTILINE)
_DOCSTRING = re.compile(r'\A\s*(?:r?)"""(.*?)"""', re.DOTALL)


def notebook(script: Path, cut: Cut) -> Notebook:
    """Read a script.

    Args:
        script: the script.
        cut: a stage for every heading, or for every cell.
    """
    text = script.read_text(encoding="utf-8")
    cells: list[Cell] = []
    title = _DOCSTRING.match(text)
    if title is not None:
        cells.append(_cell(cells, "markdown", title.group(1).strip()))
        text = text[title.end() :]
    stage = 0
    begins = True
    for kind, part in _parts(text):
        if kind == "markdown":
            cells.append(_cell(cells, kind, part))
            begins = begins or cut == "cells" or bool(_HEADING.search(f"{part}\n"))
            continue
        tags: tuple[str, ...] = ()
        if begins:
            stage += 1
            tags = (f"stage:part{stage}",)
        cells.append(_cell(cells, kind, part, tags))
        begins = cut == "cells"
    return Notebook(path=Path(f"{script.stem}.ipynb"), cells=tuple(cells))


def stages(read: Notebook) -> int:
    """How many stages a notebook is cut into."""
    return sum(1 for cell in read.cells if cell.tags)


def _parts(text: str) -> list[tuple[Literal["markdown", "code"], str]]:
    parts: list[tuple[Literal["markdown", "code"], str]] = []
    at = 0
    for found in _TEXT.finditer(f"{text}\n"):
        parts += [("code", text[at : found.start()]), ("markdown", found.group())]
        at = found.end()
    parts.append(("code", text[at:]))
    return [(kind, part.strip("\n")) for kind, part in parts if _says(kind, part)]


def _says(kind: str, part: str) -> bool:
    lines = [line for line in part.split("\n") if line.strip()]
    return kind == "markdown" or any(not line.lstrip().startswith("#") for line in lines)


def _cell(
    cells: list[Cell], kind: Literal["markdown", "code"], source: str, tags: tuple[str, ...] = ()
) -> Cell:
    number = len(cells) + 1
    return replace(Cell(f"c{number}", number, kind, source), tags=tags)
