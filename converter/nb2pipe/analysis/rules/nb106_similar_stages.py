"""NB106: two stage names that differ by one typing error.

What
    A stage name occurs once and differs from another stage's name by one letter or two
    exchanged ones.
Why
    A misspelt name makes a stage of its own. The pipeline still computes the same, but it is
    not the one that was meant.
Problematic
    `stage:train` on one cell, `stage:trian` on another
Solution
    `stage:train` on both
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB106", "similar-stages", "warning")


def diagnostic(place: Place, name: str, other: str) -> Diagnostic:
    """``name`` is the one that occurs once."""
    return RULE.at(
        place,
        f"stage `{name}` is one typing error away from stage `{other}`",
        f"If they are the same, write `stage:{other}`; if not, a clearer name helps readers.",
    )
