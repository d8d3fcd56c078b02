"""NB505: a star import.

What
    ``from module import *``.
Why
    Which names it binds is known only by importing the module, so nb2pipe cannot tell which
    stage needs it; a function may not hold one either.
Problematic
    ```python
    from math import *
    ```
Solution
    ```python
    from math import pi, sqrt
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
