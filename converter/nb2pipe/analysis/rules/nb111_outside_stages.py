"""NB111: `metrics` or `after:` on a cell of no stage.

What
    The tag is on a cell above the first stage, or on a setup cell.
Why
    Metrics are recorded when a stage runs, and only stages have an order.
Problematic
    `metrics` on a cell above the first `stage:` tag
Solution
    Add a `stage:` tag to the cell, or move it below the stage it belongs to.
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB111", "outside-stages", "error")


def diagnostic(place: Place, tag: str) -> Diagnostic:
    """At the cell that belongs to no stage."""
    return RULE.at(
        place,
        f"the tag `{tag}` is on a cell that belongs to no stage",
        "Add a `stage:<name>` tag to the cell, or move it below the stage it belongs to.",
    )
