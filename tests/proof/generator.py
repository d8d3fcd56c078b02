"""Random notebooks of a category, cut into random stages."""

from __future__ import annotations

import string
from pathlib import Path

from categories import END, PLAIN, SETUP, START, Category
from hypothesis import strategies as st

from nb2pipe.model import Cell, Notebook

_PARAMETERS = "p = 3\nq = 2\nname = 'Some'\nchoices = [1, 2]\nrate = 0.5"
_POOLS = {
    **dict.fromkeys("abc", ("i", "j", "k")),
    **dict.fromkeys("lm", ("r", "s", "t")),
    **dict.fromkeys("xy", ("x", "y", "z")),
    "f": ("f", "g"),
    "n": ("0", "1", "2", "3"),
}
_FIELDS = string.Formatter()


@st.composite
def statement(draw: st.DrawFn, templates: tuple[str, ...]) -> str:
    """One statement of the templates, its places filled."""
    template = draw(st.sampled_from(templates))
    used = sorted({name for _, name, *_ in _FIELDS.parse(template) if name})
    return template.format(**{name: draw(st.sampled_from(_POOLS[name])) for name in used})


@st.composite
def notebook(draw: st.DrawFn, category: Category) -> Notebook:
    """A notebook whose statements are mostly of the category."""
    cells: list[Cell] = []

    def add(source: str, *tags: str) -> None:
        number = len(cells) + 1
        cells.append(Cell(f"c{number}", number, "code", source.strip("\n"), tags))

    if category.name == "parameters":
        add(_PARAMETERS, "parameters")
    add(category.setup + SETUP, "setup")
    add(START + category.start, "stage:s0")
    stage = 0
    for _ in range(draw(st.integers(2, 6))):
        before = stage
        stage = max(0, stage + draw(st.sampled_from(category.steps)))
        own = draw(st.lists(statement(category.statements), min_size=1, max_size=3))
        if draw(st.booleans()):
            own.insert(0, draw(statement(PLAIN)))
        for position, group in enumerate(_cells(own)):
            again = position == 0 or stage != before
            add(group, *([f"stage:s{stage}"] if again else []))
            before = stage
    ends = f"{END}, {category.end}" if category.end else END
    add(f"print({ends})", "stage:last")
    return Notebook(path=Path("example.ipynb"), cells=tuple(cells))


def _cells(statements: list[str]) -> list[str]:
    """The statements as sources of cells: a cell magic begins its cell and fills it."""
    cells: list[str] = []
    joined: list[str] = []
    for text in statements:
        if text.startswith("%%"):
            cells += ["\n".join(joined), text]
            joined = []
        else:
            joined.append(text)
    cells.append("\n".join(joined))
    return [cell for cell in cells if cell.strip()]


def text(read: Notebook) -> str:
    """A notebook as the tests write them."""
    return "\n".join(f"#% {' '.join(cell.tags)}\n{cell.source}" for cell in read.cells)
