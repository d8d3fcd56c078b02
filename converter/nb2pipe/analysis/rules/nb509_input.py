"""NB509: a cell asks the user.

What
    ``input()``.
Why
    Nobody answers in a pipeline.
Problematic
    ```python
    horizon = int(input("Days? "))
    ```
Solution
    A parameter, in the cell tagged ``parameters``:
    ```python
    horizon = 90  # days
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB509", "input", "error")


def diagnostic(place: Place) -> Diagnostic:
    """At the name."""
    return RULE.at(
        place,
        "`input` asks a question that nobody answers in a pipeline",
        "Make the value a parameter.",
    )
