"""NB124: a parameter is assigned twice.

What
    Two lines of the `parameters` cell assign the same name.
Why
    One of the defaults has no effect.
Problematic
    ```python
    C = 1.0
    C = 0.5
    ```
Solution
    ```python
    C = 0.5
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB124", "parameter-repeated", "error")


def diagnostic(place: Place, name: str, first: int) -> Diagnostic:
    """``first`` is the line of the first assignment."""
    return RULE.at(
        place,
        f"parameter `{name}` is assigned a second time; the first is line {first}",
        "Keep one of the two lines.",
    )
