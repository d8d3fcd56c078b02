"""NB202: a cell is not valid in the Python that runs nb2pipe, which is older than the kernel's.

What
    The notebook's kernel has a newer Python than nb2pipe itself, and the cell cannot be read by
    the older one: newer syntax, or a mistake.
Why
    nb2pipe reads code with the parser of its own Python, which knows no later syntax.
Problematic
    ```python
    type Pair = tuple[int, int]     # Python 3.12; nb2pipe runs on 3.11
    ```
Solution
    Run nb2pipe with the kernel's Python version, for example
    `uvx --python 3.12 nb2pipe check notebook.ipynb`, or write it in the older syntax.
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB202", "newer-syntax", "error")


def diagnostic(place: Place, problem: str, kernel: str, own: str) -> Diagnostic:
    """``kernel`` and ``own`` are versions as major.minor."""
    return RULE.at(
        place,
        f"not valid in Python {own}, which runs nb2pipe: {problem}; the kernel has Python {kernel}",
        f"If the kernel accepts the cell, run nb2pipe with Python {kernel} or later "
        f"(`uvx --python {kernel} nb2pipe …`); else correct the cell.",
    )
