"""Ways to draw: whatever changes a part of a figure changes the figure, for the stages after it."""

from __future__ import annotations

import pytest
from writing import notebook

from nb2pipe.analysis import analyse

# What is made with the figure, and what the next stage does; a line break is written as ``\\n``.
PARTS = r"""
ax2 = ax.twinx() | ax2.set_ylim(0,9)
ln, = ax.plot([1]) | ln.set_ydata([3])
ln = ax.plot([1]) | ln[0].set_ydata([3])
| ax.set_title('t')
t = ax.set_title('k') | t.set_text('z')
sp = ax.spines | sp['top'].set_visible(False)
yx = ax.yaxis | yx.set_visible(False)
p = ax.bar([1],[2]) | p[0].set_height(4)
leg = ax.legend() | leg.set_title('a')
sub = fig.add_subplot(2,1,1) | sub.plot([1])
ins = ax.inset_axes([0,0,1,1]) | ins.plot([1])
im = ax.imshow([[1]]) | im.set_data([[2]])
c = fig.colorbar(ax.imshow([[1]])) | c.set_label('q')
h = ax.hist([1]) | h[2][0].set_height(3)
a1, a2 = fig.subplots(1,2) | a1.plot([1])
an = ax.annotate('x',(0,0)) | an.set_text('u')
| plt.setp(ax, xlim=(0,1))
g = ax.figure | g.suptitle('x')
r = ax.axhline(1) | r.set_color('r')
| ax.spines['top'].set_visible(False)
| ax.lines[0].set_color('r')
| for l in ax.lines: l.set_color('r')
| fig.axes[0].set_title('x')
| ax.xaxis.label.set_color('r')
| ax.patch.set_alpha(1)
| ax.get_legend().set_title('x')
| ax.get_lines()[0].set_color('r')
| ax.get_xaxis().set_visible(False)
| fig.get_axes()[0].plot([1])
| fig.gca().plot([1])
g=fig.gca() | g.plot([1])
s = fig.subfigures(1,2) | s[0].suptitle('x')
m = fig.subplot_mosaic('AB') | m['A'].plot([1])
s = ax.secondary_xaxis('top') | s.set_xlabel('q')
n = fig.add_axes([0,0,1,1]) | n.plot([1])
gs = fig.add_gridspec(1,2)\nn = fig.add_subplot(gs[0]) | n.plot([1])
t = ax.text(0,0,'x') | t.set_text('y')
sc = ax.scatter([1],[1]) | sc.set_array([3])
q = ax.get_title | x = 1; ax.cla()
| ax.clear()
| fig.clf()
| fig.tight_layout()
| fig.set_size_inches(3,3)
| fig.suptitle('x')
| ax.tick_params(labelsize=3)
| ax.grid(True)
| ax.invert_yaxis()
| ax.margins(0)
| ax.remove()
| ax.axis('off')
| ax.legend()
| ax.lines.pop()
ln,=ax.plot([1]) | ln.remove()
| fig.subplots_adjust(left=0)
| fig.patch.set_facecolor('r')
| fig.colorbar(None, ax=ax)
| import pandas as pd\npd.Series([1]).plot(ax=ax)
| import seaborn as sns\nsns.lineplot(x=[1],y=[2],ax=ax)
| fig.dpi = 50
| ax.title.set_text('q')
ln = ax.plot([1])[0] | ln.set(color='r')
| ax.set(title='t')
| ax.add_patch(plt.Rectangle((0,0),1,1))
| ax.fill_between([1],[2])
b=ax.boxplot([1,2]) | b['boxes'][0].set_color('r')
| fig.legend()
| ax.label_outer()
| ax.locator_params(nbins=3)
| ax.ticklabel_format(style='plain')
| ax.minorticks_on()
| ax.add_artist(None)
| ax.contourf([[1,2],[3,4]])
| ax.autoscale()
| ax.relim()
| fig.autofmt_xdate()
| fig.align_labels()
| fig.text(0,0,'x')
| fig.add_artist(None)
| ax.sharex(ax)
| ax.format_coord = None
"""
GRIDS = (
    "fig, axs = plt.subplots(1, 2)",
    "fig = plt.figure()\naxs = fig.subplots(1, 2)",
    "fig, axs = plt.subplots(1, 2)\naxs = axs.ravel()",
)
ON_GRIDS = r"""
axs[0].plot([1])
axs.flat[0].plot([1])
for a in axs: a.set_title('x')
for a in axs.ravel(): a.plot([1])
a1, a2 = axs\na1.plot([1])
x = axs[0].plot([1])[0]\nx.set_color('r')
list(axs)[0].plot([1])
for i, a in enumerate(axs): a.plot([1])
for a, b in zip(axs, [1]): a.plot([b])
axs.flatten()[0].hist([1])
for a, b in zip(axs.flat, [1]):\n    a.plot([b])
axs = axs.ravel(); axs[1].bar([1],[2])
def draw(a):\n    a.plot([1])\ndraw(axs[0])
axs.T[0].plot([1])
axs[0].twinx().plot([3])
"""


def changed(start: str, drawing: str) -> set[str]:
    """What a stage hands on that draws on a figure of the stage before."""
    text = (
        f"#% setup\nimport matplotlib.pyplot as plt\n#% stage:a\n{start}\n#% stage:b\n{drawing}\n"
        "#% stage:c\nprint(fig)"
    )
    found = analyse(notebook(text))
    assert not found.errors
    return {variable.name for variable in found.stage("b").outputs}


@pytest.mark.parametrize("line", PARTS.strip().split("\n"))
def test_a_part_is_in_its_figure(line: str) -> None:
    start, _, drawing = (part.strip().replace("\\n", "\n") for part in line.partition("|"))
    assert "fig" in changed(f"fig, ax = plt.subplots()\n{start}", drawing)


@pytest.mark.parametrize("start", GRIDS)
@pytest.mark.parametrize("line", ON_GRIDS.strip().split("\n"))
def test_axes_of_a_grid_are_in_their_figure(line: str, start: str) -> None:
    assert "fig" in changed(start, line.replace("\\n", "\n"))


def test_what_is_not_drawn_on_stays() -> None:
    assert "fig" not in changed(
        "fig, ax = plt.subplots()", "other, ax2 = plt.subplots()\nax2.plot([1])"
    )
