"""NB309: an attribute of a module is set by code that cannot be repeated.

What
    An attribute of a library (`math.pi = 3`) is set in a loop, or together with other work. Or a
    cell draws on pyplot's current figure that an earlier stage made, after the notebook has chosen
    a backend with which figures stay from cell to cell (`matplotlib.use("agg")`).
Why
    Later stages run in processes of their own and would not see it. A statement that only sets the
    attribute is repeated in them; one that does more cannot be.
Problematic
    ```python
    for name in ("pi", "tau"):
        setattr(math, name, 3)
    ```
Solution
    ```python
    math.pi = 3
    math.tau = 3
    ```
    A class that pandas registers as an accessor is set likewise:
    ```python
    pd.DataFrame.shop = property(Shop)
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
        "Set it in a statement of its own, or pass the value as an argument.",
    )


def figure(place: Place, stage: str) -> Diagnostic:
    """A cell draws on pyplot's current figure, which ``stage`` may have left."""
    return RULE.at(
        place,
        f"draws on the current figure, which stage {stage} may have left: with the backend that "
        "the notebook chooses, figures stay from cell to cell",
        "Make the figure in this cell, draw on axes, or leave the backend as it is.",
    )
