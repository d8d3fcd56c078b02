"""NB305: a value that another stage needs cannot be handed over.

What
    A generator, an open file, a module or a function made on some paths only is made in one stage
    and read in another.
Why
    Stages run in processes of their own. What is tied to one process cannot be stored and taken up
    by another.
Problematic
    ```python
    # stage:load
    rows = (parse(line) for line in open("a.txt"))
    # stage:count
    n = sum(1 for row in rows)
    ```
Solution
    ```python
    # stage:load
    rows = [parse(line) for line in open("a.txt")]
    # stage:count
    n = sum(1 for row in rows)
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB305", "cannot-cross", "error")


def diagnostic(place: Place, name: str, what: str, stage: str, advice: str) -> Diagnostic:
    """``what`` the value is, ``stage`` reads it."""
    return RULE.at(place, f"`{name}` is {what} and cannot be handed to stage {stage}", advice)
