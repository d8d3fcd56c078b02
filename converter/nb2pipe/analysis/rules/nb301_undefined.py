"""NB301: a name is read before anything defines it.

What
    A cell, or a function it calls, reads a name that no earlier cell surely made.
Why
    The notebook, run from top to bottom, stops there: it worked only because of cells that ran in
    another order or are gone. A pipeline has no such past.
Problematic
    ```python
    model.fit(X_train, y)  # X_train is made further down
    ```
Solution
    ```python
    X_train, X_test = split(X)
    model.fit(X_train, y)
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB301", "undefined", "error")


def diagnostic(place: Place, name: str, elsewhere: str, nearest: str) -> Diagnostic:
    """``elsewhere`` says which other cell makes the name; ``nearest`` is a name like it."""
    advice = f"Define `{name}` in an earlier cell."
    if elsewhere:
        advice = f"{elsewhere} Move that cell up, or change its tags."
    elif nearest:
        advice = f"Did you mean `{nearest}`? Otherwise define `{name}` in an earlier cell."
    return RULE.at(place, f"`{name}` is read before anything defines it", advice)
