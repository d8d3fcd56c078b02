"""NB203: a magic that nb2pipe cannot carry into a module.

What
    The cell uses a magic other than those that stand for Python or change nothing: `%matplotlib`,
    `%config`, `%load_ext`, `%reload_ext`, `%autoreload`, `%precision`, `%time`, `%%time`,
    `%timeit` of an expression, `%%capture` without a name, `%pip install`, `%%writefile`, and
    magics that show text (`%%html`, `%%latex`, `%%markdown`, `%%svg`).
Why
    What a magic reads and changes is not written in the code. Guessing would hand a stage the
    wrong values.
Problematic
    ```python
    %run prepare.py
    ```
Solution
    ```python
    import prepare
    ```
    Or tag the cell `skip` if it is exploration.
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB203", "magic", "error")

_INSTEAD = {
    "run": "Import the file as a module instead.",
    "store": "Keep the value in a file, or make it in the notebook.",
    "cd": "Write paths relative to the notebook's folder.",
    "env": "Set it with `os.environ`.",
    "set_env": "Set it with `os.environ`.",
    "pylab": "Write `%matplotlib inline` and import numpy and matplotlib.pyplot.",
    "sql": "Query with pandas.read_sql and an engine.",
    "load": "Run the cell once, so that the file's text stands in it.",
    "bash": "Write it in Python, with `subprocess.run`.",
    "sh": "Write it in Python, with `subprocess.run`.",
    "script": "Write it in Python, with `subprocess.run`.",
}


def diagnostic(place: Place, magic: str, why: str = "", advice: str = "") -> Diagnostic:
    """``magic`` is written with its percent signs; ``why`` ends the sentence."""
    advice = advice or _INSTEAD.get(magic.lstrip("%"), "Write it in Python.")
    return RULE.at(
        place,
        f"`{magic}` is not supported{' ' + why if why else ' yet'}",
        f"{advice} If it is exploration only, tag the cell `skip`.",
    )
