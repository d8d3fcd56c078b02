"""NB205: a part of an install line that does not become a requirement.

What
    The line installs from a file, a folder, an address or a computed name. The line itself is
    not run in the pipeline, and this part of it is not among the recorded requirements.
Why
    The environment of the pipeline is locked to versions from a package index. It is made from
    the cells' imports and the names that install lines mention.
Problematic
    ```python
    %pip install -r requirements.txt
    ```
Solution
    ```python
    %pip install pandas scikit-learn
    ```
    Or nothing at all: what the cells import is recorded from the kernel's environment.
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB205", "install", "warning")


def diagnostic(place: Place, part: str) -> Diagnostic:
    """``part`` is the argument that is left out."""
    return RULE.at(
        place,
        f"`{part}` of this install line does not become a requirement of the pipeline",
        "Name packages, or rely on the imports: they are recorded from the kernel's environment.",
    )
