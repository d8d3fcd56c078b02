"""NB206: a comment that is reserved for nb2pipe.

What
    The cell holds a comment that begins with `# nb2pipe>`.
Why
    In a stage's module such a comment stands for a magic of the notebook and is turned back into
    it when the stage runs. One that comes from the notebook would become code.
Problematic
    ```python
    # nb2pipe> %matplotlib inline
    ```
Solution
    ```python
    %matplotlib inline
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB206", "reserved-comment", "error")


def diagnostic(place: Place) -> Diagnostic:
    """At the comment."""
    return RULE.at(
        place,
        "comments that begin with `# nb2pipe>` are reserved",
        "Reword the comment, or write the magic itself.",
    )
