"""NB503: code reads an attribute of its module that a notebook and a module do not share.

What
    ``__file__`` does not exist in a notebook; ``__builtins__``, ``__doc__``, ``__spec__``,
    ``__package__``, ``__loader__`` and ``__annotations__`` are something else there than in a
    module. ``print(__doc__)`` in a cell is fine: the stage has the notebook's text for it.
Why
    The function would find the attribute of the generated module.
Problematic
    ```python
    folder = Path(__file__).parent
    ```
Solution
    Stages run in the notebook's folder, as the notebook does:
    ```python
    folder = Path.cwd()
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB503", "module-attribute", "error")


def diagnostic(place: Place, name: str) -> Diagnostic:
    """``name`` is the attribute."""
    advice = "Do without it."
    if name == "__file__":
        advice = "Use `Path.cwd()`: stages run in the notebook's folder."
    return RULE.at(place, f"`{name}` of a notebook is not that of a module", advice)
