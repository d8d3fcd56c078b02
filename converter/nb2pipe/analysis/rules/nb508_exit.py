"""NB508: a cell ends the session.

What
    ``exit`` and ``quit``.
Why
    In a notebook they stop the kernel; in a pipeline what follows would be lost.
Problematic
    ```python
    if df.empty:
        exit()
    ```
Solution
    ```python
    if df.empty:
        raise ValueError("no rows")
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB508", "exit", "error")


def diagnostic(place: Place, name: str) -> Diagnostic:
    """``name`` is ``exit`` or ``quit``."""
    return RULE.at(
        place,
        f"`{name}` ends the notebook's session",
        "Raise an error, or tag the cell `skip`.",
    )
