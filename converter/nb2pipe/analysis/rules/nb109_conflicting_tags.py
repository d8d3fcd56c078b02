"""NB109: tags that say different things about one cell.

What
    A cell has tags of several stages, or both a stage and `setup`, `parameters` or `skip`.
Why
    A cell stands in one place of the pipeline.
Problematic
    `stage:load` and `stage:train` on one cell
Solution
    Split the cell and tag each part, or keep one of the tags.
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB109", "conflicting-tags", "error")


def diagnostic(place: Place, first: str, second: str) -> Diagnostic:
    """The two tags as they stand in the cell."""
    return RULE.at(
        place,
        f"the tags `{first}` and `{second}` contradict each other",
        "Keep one of them, or split the cell.",
    )
