"""NB110: `after:` names no other stage.

What
    The stage named by an `after:` tag does not exist, or is the cell's own.
Why
    The order that the tag asks for cannot be kept.
Problematic
    `after:trian` where the stage is called `train`
Solution
    `after:train`
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB110", "after-stage", "error")


def diagnostic(place: Place, tag: str, why: str, nearest: str) -> Diagnostic:
    """``why`` completes "the tag … "; ``nearest`` is the stage probably meant ("" for none)."""
    advice = f"Did you mean `after:{nearest}`?" if nearest else "Name another stage, or remove it."
    return RULE.at(place, f"the tag `{tag}` {why}", advice)
