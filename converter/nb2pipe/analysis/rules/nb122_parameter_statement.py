"""NB122: the parameters cell holds something other than parameters.

What
    A statement in the `parameters` cell is neither `name = literal`, nor `name: type =
    literal`, nor an import from typing.
Why
    Anything else there would run in no stage, or in every one.
Problematic
    ```python
    C = 1.0
    print(C)
    ```
Solution
    ```python
    C = 1.0
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB122", "parameter-statement", "error")


def diagnostic(place: Place) -> Diagnostic:
    """At the statement."""
    return RULE.at(
        place,
        "only `name = literal` may stand in the parameters cell",
        "Move this line to a cell below it.",
    )
