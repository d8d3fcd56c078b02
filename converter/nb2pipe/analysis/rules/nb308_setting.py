"""NB308: a setting that later stages need cannot be replayed.

What
    A setting of pandas, NumPy, matplotlib, warnings or the environment is made inside a function,
    a block, or together with other work.
Why
    A setting holds for everything after it, so nb2pipe repeats it in every later stage; it can
    repeat a statement that only makes settings, not the work around it.
Problematic
    ```python
    def plot(df):
        plt.style.use("ggplot")
        df.plot()
    ```
Solution
    ```python
    plt.style.use("ggplot")  # in a setup cell
    def plot(df):
        df.plot()
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB308", "setting", "error")


def diagnostic(place: Place, setting: str) -> Diagnostic:
    """The setting's dotted name."""
    return RULE.at(
        place,
        f"`{setting}` changes a setting in the middle of other code, and later stages need it",
        "Make the setting in a statement of its own in a `setup` cell.",
    )
