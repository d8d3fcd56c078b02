"""NB101: a tag that looks like one of nb2pipe's and is none.

What
    The tag resembles `stage:<name>`, `after:<stage>`, `parameters`, `setup`, `metrics` or
    `skip`, but is written otherwise.
Why
    Tags that nb2pipe does not know are left alone, since other tools use tags as well. One
    that was meant for nb2pipe would be passed over in silence, and the cell would land in
    another stage.
Problematic
    `stages:train`, `stage train`, `Stage:train`, `step=train`, `Parameters`
Solution
    `stage:train`, `parameters`
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB101", "unknown-tag", "error")


def diagnostic(place: Place, tag: str, meant: str) -> Diagnostic:
    """``meant`` is the tag it was probably to be."""
    return RULE.at(
        place, f"unknown tag `{tag}`", f"Did you mean `{meant}`? Change the tag, or remove it."
    )
