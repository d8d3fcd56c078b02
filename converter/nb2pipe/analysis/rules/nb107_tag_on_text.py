"""NB107: a tag on a cell that holds no code.

What
    A Markdown or raw cell has a `stage:`, `parameters`, `setup`, `metrics` or `after:` tag.
Why
    Only code cells make stages. Text is taken for the documentation of the stage whose code
    follows it.
Problematic
    `stage:train` on the heading above the cell
Solution
    `stage:train` on the code cell
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB107", "tag-on-text", "warning")


def diagnostic(place: Place, tag: str, kind: str) -> Diagnostic:
    """``kind`` is the kind of the cell."""
    return RULE.at(
        place,
        f"the tag `{tag}` is on a {kind} cell and has no effect",
        "Put the tag on the code cell below it.",
    )
