"""NB121: a parameter's default is not a literal.

What
    A line of the `parameters` cell assigns something other than a literal or an expression of
    literals: `None`, a bool, number or string, and lists, tuples and dicts of them.
Why
    Parameters are replaced from outside. Their defaults stand in the generated signature, in
    `env.yaml` and in the workflow's form, before anything runs.
Problematic
    ```python
    n_jobs = os.cpu_count()
    ```
Solution
    ```python
    n_jobs = 4
    ```
    Or compute the value in another cell from a parameter.
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB121", "parameter-value", "error")


def diagnostic(place: Place, name: str, why: str) -> Diagnostic:
    """``why`` completes "the default of … "."""
    return RULE.at(
        place,
        f"the default of parameter `{name}` {why}",
        "Give it a literal value here, and compute from it in a setup or stage cell.",
    )
