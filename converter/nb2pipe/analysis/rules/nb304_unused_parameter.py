"""NB304: no stage reads a parameter.

What
    The parameters cell declares a name that nothing reads.
Why
    Giving it another value changes nothing, which whoever runs the pipeline does not expect.
Problematic
    ```python
    alpha = 0.5  # parameters
    model = Ridge(alpha=1.0)
    ```
Solution
    ```python
    alpha = 0.5  # parameters
    model = Ridge(alpha=alpha)
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB304", "unused-parameter", "warning")


def diagnostic(place: Place, name: str) -> Diagnostic:
    """The parameter's name."""
    return RULE.at(
        place,
        f"no stage reads the parameter `{name}`",
        "Use it in a stage, or remove it from the parameters cell.",
    )
