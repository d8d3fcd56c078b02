"""NB308: a setting that later stages need cannot be replayed.

What
    A setting of logging, tqdm, plotly or the like is made inside a function, a block, or together
    with other work. (Settings of pandas, NumPy, matplotlib, scikit-learn, warnings, decimal and
    the environment are handed on as they stand.)
Why
    A setting holds for everything after it, so nb2pipe repeats it in every later stage; it can
    repeat a statement that only makes settings, not the work around it.
Problematic
    ```python
    def load(path):
        logging.basicConfig(level="INFO")
        return pd.read_csv(path)
    ```
Solution
    ```python
    logging.basicConfig(level="INFO")  # in a setup cell
    def load(path):
        return pd.read_csv(path)
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
