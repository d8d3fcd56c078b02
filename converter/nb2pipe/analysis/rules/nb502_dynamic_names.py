"""NB502: code looks names up while it runs.

What
    ``exec``, ``eval``, ``globals``, ``locals``, ``vars()``, ``dir()`` and the module ``__main__``
    read or bind names that the text does not show.
Why
    nb2pipe finds out from the names in the text what a stage needs and gives. In a function these
    calls also see other names than in a cell.
Problematic
    ```python
    for column in columns:
        exec(f"mean_{column} = df[column].mean()")
    ```
Solution
    ```python
    means = {column: df[column].mean() for column in columns}
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB502", "dynamic-names", "error")


def diagnostic(place: Place, name: str) -> Diagnostic:
    """``name`` is what the code calls or imports."""
    return RULE.at(
        place,
        f"`{name}` looks names up while the code runs, so nb2pipe cannot follow them",
        "Name the variables in the code; keep many values in a dict.",
    )
