"""NB203: a magic that nb2pipe cannot carry into a module.

What
    The cell uses a magic other than those that stand for Python or change nothing: `%matplotlib`,
    `%config`, `%load_ext`, `%reload_ext`, `%autoreload`, `%precision`, `%time`, `%%time`,
    `%timeit` of an expression, `%%timeit`, `%%capture`, `%pip install`, `%%writefile`, `%%bash`,
    `%%sh`, `%cd`, `%pwd`, `%env`, `%ls` and the shell's other aliases, `%xmode` with a mode,
    magics that show what Python or IPython offers (`%pdoc`, `%lsmagic`), and magics that show text
    (`%%html`, `%%latex`, `%%markdown`, `%%svg`). Or it uses one of these, and the Python that
    stands for it needs a name that the notebook uses for something else. Magics that list what the
    session holds or did (`%who`, `%history`) are not supported: a stage holds less.
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
    "pylab": "Write `%matplotlib inline` and import numpy and matplotlib.pyplot.",
    "sql": "Query with pandas.read_sql and an engine.",
    "load": "Run the cell once, so that the file's text stands in it.",
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


def name_taken(place: Place, name: str) -> Diagnostic:
    """``name`` is one that the Python for the cell's magic or shell line binds."""
    return RULE.at(
        place,
        f"the Python for this magic or shell line binds `{name}`, "
        "which the notebook uses for something else",
        f"Rename the notebook's `{name}`.",
    )
