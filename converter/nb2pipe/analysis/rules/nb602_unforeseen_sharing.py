"""NB602: a recorded run shows that two values share something, which the analysis did not foresee.

What
    When the notebook was recorded, two variables held the same object, or parts of the same memory,
    after a cell, and the analysis takes them for independent.
Why
    A change through one shows in the other. The analysis assumed that it does not: stages might
    then get copies that no longer share, or run in an order in which a change is missed.
Problematic
    ```python
    # stage:prepare
    view = library.window(data)  # a view of data
    ```
Solution
    ```python
    # stage:prepare
    view = library.window(data).copy()
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB602", "unforeseen-sharing", "error")


def diagnostic(place: Place, one: str, other: str) -> Diagnostic:
    """The two variables."""
    return RULE.at(
        place,
        f"`{one}` and `{other}` shared an object or memory after this cell when the notebook was"
        " recorded; the analysis assumes that they are independent",
        f"Take a copy of one of them, for example `{other} = copy.deepcopy({other})`, and record"
        " again.",
    )
