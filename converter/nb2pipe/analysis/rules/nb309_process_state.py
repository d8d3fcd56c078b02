"""NB309: a cell changes something of the process that nb2pipe does not carry.

What
    The working directory, an attribute of a library (`math.pi = 3`) or the like is changed.
Why
    Later stages run in processes of their own and would not see it.
Problematic
    ```python
    os.chdir("data")
    ```
Solution
    ```python
    DATA = Path("data")
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB309", "process-state", "error")


def diagnostic(place: Place, what: str) -> Diagnostic:
    """``what`` is changed, in words."""
    return RULE.at(
        place,
        f"{what}, which the other stages would not see",
        "Write it without that: paths relative to the notebook's folder, arguments, no patches.",
    )
