"""An executed notebook as HTML, and its figures."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nb2pipe.errors import StorageFailed
from nb2pipe.execution.store import write_atomically

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

    Cells that only hand values over, and show nothing, are left out. What was rendered is kept
    beside the notebook: reports of later runs that reuse the stage show it again.

    Args:
        path: the notebook, or None if the stage has none.

    Returns:
        What it shows. A notebook that cannot be read is no error: ``problem`` says it.
    """
    if path is None:
        return Executed("", (), "This stage has no executed notebook.")
    try:
        text = path.read_bytes()
        kept = path.with_name(f".{path.stem}.rendered.json")
        digest = hashlib.sha256(text).hexdigest()
        found = _kept(kept, digest)
        if found is None:
            found = _rendered(text.decode("utf-8", "surrogatepass"))
            content = json.dumps({"notebook": digest, **asdict(found)})
            with contextlib.suppress(StorageFailed):  # only the time to render it again is lost
                write_atomically(kept, content.encode())
        return found
    except Exception as error:  # a damaged file must not cost the report
        return Executed("", (), f"The executed notebook cannot be shown: {error}")


def _kept(path: Path, digest: str) -> Executed | None:
    try:
        kept = json.loads(path.read_bytes())
        if kept["notebook"] != digest:
            return None
        return Executed(kept["html"], tuple(Figure(**figure) for figure in kept["figures"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _rendered(text: str) -> Executed:
    import nbformat

    notebook = nbformat.reads(text, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if _shown(cell)]
    return Executed(_html(notebook), tuple(_figures(notebook)))


def _shown(cell: Any) -> bool:
    if cell.cell_type != "code":
        return True
    return "cell" in cell.metadata.get("nb2pipe", {}) or bool(cell.outputs)


def _html(notebook: Any) -> str:
    import logging

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
