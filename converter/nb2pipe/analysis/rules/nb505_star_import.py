"""NB505: a star import that cannot become imports of the names that stages use.

What
    ``from module import *`` of a module whose names nb2pipe does not know; or of one that it knows
    (much of the standard library, NumPy, pandas, `matplotlib.pyplot`, `pylab`), under a condition,
    on a line with other statements, or after what must come before it.
Why
    Which names it binds is known only by importing the module, so nb2pipe cannot tell which
    stage needs it; a function may not hold one either.
Problematic
    ```python
    from preparation import *
    ```
Solution
    ```python
    from preparation import load, clean
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB505", "star-import", "error")


def diagnostic(place: Place, module: str) -> Diagnostic:
    """``module`` is what the names come from."""
    return RULE.at(
        place,
        f"`from {module} import *` does not say which names it binds",
        f"Name them, or write `import {module}`." if module.isidentifier() else "Name them.",
    )


def misplaced(place: Place, module: str) -> Diagnostic:
    """The names of ``module`` are known, and the import cannot leave its place."""
    return RULE.at(
        place,
        f"`from {module} import *` cannot stand in a stage's function, and cannot move from here",
        "Write it on a line of its own at the start of the notebook, or name what it imports.",
    )
