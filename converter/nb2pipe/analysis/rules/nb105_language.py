"""NB105: the notebook's kernel is not Python.

What
    The notebook's metadata names another language.
Why
    nb2pipe reads, and writes, Python.
Problematic
    A notebook of an R kernel.
Solution
    Choose a Python kernel for the notebook, if its code is Python, and save it.
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB105", "language", "error")


def diagnostic(language: str, kernel: str) -> Diagnostic:
    """``kernel`` is the kernel's name ("" when the notebook names none)."""
    named = f" (kernel `{kernel}`)" if kernel else ""
    return RULE.at(
        Place(),
        f"the notebook is written in {language}{named}; nb2pipe converts Python",
        "If the code is Python, choose a Python kernel in Jupyter and save the notebook.",
    )
