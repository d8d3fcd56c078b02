"""NB402: random numbers are drawn without a seed.

What
    A stage draws from a global random generator that no cell seeds, or uses a generator or an
    estimator without a seed.
Why
    Every run gives another result, so the stage cannot be reused and the pipeline's result cannot
    be compared with the notebook's.
Problematic
    ```python
    X_train, X_test = train_test_split(X)
    ```
Solution
    ```python
    X_train, X_test = train_test_split(X, random_state=seed)
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB402", "unseeded", "warning")


def diagnostic(place: Place, what: str) -> Diagnostic:
    """``what`` draws."""
    return RULE.at(
        place,
        f"{what} without a seed: every run gives another result",
        "Give a seed (`random_state=`, `default_rng(seed)`), best as a parameter.",
    )
