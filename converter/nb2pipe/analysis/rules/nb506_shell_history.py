"""NB506: a cell reads the shell's history.

What
    ``_``, ``__``, ``___``, ``_3``, ``_i``, ``_i3``, ``Out`` and ``In`` of the notebook's shell.
Why
    They hold what was typed and shown in one session, in the order of that session.
Problematic
    ```python
    df.describe()
    ```
    ```python
    summary = _
    ```
Solution
    ```python
    summary = df.describe()
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB506", "shell-history", "error")


def diagnostic(place: Place, name: str) -> Diagnostic:
    """``name`` is the shell's variable."""
    return RULE.at(
        place,
        f"`{name}` is the history of a notebook session",
        "Give the value a name where it is computed.",
    )
