"""NB201: a cell is not valid Python.

What
    The cell is neither Python nor IPython syntax; the caret shows where Python stopped reading.
Why
    Nothing can be said about code that cannot be read, and the notebook stops there as well.
Problematic
    ```python
    model.fit(X, y
    ```
Solution
    ```python
    model.fit(X, y)
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB201", "syntax", "error")


def diagnostic(place: Place, problem: str) -> Diagnostic:
    """Python's own words on what is wrong."""
    advice = "Correct the cell, or tag it `skip` if it is not part of the pipeline."
    line = RULE.at(place, "", "").excerpt.split()
    if line and line[0] in {"pip", "conda", "mamba", "ls", "cd"}:
        advice = f"Write `%{line[0]}`, with the percent sign, or remove the line."
    return RULE.at(place, f"syntax error: {problem}", advice)
