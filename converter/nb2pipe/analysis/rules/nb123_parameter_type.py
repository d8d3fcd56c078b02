"""NB123: a parameter's annotation that nb2pipe cannot check.

What
    The annotation is not made of `int`, `float`, `bool`, `str`, `list`, `dict`, `tuple`,
    `None`, `Literal[…]`, `Optional`, `Union` and `|`, or the default is not of that type.
Why
    Values given later are checked against it before anything runs.
Problematic
    ```python
    depth: int = "deep"
    ```
Solution
    ```python
    depth: int = 3
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB123", "parameter-type", "error")


def diagnostic(place: Place, name: str, problem: str) -> Diagnostic:
    """``problem`` completes "parameter …: "."""
    return RULE.at(
        place,
        f"parameter `{name}`: {problem}",
        "Use int, float, bool, str, list, dict, tuple, None, Literal[…] or unions of them, "
        "with a default of that type.",
    )
