from __future__ import annotations

import base64
import dataclasses
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

from nb2pipe.errors import StorageFailed
from nb2pipe.execution import report
from nb2pipe.execution.drawing import BOX_GAP, LAYER_GAP, draw
from nb2pipe.execution.executed import executed
from nb2pipe.model import Project, RunRecord, StageRecord


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def page(record: RunRecord, project: Project) -> Page:
    return Page(report.html(record, project))


def frames(page: Page) -> dict[str, str]:
    return {
        str(attributes["title"]).rpartition(" ")[2]: str(attributes["srcdoc"])
        for attributes in page.all("iframe")
    }


def test_the_report_says_what_happened(page: Page) -> None:
    assert "churn ✗ failed" in page.text
    assert "Version 1.2.3" in page.text
    assert "Started 2026-11-24 09:00:00 UTC" in page.text
    assert "Took 12.5 s" in page.text
    assert "Source churn.ipynb" in page.text
    assert "1 reused, 1 ran, 1 failed, 1 skipped" in page.text
    assert "Stage train failed in cell c4 , line 1 ValueError: no <data>" in page.text
    assert "accuracy 0.91" in page.text
    assert "f1 (macro)| 0.5" in page.text
    assert """horizon 'it\\'s "90" <days>'""" in page.text
    assert "features ✓ ran 2.2 s its code has changed" in page.text
    assert "load ↺ reused nothing has changed" in page.text


def test_the_graph_has_every_stage_and_names_what_is_handed_on(page: Page) -> None:
    assert len(page.all("rect")) == 4
    assert len([a for a in page.all("path") if "line" in str(a.get("class"))]) == 5
    assert len([a for a in page.all("path") if a.get("class") == "line order"]) == 1
    assert "features to train: X, y, state of random." in page.text
    assert "load → end: orders" in page.text
    statuses = [a["class"] for a in page.all("g")]
    assert statuses == ["reused", "ran", "failed", "skipped"]
    # The status is never told by colour alone.
    assert "train ✗ failed · 8.0 s" in page.text
    links = {a["href"] for a in page.all("a")}
    ids = {f"#{attributes['id']}" for _, attributes in page.elements if "id" in attributes}
    assert {"#stage-load", "#stage-end"} <= links <= ids


def test_the_cells_of_each_stage_are_shown_with_their_outputs(page: Page) -> None:
    shown = frames(page)
    assert set(shown) == {"load", "features", "train"}
    train = Page(shown["train"])
    assert "model . score ()" in train.text
    assert "ValueError : no <data>" in train.text
    assert "hidden_plumbing" not in shown["load"]
    assert "orders = read ()" in Page(shown["load"]).text
    assert [a["id"] for a in page.all("details") if "open" in a] == ["stage-train"]
    assert "This stage has no executed notebook." in page.text


def test_figures_are_shown_with_words(page: Page) -> None:
    (figure,) = page.all("img")
    assert str(figure["src"]).startswith("data:image/png;base64,iVBORw0KGgo")
    assert figure["alt"] == "Figure 1 of stage features"


def test_the_page_loads_nothing(page: Page) -> None:
    for tag, attributes in page.elements:
        for name in ("src", "href", "data", "action", "poster", "srcset"):
            address = attributes.get(name)
            assert address is None or address.startswith(("#", "data:")), (tag, address)
    assert not page.all("link")
    policies = [a["content"] for a in page.all("meta") if "http-equiv" in a]
    assert policies == [
        "default-src 'none'; img-src data:; media-src data:; font-src data:; "
        "style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    ]


def test_outputs_stand_in_frames_of_another_origin_without_network(page: Page) -> None:
    for attributes in page.all("iframe"):
        assert attributes["sandbox"] == "allow-scripts"
        inner = Page(str(attributes["srcdoc"]))
        (policy,) = [a["content"] for a in inner.all("meta") if "http-equiv" in a]
        assert str(policy).startswith("default-src 'none'; ")
        assert "http" not in str(policy)
    assert "evil.example" in frames(page)["features"]
    assert all("evil.example" not in word for word in page.words)
    assert len(page.all("script")) == 1


@pytest.mark.parametrize(
    "attack", ["</title><script>alert(1)</script>", "\"><img src=x>'", "{{1}}"]
)
def test_no_text_becomes_markup(attack: str, record: RunRecord, project: Project) -> None:
    given = dataclasses.replace(
        record,
        parameters={attack: attack},
        metrics={attack: 1.0},
        source=attack,
        version=attack,
        stages=(StageRecord("train", "failed", reason=attack, error=attack, cell=attack),),
    )
    page = Page(report.html(given, project))
    assert len(page.all("script")) == 1
    assert page.all("img") == []
    assert page.text.count(attack) >= 6


@pytest.mark.parametrize(
    "broken", [None, "", "{", '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [1]}']
)
def test_a_damaged_notebook_does_not_cost_the_report(
    broken: str | None, record: RunRecord, project: Project, tmp_path: Path
) -> None:
    notebook = tmp_path / "broken.ipynb"
    if broken is not None:
        notebook.write_text(broken, encoding="utf-8")
    stage = StageRecord("train", "ran", notebook)
    page = Page(report.html(dataclasses.replace(record, stages=(stage,)), project))
    assert "The executed notebook cannot be shown" in page.text
    assert page.all("iframe") == []


def test_a_vector_figure_is_an_image_whose_scripts_do_not_run(
    tmp_path: Path, notebook_maker: Callable[..., Path]
) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    cell = nbformat.v4.new_code_cell(
        "plot()", outputs=[nbformat.v4.new_output("display_data", {"image/svg+xml": svg})]
    )
    (figure,) = executed(notebook_maker(tmp_path / "a.ipynb", cell)).figures
    kind, _, content = figure.address.partition(",")
    assert kind == "data:image/svg+xml;base64"
    assert base64.b64decode(content).decode() == svg


def test_writing_replaces_the_file_whole(
    record: RunRecord, project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "new" / "report.html"
    assert report.write(record, project, path) == path
    first = path.read_text(encoding="utf-8")
    assert first.startswith("<!doctype html>\n")
    assert report.write(record, project, path).read_text(encoding="utf-8") == first
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]


def test_a_report_that_cannot_be_written_is_an_error(
    record: RunRecord, project: Project, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageFailed) as raised:
        report.write(record, project, tmp_path / "file" / "report.html")
    assert raised.value.place == str(tmp_path / "file" / "report.html")


def test_an_empty_run_has_a_report(record: RunRecord, project: Project) -> None:
    given = dataclasses.replace(record, stages=(), metrics={}, parameters={}, status="cancelled")
    page = Page(report.html(given, dataclasses.replace(project, stages=())))
    assert "churn ◼ cancelled" in page.text
    assert "This run has no metrics." in page.text


def test_stages_that_were_not_part_of_the_run_are_not_drawn(
    record: RunRecord, project: Project
) -> None:
    page = Page(report.html(dataclasses.replace(record, stages=record.stages[1:3]), project))
    assert len(page.all("rect")) == 2


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0.00 s"),
        (0.044, "0.04 s"),
        (12.34, "12.3 s"),
        (59.97, "1 min 0 s"),
        (125, "2 min 5 s"),
        (7384, "2 h 3 min"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert report.duration(seconds) == words


def test_long_values_and_many_names_are_cut() -> None:
    assert len(report.value("x" * 100_000)) == report.VALUE_LENGTH
    edge = report.EdgeView("a", "b", tuple(f"variable_{number}" for number in range(9)))
    assert edge.label == "variable_0, variable_1 +7"
    assert report.EdgeView("a", "b", ("x" * 40, "y")).label == f"{'x' * 40} +1"


def test_the_report_imports_nothing_heavy_until_it_is_written() -> None:
    program = (
        "import sys; import nb2pipe.execution.report;"
        "heavy = ('nbformat', 'nbconvert', 'jinja2', 'pygments');"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


DIAMOND = [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("a", "d")]
CROSSED = [("a", "d"), ("b", "c"), ("a", "c"), ("b", "d"), ("c", "e"), ("d", "e"), ("a", "f")]


@pytest.mark.parametrize("edges", [[], [("a", "b")], DIAMOND, CROSSED, [("e", "f"), ("a", "f")]])
def test_boxes_do_not_overlap_and_lines_go_down(edges: list[tuple[str, str]]) -> None:
    widths = {name: 100.0 + 30 * index for index, name in enumerate("abcdef")}
    drawing = draw(widths, dict.fromkeys(edges, 90.0))
    boxes = {box.name: box for box in drawing.boxes}
    assert set(boxes) == set(widths)
    for box in drawing.boxes:
        assert box.x >= 0
        assert box.x + box.width <= drawing.width
        assert box.y + box.height <= drawing.height
        for other in drawing.boxes:
            if other is not box and other.y == box.y:
                apart = max(box.x - other.x - other.width, other.x - box.x - box.width)
                assert apart >= BOX_GAP - 0.01
    for source, target in edges:
        assert boxes[source].y + boxes[source].height + LAYER_GAP <= boxes[target].y + 0.01
    assert [(line.source, line.target) for line in drawing.lines] == edges
    for line in drawing.lines:
        numbers = [float(text) for text in re.findall(r"-?[\d.]+", line.path)]
        assert numbers[0] == pytest.approx(
            boxes[line.source].x + boxes[line.source].width / 2, abs=0.1
        )
        assert numbers[-2] == pytest.approx(
            boxes[line.target].x + boxes[line.target].width / 2, abs=0.1
        )


def test_a_line_that_skips_a_layer_goes_around_its_boxes() -> None:
    drawing = draw(dict.fromkeys("abc", 120.0), {("a", "b"): 0, ("b", "c"): 0, ("a", "c"): 70.0})
    middle = next(box for box in drawing.boxes if box.name == "b")
    long = next(line for line in drawing.lines if (line.source, line.target) == ("a", "c"))
    (crossing,) = re.findall(r"L(-?[\d.]+),", long.path)
    assert not middle.x - 35 < float(crossing) < middle.x + middle.width + 35
    # Its label stands there too, beside the box.
    assert (round(long.x, 1), long.y) == (float(crossing), middle.y + middle.height / 2)


def test_two_that_cross_are_put_in_order() -> None:
    drawing = draw(dict.fromkeys("abcd", 100.0), {("a", "d"): 0, ("b", "c"): 0})
    x = {box.name: box.x for box in drawing.boxes}
    assert (x["a"] - x["b"]) * (x["d"] - x["c"]) > 0


def test_the_drawing_is_the_same_each_time() -> None:
    widths = dict.fromkeys("abcdef", 100.0)
    edges = dict.fromkeys(CROSSED, 50.0)
    assert draw(widths, edges) == draw(widths, dict(edges))


def test_the_colours_of_code_know_every_kind_of_token() -> None:
    from pygments.formatters import HtmlFormatter

    css = (report.TEMPLATES / "syntax.css").read_text(encoding="utf-8")
    for style in ("default", "github-dark"):
        for line in HtmlFormatter(style=style).get_style_defs(".highlight").splitlines():
            selector = line.partition("{")[0]
            assert selector in css, selector
