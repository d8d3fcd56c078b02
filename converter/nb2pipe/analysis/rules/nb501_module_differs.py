"""NB501: a stage's function would not be the stage's cells.

What
    The stage's module was written, cut back into cells and compared with the notebook; they
    differ, or a name would mean something else within the function.
Why
    A pipeline whose modules compute something else than the notebook is worse than none, so such a
    stage is refused.
Problematic
    ```python
    def outer():
        count = 0
        def inner():
            global count      # the notebook's count, within a function that has one of its own
            count = 1
    ```
Solution
    Give the two variables different names, or simplify the statement that the message names.
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB501", "module-differs", "error")


def diagnostic(place: Place, stage: str, difference: str) -> Diagnostic:
    """``difference`` says what would not be the same."""
    return RULE.at(
        place,
        f"stage {stage} cannot be written as a function: {difference}",
        "Simplify or rename what the message names; if it looks right, report this notebook.",
    )
