"""NB403: whether an array sees a change of its frame depends on what else has the frame's data.

What
    An array made by ``to_numpy()`` or ``.values`` is there when its frame is changed in place, and
    a column or part of the frame was there before: displayed, or since then bound to something
    else.
Why
    pandas copies the data before a change where another frame or column has them too, and the array
    then keeps what it showed. A notebook keeps what a cell displayed; a stage's function does not.
Problematic
    ```python
    df["age"]
    ages = df["age"].to_numpy()
    df.loc[0, "age"] = 30  # does ages change?
    ```
Solution
    ```python
    ages = df["age"].to_numpy().copy()
    df.loc[0, "age"] = 30
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB403", "memory-decides", "error")


def diagnostic(place: Place, frame: str, array: str, why: str) -> Diagnostic:
    """The frame that is changed, the array made of it, and what else had its data."""
    return RULE.at(
        place,
        f"whether `{array}` sees this change of `{frame}` depends on {why}",
        f"Take a copy before: `{array} = {array}.copy()`.",
    )
