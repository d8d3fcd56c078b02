"""NB114: the saved notebook was not run from top to bottom.

What
    The saved execution counts fall from one cell to the next: a cell was run before one above
    it.
Why
    The pipeline runs the cells from top to bottom. The outputs in the notebook come from
    another order and may differ.
Problematic
    Cells with the execution counts 5, 3, 4
Solution
    Restart the kernel, run all cells and save the notebook.
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB114", "execution-order", "warning")


def diagnostic(place: Place, count: int, above: int, above_count: int) -> Diagnostic:
    """``above`` is the number of the earlier cell that was run later."""
    return RULE.at(
        place,
        f"this cell was run as number {count}, before cell {above} above it (number {above_count})",
        "Restart the kernel and run all cells, to see that they do the same in this order.",
    )
