"""NB104: the notebook has no code.

What
    There is no code cell, or all of them are empty.
Why
    There is nothing to run.
Problematic
    A notebook of Markdown cells.
Solution
    Name another notebook, or turn the cells that hold code into code cells.
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB104", "no-code", "error")


def diagnostic() -> Diagnostic:
    """On the notebook as a whole."""
    return RULE.at(
        Place(),
        "the notebook has no code",
        "Name a notebook with code cells; a cell of kind Raw or Markdown is not run.",
    )
