"""NB507: a cell uses the notebook's shell itself.

What
    ``get_ipython()``.
Why
    The shell exists in a notebook only: a module that is imported has none.
Problematic
    ```python
    get_ipython().run_line_magic("matplotlib", "inline")
    ```
Solution
    ```python
    %matplotlib inline
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB507", "shell-object", "error")


def diagnostic(place: Place) -> Diagnostic:
    """At the name."""
    return RULE.at(
        place,
        "`get_ipython` exists in a notebook only",
        "Write the magic itself, or tag the cell `skip`.",
    )
