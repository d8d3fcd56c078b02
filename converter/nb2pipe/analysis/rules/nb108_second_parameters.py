"""NB108: a second parameters cell.

What
    More than one cell is tagged `parameters`.
Why
    Papermill puts given values below the first one, so that those of the second would win in
    silence.
Problematic
    Two cells tagged `parameters`
Solution
    One cell that holds all parameters
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB108", "second-parameters", "error")


def diagnostic(place: Place, first: int) -> Diagnostic:
    """``first`` is the number of the first parameters cell."""
    return RULE.at(
        place,
        f"a second cell is tagged `parameters`; the first is cell {first}",
        "Move its lines to the first one, or remove the tag.",
    )
