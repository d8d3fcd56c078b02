"""What an analysis costs: ``python benchmarks/analysis.py``.

Processor time of ``analyse`` for notebooks of 10 to 5,000 cells, with nothing remembered, and for
one of 100 cells of which one was edited since the last time, as while someone types.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import notebook as written

import nb2pipe.notebook
from nb2pipe.analysis import analyse, placement, syntax
from nb2pipe.emit import layout, proof
from nb2pipe.model import Notebook

SIZES = (10, 100, 500, 1000, 5000)


def notebook(cells: int) -> Notebook:
    """A notebook with so many code cells, ten a stage."""
    before = written.CELLS, written.STAGES
    written.CELLS, written.STAGES = cells, max(1, cells // 10)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cells.ipynb"
            written.write(path)
            return nb2pipe.notebook.read(path)
    finally:
        written.CELLS, written.STAGES = before


def forget() -> None:
    """Nothing of earlier analyses is remembered."""
    syntax._without_findings.cache_clear()
    proof.forget()
    layout.parse.cache_clear()
    placement._outermost.cache_clear()


def seconds(book: Notebook) -> float:
    """Processor time of one analysis."""
    start = time.process_time()
    assert not analyse(book).errors
    return time.process_time() - start


def cold(book: Notebook, times: int = 3) -> float:
    """The best of several analyses with nothing remembered."""
    found = []
    for _ in range(times):
        forget()
        found.append(seconds(book))
    return min(found)


def typing(book: Notebook, times: int = 40) -> list[float]:
    """Analyses between which one cell is edited, sorted."""
    seconds(book)
    found = []
    code = [at for at, cell in enumerate(book.cells) if cell.kind == "code" and cell.number > 5]
    for number in range(times):
        cells = list(book.cells)
        at = code[number * 7 % len(code)]
        cells[at] = replace(cells[at], source=f"{cells[at].source}\nedited_{number} = {number}")
        found.append(seconds(replace(book, cells=tuple(cells))))
    return sorted(found)


def main() -> None:
    """Print the times in milliseconds."""
    times = {size: cold(notebook(size), 1 if size > 1000 else 3) for size in SIZES}
    for size, value in times.items():
        print(f"{size:6} cells {value * 1000:9.1f} ms")
    print(f"time(5000) / time(500) = {times[5000] / times[500]:.1f}")
    found = typing(notebook(100))
    middle, high = statistics.median(found), found[int(len(found) * 0.95)]
    print(f"100 cells, one edited: median {middle * 1000:.1f} ms, 95 % {high * 1000:.1f} ms")


if __name__ == "__main__":
    main()
