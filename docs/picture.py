"""Draw docs/picture.svg: the churn example's notebook beside the pipeline found in it.

    python docs/picture.py           # writes docs/picture.svg
    python docs/picture.py --check   # exit code 1 if the file is not what would be written

Cells and tags come from the notebook, stages and edges from ``nb2pipe stages --json``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from html import escape
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
NOTEBOOK = HERE.parent / "examples" / "churn" / "churn.ipynb"
PICTURE = HERE / "picture.svg"

COLOURS = ("#4c72b0", "#dd8452", "#55a868", "#c44e52", "#8172b3", "#937860", "#da8bc3", "#64768c")
GREY = "#8c959f"
CELL_HEIGHT, CELL_GAP, CELL_WIDTH = 30, 6, 400
BOX_WIDTH, BOX_HEIGHT = 112, 34
GRAPH_LEFT, GRAPH_WIDTH = 520, 440
TOP, MARGIN = 64, 24
STYLE = """
  text { font-family: -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
  .code { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; font-size: 11px; }
  .tag { font-size: 11px; font-weight: 600; fill: #ffffff; }
  .stage { font-size: 13px; font-weight: 600; fill: #ffffff; }
  .variable { font-size: 11px; fill: #57606a;
              paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }
  .title { font-size: 15px; font-weight: 600; }
"""

Graph = dict[str, list[dict[str, Any]]]


def graph_of(notebook: Path) -> Graph:
    """The stages and edges that nb2pipe finds."""
    command = [sys.executable, "-m", "nb2pipe", "stages", str(notebook), "--json"]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    graph: Graph = json.loads(done.stdout)
    return graph


def layers_of(graph: Graph) -> dict[str, int]:
    """The longest way from a first stage, for each stage (they come in dependency order)."""
    layers: dict[str, int] = {}
    for stage in graph["stages"]:
        before = [layers[edge["from"]] for edge in graph["edges"] if edge["to"] == stage["name"]]
        layers[stage["name"]] = max(before, default=-1) + 1
    return layers


def cell_rows(notebook: Path, owner: dict[str, str], colours: dict[str, str]) -> list[str]:
    """The notebook's code cells: their first line of code and their tags."""
    rows = []
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    for number, cell in enumerate(code):
        y = TOP + number * (CELL_HEIGHT + CELL_GAP)
        tags = " ".join(cell["metadata"].get("tags", []))
        colour = colours.get(owner.get(cell["id"], ""), GREY)
        first = "".join(cell["source"]).splitlines()[0]
        line = first if len(first) <= 34 else first[:33] + "…"
        width = 14 + 6.4 * len(tags)
        rows.append(
            f'<rect x="{MARGIN}" y="{y}" width="{CELL_WIDTH}" height="{CELL_HEIGHT}" rx="4" '
            f'fill="#f6f8fa" stroke="#d0d7de"/>'
            f'<rect x="{MARGIN}" y="{y}" width="4" height="{CELL_HEIGHT}" fill="{colour}"/>'
            f'<text class="code" x="{MARGIN + 14}" y="{y + 19}">{escape(line)}</text>'
        )
        if tags:
            x = MARGIN + CELL_WIDTH - width - 6
            rows.append(
                f'<rect x="{x:.0f}" y="{y + 6}" width="{width:.0f}" height="18" rx="9" '
                f'fill="{colour}"/>'
                f'<text class="tag" x="{x + width / 2:.0f}" y="{y + 19}" text-anchor="middle">'
                f"{escape(tags)}</text>"
            )
    return rows


def graph_shapes(graph: Graph, colours: dict[str, str], height: int) -> list[str]:
    """Boxes for the stages and arrows, with the names of the values, for the edges."""
    layers = layers_of(graph)
    step = (height - BOX_HEIGHT) / max(layers.values())
    centre: dict[str, tuple[float, float]] = {}
    for layer in set(layers.values()):
        names = [name for name, at in layers.items() if at == layer]
        for place, name in enumerate(names):
            x = GRAPH_LEFT + GRAPH_WIDTH * (place + 1) / (len(names) + 1)
            centre[name] = (x, TOP + BOX_HEIGHT / 2 + layer * step)

    values: dict[tuple[str, str], list[str]] = {}
    for edge in graph["edges"]:
        names = values.setdefault((edge["from"], edge["to"]), [])
        if edge["variable"] and edge["variable"] not in names:
            names.append(edge["variable"])

    arrows, labels = [], []
    bulge = 0
    for (source, target), names in values.items():
        (x1, y1), (x2, y2) = centre[source], centre[target]
        if layers[target] - layers[source] == 1:
            y1, y2 = y1 + BOX_HEIGHT / 2, y2 - BOX_HEIGHT / 2 - 5
            middle = (y1 + y2) / 2
            path = (
                f"M {x1:.0f} {y1:.0f} C {x1:.0f} {middle:.0f} {x2:.0f} {middle:.0f} "
                f"{x2:.0f} {y2:.0f}"
            )
            at = ((x1 + x2) / 2, middle + 4)
        else:
            side = 1 if bulge % 2 == 0 else -1
            reach = (150 + 30 * (bulge // 2)) * side
            bulge += 1
            x1, x2 = x1 + side * BOX_WIDTH / 2, x2 + side * (BOX_WIDTH / 2 + 5)
            path = (
                f"M {x1:.0f} {y1:.0f} C {x1 + reach:.0f} {y1:.0f} {x2 + reach:.0f} {y2:.0f} "
                f"{x2:.0f} {y2:.0f}"
            )
            at = ((x1 + x2) / 2 + 0.75 * reach, (y1 + y2) / 2 + 4)
        arrows.append(
            f'<path d="{path}" fill="none" stroke="{GREY}" stroke-width="1.4" '
            f'marker-end="url(#head)"/>'
        )
        for number, name in enumerate(names):
            y = at[1] + 13 * (number - (len(names) - 1) / 2)
            labels.append(
                f'<text class="variable" x="{at[0]:.0f}" y="{y:.0f}" text-anchor="middle">'
                f"{escape(name)}</text>"
            )
    boxes = [
        f'<rect x="{x - BOX_WIDTH / 2:.0f}" y="{y - BOX_HEIGHT / 2:.0f}" width="{BOX_WIDTH}" '
        f'height="{BOX_HEIGHT}" rx="6" fill="{colours[name]}"/>'
        f'<text class="stage" x="{x:.0f}" y="{y + 5:.0f}" text-anchor="middle">'
        f"{escape(name)}</text>"
        for name, (x, y) in centre.items()
    ]
    return [*arrows, *labels, *boxes]


def picture(notebook: Path, graph: Graph) -> str:
    """The whole picture as SVG."""
    names = [stage["name"] for stage in graph["stages"]]
    colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)}
    owner = {cell: stage["name"] for stage in graph["stages"] for cell in stage["cells"]}
    rows = cell_rows(notebook, owner, colours)
    count = sum("#f6f8fa" in row for row in rows)
    height = count * (CELL_HEIGHT + CELL_GAP) - CELL_GAP
    width, whole = GRAPH_LEFT + GRAPH_WIDTH + MARGIN, TOP + height + MARGIN
    label = f"The cells of {notebook.name} with their tags, and the pipeline in them"
    graph_middle = GRAPH_LEFT + GRAPH_WIDTH / 2
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {whole}" '
            f'role="img" aria-label="{escape(label)}">',
            f"<style>{STYLE}</style>",
            '<defs><marker id="head" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" '
            f'markerHeight="7" orient="auto"><path d="M 0 0 L 8 4 L 0 8 z" fill="{GREY}"/>'
            "</marker></defs>",
            f'<rect width="{width}" height="{whole}" rx="8" fill="#ffffff"/>',
            f'<text class="title" x="{MARGIN}" y="38">{escape(notebook.name)}</text>',
            f'<text class="title" x="{graph_middle:.0f}" y="38" text-anchor="middle">'
            "the pipeline: stages, and the values that cross them</text>",
            *rows,
            *graph_shapes(graph, colours, height),
            "</svg>\n",
        ]
    )


def main() -> int:
    """Write the picture, or check the one that is there."""
    text = picture(NOTEBOOK, graph_of(NOTEBOOK))
    if "--check" in sys.argv[1:]:
        return 0 if PICTURE.exists() and PICTURE.read_text(encoding="utf-8") == text else 1
    PICTURE.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
