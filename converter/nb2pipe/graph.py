"""The graph of a pipeline as text: for the terminal, and as Mermaid for Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nb2pipe.model import Edge, Pipeline, Stage


def text(pipeline: Pipeline) -> str:
    """The stages in their order, each with its edges and why they are there.

    Args:
        pipeline: the analysed notebook.

    Returns:
        Lines for the terminal, ASCII but for what the notebook brings; no newline at the end.
    """
    stages, edges = pipeline.stages, pipeline.edges
    lines = [f"{pipeline.name}: {_count(len(stages), 'stage')}, {_count(len(edges), 'edge')}"]
    width = max((len(stage.name) for stage in stages), default=0)
    for stage in stages:
        heading = f"{stage.name:<{width}}  {_cells(pipeline, stage.source_cells)}"
        if stage.parameters:
            heading += f"  ({_names('parameter', stage.parameters)})"
        lines += ["", heading.rstrip()]
        lines += _edge_lines(pipeline, [edge for edge in edges if edge.target == stage.name])
        lines += [f"  reads the file {_one_line(path)}" for path in stage.reads]
        lines += [f"  writes the file {_one_line(path)}" for path in stage.writes]
    return "\n".join(lines)


def mermaid(pipeline: Pipeline) -> str:
    """The same graph as a Mermaid flowchart; the reasons stand in its comments.

    Args:
        pipeline: the analysed notebook.

    Returns:
        The flowchart, without the fence around it and without a newline at the end.
    """
    pairs: dict[tuple[str, str], list[str]] = {}
    for edge in pipeline.edges:
        names = pairs.setdefault((edge.source, edge.target), [])
        label = _carried(edge)
        if label and label not in names:
            names.append(label)
    chart = flowchart(
        [(stage.name, _node(stage), "") for stage in pipeline.stages],
        [(source, target, ", ".join(names)) for (source, target), names in pairs.items()],
    )
    comments = [
        "%% " + escaped(f"{edge.source} to {edge.target}: {_why(pipeline, edge)}")
        for edge in pipeline.edges
    ]
    return "\n".join([chart, *comments])


def flowchart(
    nodes: Iterable[tuple[str, str, str]],
    edges: Iterable[tuple[str, str, str]],
    classes: Mapping[str, str] | None = None,
) -> str:
    """A Mermaid flowchart from plain texts; none of them can become syntax.

    Args:
        nodes: name, label and class ("" for none) of each.
        edges: names of source and target, and a label ("" for none).
        classes: the style of each class, in Mermaid's words.

    Returns:
        The flowchart, without a newline at the end.
    """
    lines = ["flowchart TD"]
    ids: dict[str, str] = {}
    for name, label, kind in nodes:
        # A stage may be called "end", which is a word of Mermaid's.
        ids[name] = f"s{len(ids) + 1}"
        shown = "<br/>".join(escaped(line) for line in label.split("\n"))
        lines.append(f'    {ids[name]}["{shown}"]' + (f":::{kind}" if kind else ""))
    for source, target, label in edges:
        arrow = f'-->|"{escaped(label)}"|' if label else "-.->"
        lines.append(f"    {ids[source]} {arrow} {ids[target]}")
    lines += [f"    classDef {kind} {style}" for kind, style in (classes or {}).items()]
    return "\n".join(lines)


def escaped(given: str) -> str:
    """The text on one line, with what Mermaid or Markdown might read as syntax as its codes."""
    return "".join(
        character if character.isalnum() or character in " _,.:-" else f"#{ord(character)};"
        for character in " ".join(given.split())
    )


def _node(stage: Stage) -> str:
    return "\n".join([stage.name, ", ".join(stage.parameters)]) if stage.parameters else stage.name


def _edge_lines(pipeline: Pipeline, edges: list[Edge]) -> list[str]:
    rows = [
        (f"<- {edge.source}", _carried(edge) or "(order)", _place(pipeline, edge), edge.reason)
        for edge in edges
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    return [
        "  " + "  ".join([*map(str.ljust, row[:3], widths), _one_line(row[3])]).rstrip()
        for row in rows
    ]


def _carried(edge: Edge) -> str:
    """What the edge hands on: a variable, or a piece of hidden state ("" for a mere order)."""
    if edge.variable is not None:
        return edge.variable
    return f"state of {edge.state}" if edge.state else ""


def _why(pipeline: Pipeline, edge: Edge) -> str:
    parts = (_carried(edge) or "order", _place(pipeline, edge, " to "), edge.reason)
    return ", ".join(part for part in parts if part)


def _place(pipeline: Pipeline, edge: Edge, arrow: str = " -> ") -> str:
    cells = (_number(pipeline, edge.producer_cell), _number(pipeline, edge.consumer_cell))
    return arrow.join(f"cell {number}" for number in cells if number)


def _cells(pipeline: Pipeline, ids: Iterable[str]) -> str:
    numbers = sorted(number for cell in ids if (number := _number(pipeline, cell)))
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    shown = [str(first) if first == last else f"{first}-{last}" for first, last in spans]
    return _names("cell", shown, len(numbers)) if numbers else ""


def _number(pipeline: Pipeline, cell: str) -> int:
    """The number of the cell (0 for none: an order by a tag may have no cell)."""
    return next((found.number for found in pipeline.notebook.cells if found.id == cell), 0)


def _names(noun: str, names: Iterable[str], count: int | None = None) -> str:
    shown = list(names)
    plural = "" if (len(shown) if count is None else count) == 1 else "s"
    return f"{noun}{plural} {', '.join(shown)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _one_line(given: str) -> str:
    """Text of the notebook without characters that steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in given)
