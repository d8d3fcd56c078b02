"""Notebooks written as text: a line such as ``#% stage:train`` begins a cell with those tags."""

from __future__ import annotations

from pathlib import Path

from nb2pipe.model import Cell, Notebook


def notebook(text: str, *, name: str = "example", folder: Path = Path("/notebooks")) -> Notebook:
    """The notebook of a text; ``#% md`` begins a Markdown cell."""
    cells: list[Cell] = []
    tags: tuple[str, ...] = ()
    lines: list[str] = []

    def close() -> None:
        source = "\n".join(lines).strip("\n")
        if source or tags:
            kind = "markdown" if tags == ("md",) else "code"
            number = len(cells) + 1
            own = () if kind == "markdown" else tags
            cells.append(Cell(f"c{number}", number, kind, source, own))  # type: ignore[arg-type]

    for line in text.split("\n"):
        if line.startswith("#%"):
            close()
            tags, lines = tuple(line[2:].split()), []
        else:
            lines.append(line)
    close()
    return Notebook(path=folder / f"{name}.ipynb", cells=tuple(cells))
