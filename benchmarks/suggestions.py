"""Do suggested stages cross fewer variables than cutting at the headings? On scripts by others.

``python benchmarks/suggestions.py SDIST`` takes scikit-learn's source distribution (a ``.tar.gz``,
or the folder that it unpacks to) and reads its example scripts: the headings of their comments
become Markdown, and each paragraph of code a cell. Both taggings share what is setup and what
are parameters; they differ in the cuts alone. Nothing is run.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import tarfile
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from nb2pipe.analysis import analyse
from nb2pipe.fixes import applied
from nb2pipe.model import Cell, Fix, Notebook, SetTags
from nb2pipe.suggestion import headings, suggest

_UNDERLINE = re.compile(r"([=\-~^*#.+`_])\1{2,}")
_COMMENT = re.compile(r"# ?")


@dataclass(frozen=True)
class Result:
    """One script: how many variables cross, and how many stages there are, in both ways.

    ``accepted`` says whether ``check`` accepts each of them.
    """

    name: str
    cells: int
    headings: int
    suggested: int
    stages_at_headings: int
    stages_suggested: int
    accepted_at_headings: bool
    accepted_suggested: bool
    seconds: float


def notebook(path: Path) -> Notebook:
    """A script as the notebook that its author sees: text above code, a cell for each paragraph."""
    blocks = re.split(r"^(?:# %%|#{20,}).*\n", path.read_text(encoding="utf-8"), flags=re.M)
    cells: list[tuple[str, str]] = []
    for number, block in enumerate(blocks):
        lines = block.split("\n")
        if number:
            count = next((n for n, line in enumerate(lines) if not line.startswith("#")), 0)
            text = [_COMMENT.sub("", line, count=1) for line in lines[:count]]
            cells.append(("markdown", "\n".join(_markdown(text))))
            lines = lines[count:]
        cells += [("code", paragraph) for paragraph in _paragraphs("\n".join(lines))]
    return Notebook(
        path.with_suffix(".ipynb"),
        tuple(
            Cell(f"c{number}", number, "code" if kind == "code" else "markdown", source)
            for number, (kind, source) in enumerate(cells, start=1)
            if source.strip()
        ),
    )


def _markdown(lines: list[str]) -> Iterator[str]:
    """reStructuredText's underlined titles as Markdown's; the mark's order tells the level."""
    for number, line in enumerate(lines):
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if _UNDERLINE.fullmatch(below.strip()) and line.strip():
            level = "=-~^".find(below.strip()[0]) + 1 or 5
            yield f"{'#' * level} {line.strip()}"
        elif not _UNDERLINE.fullmatch(line.strip()):
            yield line


def _paragraphs(source: str) -> Iterator[str]:
    """Groups of statements between empty lines."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        body = ast.parse(source).body
    lines = source.split("\n")
    begin, end = 1, 0
    for node in body:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        if end and any(not line.strip() for line in lines[end : first - 1]):
            yield "\n".join(lines[begin - 1 : end]).strip("\n")
            begin = end + 1
        end = node.end_lineno or node.lineno
    if end:
        yield "\n".join(lines[begin - 1 : end]).strip("\n")


def compared(book: Notebook) -> Result | None:
    """Both ways to cut; None for a script with fewer than two sections."""
    begun = time.perf_counter()
    suggestion = suggest(book)
    seconds = time.perf_counter() - begun
    others = [c for c in suggestion.changes if not c.tags[0].startswith("stage:")]
    plain = {change.cell for change in others}
    above = headings.above_code(book.cells)
    starts: list[SetTags] = []
    waiting = False
    for cell in book.cells:
        if cell.kind != "code":
            continue
        waiting = waiting or bool(above[cell.id])
        if cell.id in plain:
            continue
        if waiting or not starts:
            starts.append(SetTags(cell.id, (f"stage:section_{len(starts)}",)))
        waiting = False
    if len(starts) < 2:
        return None
    ours = analyse(applied(book, Fix("", suggestion.changes)))
    theirs = analyse(applied(book, Fix("", (*others, *starts))))
    return Result(
        name=book.path.stem,
        cells=sum(cell.kind == "code" for cell in book.cells),
        headings=sum(len(stage.inputs) for stage in theirs.stages),
        suggested=sum(len(stage.inputs) for stage in ours.stages),
        stages_at_headings=len(starts),
        stages_suggested=len(suggestion.stages),
        accepted_at_headings=not theirs.errors,
        accepted_suggested=not ours.errors,
        seconds=seconds,
    )


def results(folder: Path) -> list[Result]:
    """Every example script that has at least two sections."""
    found = []
    for path in sorted(folder.glob("**/examples/**/plot_*.py")):
        result = compared(replace(notebook(path), path=Path(path.stem + ".ipynb")))
        if result is not None:
            found.append(result)
    return found


def summary(found: list[Result]) -> dict[str, float]:
    """Counts over all scripts."""
    return {
        "scripts": len(found),
        "fewer": sum(one.suggested < one.headings for one in found),
        "equal": sum(one.suggested == one.headings for one in found),
        "more": sum(one.suggested > one.headings for one in found),
        "crossing_at_headings": sum(one.headings for one in found),
        "crossing_suggested": sum(one.suggested for one in found),
        "stages_at_headings": sum(one.stages_at_headings for one in found),
        "stages_suggested": sum(one.stages_suggested for one in found),
        "accepted_at_headings": sum(one.accepted_at_headings for one in found),
        "accepted_suggested": sum(one.accepted_suggested for one in found),
        "longest_seconds": max(one.seconds for one in found),
    }


def main() -> None:
    """Print the summary, or all results as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("sdist", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.sdist.is_dir():
        found = results(options.sdist)
    else:
        with tempfile.TemporaryDirectory() as folder, tarfile.open(options.sdist) as archive:
            archive.extractall(folder, filter="data")
            found = results(Path(folder))
    if options.json:
        print(json.dumps([asdict(one) for one in found], indent=1))
    else:
        for name, value in summary(found).items():
            print(f"{name:24} {value:.4g}")


if __name__ == "__main__":
    main()
