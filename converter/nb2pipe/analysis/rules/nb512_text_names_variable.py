"""NB512: a string in a function names a variable of the stage.

What
    A function, lambda or comprehension of a stage gives a library a text that names a variable
    of the stage, as ``@limit`` in a query or a function in a formula.
Why
    The library looks for the name where it is called from: at the level of a notebook it finds
    the variable, in a function inside the stage's function it does not.
Problematic
    ```python
    limit = 10
    large = sales.groupby("shop").apply(lambda part: part.query("price > @limit"))
    ```
Solution
    ```python
    limit = 10
    large = sales.groupby("shop").apply(lambda part: part[part["price"] > limit])
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB512", "text-names-variable", "error")


def diagnostic(place: Place, name: str) -> Diagnostic:
    """``name`` is the variable."""
    return RULE.at(
        place,
        f"a string names the variable {name} in a function, which works in a notebook but not in "
        "the stage's function",
        f"Use {name} in the function's own code, or make it the function's parameter.",
    )
