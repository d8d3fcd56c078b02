"""NB204: a shell command that cannot be carried.

What
    The line runs a program in the background, has no command, or installs or removes packages
    together with other commands. (Other shell lines run in the stage as in the notebook;
    `!pip install` and its like become requirements.)
Why
    IPython itself runs nothing in the background, and what is installed while a stage runs would
    be another environment than the one that is locked.
Problematic
    ```python
    !python -m http.server &
    ```
Solution
    ```python
    import subprocess

    server = subprocess.Popen(["python", "-m", "http.server"])
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
        f"the shell command `{short}` is not supported",
        "Write it in Python, or name the packages in a `%pip install` line of its own; "
        "if it is exploration only, tag the cell `skip`.",
    )
