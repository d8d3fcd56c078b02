"""NB603: a recorded run shows random numbers being drawn that the analysis did not foresee.

What
    When the notebook was recorded, a cell took random numbers from a global generator, and nothing
    in the cell's code is known to do that.
Why
    The analysis assumed that the cell draws none. An earlier cell seeds the generator and a later
    one draws from it: its state would not be handed on there, and the numbers would be others than
    the notebook's.
Problematic
    ```python
    np.random.seed(0)
    # stage:sample
    chosen = library.pick(rows)  # draws from numpy.random
    # stage:noise
    noise = np.random.normal(size=10)
    ```
Solution
    ```python
    # stage:sample
    chosen = library.pick(rows, random_state=0)
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB603", "unforeseen-draw", "error")


def diagnostic(place: Place, state: str) -> Diagnostic:
    """The generator: ``random`` or ``numpy.random``."""
    return RULE.at(
        place,
        f"this cell drew from the global generator of `{state}` when the notebook was recorded; the"
        " analysis assumes that it does not",
        "Give the call that draws a seed or a generator of its own, and record again.",
    )
