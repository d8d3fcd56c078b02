"""An executed notebook as HTML, and its figures."""

from __future__ import annotations

import base64
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_IMAGES = ("image/png", "image/jpeg", "image/svg+xml")


@dataclass(frozen=True)
class Figure:
    """A picture in a cell's outputs, as an address that holds it."""

    address: str
    cell: int


@dataclass(frozen=True)
class Executed:
    """A stage's cells with their outputs as an HTML fragment, untrusted; and its figures."""

    html: str
    figures: tuple[Figure, ...]
    problem: str = ""


def executed(path: Path | None) -> Executed:
    """Read and render an executed notebook.

    Cells that only hand values over, and show nothing, are left out.

    Args:
        path: the notebook, or None if the stage has none.

    Returns:
        What it shows. A notebook that cannot be read is no error: ``problem`` says it.
    """
    if path is None:
        return Executed("", (), "This stage has no executed notebook.")
    import nbformat

    try:
        notebook = nbformat.read(path, as_version=4)
        notebook.cells = [cell for cell in notebook.cells if _shown(cell)]
        return Executed(_html(notebook), tuple(_figures(notebook)))
    except Exception as error:  # a damaged file must not cost the report
        return Executed("", (), f"The executed notebook cannot be shown: {error}")


def _shown(cell: Any) -> bool:
    if cell.cell_type != "code":
        return True
    return "cell" in cell.metadata.get("nb2pipe", {}) or bool(cell.outputs)


def _html(notebook: Any) -> str:
    from nbconvert import HTMLExporter

    # What it would say (an image without a description) is not for who runs a pipeline.
    log = logging.Logger("nbconvert", logging.CRITICAL)
    html, _ = HTMLExporter(template_name="basic", log=log).from_notebook_node(notebook)
    return str(html)


def _figures(notebook: Any) -> list[Figure]:
    figures = []
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            kind = next((kind for kind in _IMAGES if kind in data), None)
            if kind is None:
                continue
            given = data[kind] if isinstance(data[kind], str) else "".join(data[kind])
            if kind == "image/svg+xml":
                content = base64.b64encode(given.encode()).decode()
            else:
                content = "".join(given.split())
            # In an <img>, an SVG's scripts do not run.
            figures.append(Figure(f"data:{kind};base64,{content}", number))
    return figures
