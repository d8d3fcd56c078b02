"""NB601: a recorded run shows a change that the analysis did not foresee.

What
    When the notebook was recorded, a cell changed a value in place, and nothing in the cell's code
    is known to do that.
Why
    The analysis assumed that the cell leaves the value alone. Stages that take the value from an
    earlier cell would not see the change, and would compute something else than the notebook.
Problematic
    ```python
    # stage:report
    summary(df)  # a library's function, taken for one that reads: it adds a column to df
    ```
Solution
    ```python
    # stage:report
    summary(df.copy())
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB601", "unforeseen-change", "error")


def diagnostic(place: Place, name: str) -> Diagnostic:
    """The variable that was changed."""
    return RULE.at(
        place,
        f"this cell changed `{name}` when the notebook was recorded; the analysis assumes that it"
        " leaves it alone",
        f"Give the call that changes it a copy, or say that it does: `{name} = {name}` after it;"
        " then record again. If the cell no longer changes it, record again.",
    )
