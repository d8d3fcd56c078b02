"""NB310: a function that keeps its results is called in several stages, and that shows.

What
    A function under `functools.lru_cache` or `functools.cache` is called in more than one stage. It
    prints, draws random numbers, changes something, reads what changes, or returns an object that
    can be changed; or its `cache_info()` is asked for.
Why
    The notebook runs it once for the same arguments. Every stage runs in a process of its own, with
    an empty cache, and would run it again.
Problematic
    ```python
    @functools.lru_cache
    def load(path):
        return pd.read_csv(path)
    # stage:clean
    rows = load("rows.csv")
    # stage:report
    same = load("rows.csv")
    ```
Solution
    ```python
    # stage:clean
    rows = load("rows.csv")
    # stage:report
    same = rows
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB310", "kept-results", "error")


def diagnostic(place: Place, what: str, shows: str, first: str, stage: str) -> Diagnostic:
    """The function, what a second run of it shows, and the stages that call it."""
    return RULE.at(
        place,
        f"{what} keeps its results and {shows}: stage {stage} would not find those of {first}",
        "Call it in one stage and use its result in the others, or let it keep nothing.",
    )
