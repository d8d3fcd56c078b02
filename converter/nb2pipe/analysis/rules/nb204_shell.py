"""NB204: a shell command in a cell.

What
    The cell runs a program with `!`, `!!` or `x = !…`. Only `!pip install` and its like are
    read: they become requirements.
Why
    What a program reads, writes and prints cannot be seen in the code, and it differs between
    systems.
Problematic
    ```python
    !mkdir -p figures
    ```
Solution
    ```python
    from pathlib import Path

    Path("figures").mkdir(exist_ok=True)
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB204", "shell", "error")


def diagnostic(place: Place, command: str) -> Diagnostic:
    """``command`` is the line as it stands, with its exclamation mark."""
    short = command if len(command) <= 60 else command[:59] + "…"
    return RULE.at(
        place,
        f"the shell command `{short}` is not supported yet",
        "Write it in Python (pathlib, shutil, `subprocess.run`); "
        "if it is exploration only, tag the cell `skip`.",
    )
