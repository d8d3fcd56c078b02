"""NB510: a ``global`` statement outside a function.

What
    ``global x`` at the top level of a cell.
Why
    It says nothing in a cell; in a stage's function it would make the name a variable of the
    module.
Problematic
    ```python
    global total
    total = 0
    ```
Solution
    ```python
    total = 0
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB510", "global-statement", "error")


def diagnostic(place: Place, name: str) -> Diagnostic:
    """``name`` is a name that the statement names."""
    return RULE.at(
        place,
        f"`global {name}` outside a function says nothing in a notebook",
        "Remove the statement.",
    )
