"""NB307: a function or class is changed after its definition, and several stages use it.

What
    A cell sets an attribute of a function or class, or a function changes its own default.
Why
    Definitions are repeated in every stage that uses them; what one stage changes in its copy the
    others do not see.
Problematic
    ```python
    class Model:
        count = 0
    # stage:a
    Model.count += 1
    # stage:b
    print(Model.count)
    ```
Solution
    ```python
    count = 0
    # stage:a
    count += 1
    # stage:b
    print(count)
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB307", "changed-definition", "error")


def diagnostic(place: Place, name: str, stage: str) -> Diagnostic:
    """The definition's name, and the stage that would not see the change."""
    return RULE.at(
        place,
        f"`{name}` is changed after its definition, and stage {stage} would not see that",
        "Keep what changes in a variable instead.",
    )
