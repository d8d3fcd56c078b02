"""NB102: a stage name that cannot be a module's name.

What
    The name after `stage:` is not a lower-case Python identifier, or is a keyword, a name that
    the generated project uses itself (`shared`, `tasks`, `tests`, `setup`), or one that no
    file can have on Windows.
Why
    Every stage becomes a module and a function of that name.
Problematic
    `stage:Train Model`, `stage:class`, `stage:shared`
Solution
    `stage:train_model`
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB102", "stage-name", "error")


def diagnostic(place: Place, name: str, why: str, proposal: str) -> Diagnostic:
    """``why`` completes "the stage name … "; ``proposal`` is a name that will do."""
    return RULE.at(
        place, f"the stage name `{name}` {why}", f"Write `stage:{proposal}`, for example."
    )
