"""NB604: a recorded run shows a file that one stage writes and another reads, in no order.

What
    When the notebook was recorded, a cell read a file that a cell of another stage had written, and
    nothing that the analysis sees makes one stage come after the other.
Why
    The analysis assumed that the stages have nothing to do with each other. They might run at the
    same time, and the reader would find an old file, or none.
Problematic
    ```python
    # stage:export
    library.dump(model)  # writes model.bin
    # stage:serve
    served = library.restore()  # reads it
    ```
Solution
    ```python
    # stage:serve, after:export
    served = library.restore()
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Cell, Diagnostic

RULE = Rule("NB604", "unforeseen-file", "error")


def diagnostic(place: Place, path: str, writer: Cell, stage: str) -> Diagnostic:
    """The file, and the cell and stage that wrote it."""
    return RULE.at(
        place,
        f"this cell read {path} when the notebook was recorded, which cell {writer.number} (stage"
        f" {stage}) had written; the analysis does not see that it comes after it",
        f"Tag this cell `after:{stage}`.",
    )
