"""Cells that draw a series on the current figure get a figure of their own in the function."""

import pytest
from writing import notebook

from nb2pipe.analysis import analyse
from nb2pipe.emit.project import from_pipeline

TEXT = """
#% setup
import matplotlib.pyplot as plt
import pandas as pd
#% stage:report
frame = pd.DataFrame({{"a": [1, 2]}})
plt.plot([1])
#%
{}
"""


def module(line):
    pipeline = analyse(notebook(TEXT.format(line)))
    assert not pipeline.errors
    return from_pipeline(pipeline).stages[-1].source


@pytest.mark.parametrize(
    "line",
    [
        'frame["a"].plot()',
        'ax = frame["a"].plot.bar(rot=0)',
        "wide = pd.DataFrame({'a': [1]})\nplt.plot([1])\nwide.plot()",
        'frame["a"].value_counts().plot.bar()',
        "weights = pd.Series([1, 2]).sort_values()\nax = weights.plot(kind='barh')",
        'frame.groupby("a")["a"].mean().plot(kind="bar")',
    ],
)
def test_a_series_draws_on_a_figure_of_its_cell(line):
    assert "plt.figure()  # nb2pipe> function" in module(line)


@pytest.mark.parametrize(
    ("settings", "drawing"),
    [
        ('plt.rcParams["figure.figsize"] = (3, 2)', "plt.plot([2])"),
        ('plt.style.use("ggplot")\n    plt.rc("lines", linewidth=3)', "plt.plot([2])"),
        ('plt.rcParams.update(\n        {"figure.dpi": 50},\n    )', "plt.bar([1], [2])"),
    ],
)
def test_a_figure_has_the_settings_with_which_its_cell_begins(settings, drawing):
    cell = f"{settings}\n    {drawing}".replace("\n    ", "\n")
    found = module(cell)
    assert f"{settings}\n    plt.figure()  # nb2pipe> function\n    {drawing}\n" in found


@pytest.mark.parametrize(
    "lines",
    [
        "if len(frame) > 5:\n    plt.plot([1, 2])",
        "for name in frame:\n    plt.plot([1, 2])",
        "len(frame) > 5 and plt.title('many')",
        "def outline(values):\n    if values:\n        plt.plot(values)\noutline([])",
        'column = frame["a"]\ncolumn.plot()\nplt.title("first")',
    ],
)
def test_a_figure_that_a_cell_perhaps_does_not_draw_on_is_closed_unused(lines):
    found = module(lines)
    assert "plt.figure('c3')  # nb2pipe> function\n" in found
    assert found.endswith("    plt.figure('c3').axes or plt.close('c3')  # nb2pipe> function\n")


@pytest.mark.parametrize(
    "lines",
    [
        "for number in range(2):\n    plt.plot([1, number])",
        "for number in [1, 2]:\n    plt.plot([1, number])",
        "def outline(values):\n    plt.plot(values)\noutline([])",
        "with plt.style.context('ggplot'):\n    plt.plot([1])",
    ],
)
def test_a_cell_that_draws_for_sure_keeps_its_figure(lines):
    found = module(lines)
    assert "plt.figure()  # nb2pipe> function\n" in found
    assert ".axes or" not in found


@pytest.mark.parametrize(
    "lines", ["plt.close('all')", "frame['a'].hist()\nplt.close('all')\nplt.plot([2])"]
)
def test_figures_are_shown_before_a_cell_closes_its_own(lines):
    found = module(lines)
    assert f"    plt.show()  # nb2pipe> function\n    {lines.splitlines()[0]}\n" in found
    assert "plt.figure(" not in found


FIGURE = """
#% stage:report
import matplotlib.pyplot as plt
figure, panels = plt.subplots(1, 2)
line, = panels[0].plot([1])
#%
{}
"""


@pytest.mark.parametrize(
    "lines", ["panels[1].plot([2])", "line.set_linewidth(3)", "figure.suptitle('both')"]
)
def test_figures_are_shown_before_a_later_cell_draws_on_them(lines):
    pipeline = analyse(notebook(FIGURE.format(lines)))
    found = from_pipeline(pipeline).stages[-1].source
    assert f"    plt.show()  # nb2pipe> function\n    {lines}\n" in found


def test_figures_are_shown_before_a_cell_draws_on_them_and_on_its_own():
    lines = "plt.plot([3])\npanels[0].plot([2])"
    found = from_pipeline(analyse(notebook(FIGURE.format(lines)))).stages[-1].source
    assert "plt.show()  # nb2pipe> function\n    plt.figure()  # nb2pipe> function\n" in found


@pytest.mark.parametrize("lines", ["figure", "f, a = plt.subplots()\na.plot([1])"])
def test_figures_of_earlier_cells_that_stay_as_they_are_need_not_be_shown(lines):
    assert (
        "plt.show()" not in from_pipeline(analyse(notebook(FIGURE.format(lines)))).stages[-1].source
    )


def test_a_stage_that_has_no_pyplot_takes_it_for_the_function():
    text = "#% setup\nimport seaborn as sns\n#% stage:report\nsns.lineplot(x=[1], y=[2])\n"
    pipeline = analyse(notebook(f"{text}#%\nsns.lineplot(x=[1], y=[3])"))
    found = from_pipeline(pipeline).stages[-1].source
    assert "    from matplotlib import pyplot  # nb2pipe> function\n" in found
    assert "    pyplot.figure()  # nb2pipe> function\n    sns.lineplot(x=[1], y=[3])" in found


def test_what_is_set_after_drawing_is_not_set_for_that_figure():
    cell = 'plt.plot([2])\nplt.rcParams["figure.figsize"] = (3, 2)'
    assert "plt.figure()  # nb2pipe> function\n    plt.plot([2])\n" in module(cell)
    line = 'plt.rc("lines", linewidth=3); plt.plot([2])'
    assert f"plt.figure()  # nb2pipe> function\n    {line}\n" in module(line)


@pytest.mark.parametrize(
    "line",
    [
        "frame.plot()",
        "frame.plot()\nplt.title('all')",
        "frame.plot.line()\nplt.title('all')",
        "frame.hist()\nplt.title('all')",
        "def never():\n    plt.plot([1])\nkept = [never]",
        'fig, ax = plt.subplots()\nframe["a"].plot(ax=ax)',
        'frame["a"].to_frame().plot()',
        "tall = pd.Series([1, 2]).to_frame()\ntall.plot()",
        'frame["a"].mean()',
    ],
)
def test_what_makes_its_own_figure_gets_none(line):
    assert "plt.figure()" not in module(line)


@pytest.mark.parametrize(
    "line",
    [
        "wide = pd.DataFrame({'a': [1]}).set_index('a')\nwide.plot()\nplt.show()",
        "wide = pd.concat([frame, frame], axis=1)\nax = wide.plot.barh()\nplt.show()",
    ],
)
def test_a_frame_that_the_cell_makes_and_shows_gets_none_at_all(line):
    assert "plt.figure(" not in module(line)  # an empty one would be shown
