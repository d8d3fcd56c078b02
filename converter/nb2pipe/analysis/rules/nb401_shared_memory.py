"""NB401: two inputs of a stage share memory, come from different stages, and are changed.

What
    One variable is part of another, or both are the same object, and a later stage changes it
    through either.
Why
    Handed over one by one they would be two copies: a change of one would not show in the other,
    as it does in the notebook.
Problematic
    ```python
    # stage:a
    rows = [1, 2]
    # stage:b
    box = {"rows": rows_of(a)}
    ```
Solution
    ```python
    # make both in one stage, or copy: rows.copy()
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB401", "shared-memory", "error")


def diagnostic(
    place: Place, name: str, other: str, first: str, second: str, stage: str
) -> Diagnostic:
    """The two variables, the stages they come from, and the stage that changes them."""
    return RULE.at(
        place,
        f"`{name}` (of stage {first}) and `{other}` (of stage {second}) may share memory, "
        f"and stage {stage} changes it",
        f"Make both in one stage, or take a copy: `{other} = {other}.copy()`.",
    )
