"""NB303: stages need one another.

What
    Stage a needs something of stage b, and b something of a.
Why
    Stages run one after the other, each once. This happens where the cells of two stages alternate.
Problematic
    ```python
    # stage:a
    x = 1
    # stage:b
    y = x + 1
    # stage:a
    z = y + 1
    ```
Solution
    ```python
    # stage:a
    x = 1
    # stage:b
    y = x + 1
    # stage:c
    z = y + 1
    ```
"""

from collections.abc import Sequence

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB303", "cycle", "error")


def diagnostic(place: Place, steps: Sequence[tuple[str, str, str, int, int]]) -> Diagnostic:
    """``steps`` in a ring: source, target, what is handed over, producing and consuming cell."""
    ring = " -> ".join([*(step[0] for step in steps), steps[-1][1]])
    shown = "; ".join(
        f"{target} needs {what} of {source} (cell {producer} -> cell {consumer})"
        for source, target, what, producer, consumer in steps
    )
    return RULE.at(
        place,
        f"stages need one another: {ring}. {shown}",
        "Give one of these cells a stage of its own, or move the cells of a stage together.",
    )
