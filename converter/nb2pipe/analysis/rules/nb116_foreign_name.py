"""NB116: a step of another tool whose name cannot be a stage's.

What
    A `step:` or `block:` tag of Kale's has a name that is no lower-case Python identifier.
Why
    Every stage becomes a module and a function of that name, so nb2pipe calls the stage
    otherwise. The notebook stays as it is.
Problematic
    `step:Load Data`
Solution
    `step:load_data`
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB116", "foreign-name", "warning")


def diagnostic(place: Place, tag: str, why: str, name: str) -> Diagnostic:
    """``why`` the name of the tag will not do; ``name`` is what the stage is called."""
    return RULE.at(
        place,
        f"the stage of the tag `{tag}` is called `{name}`: the name in the tag {why}",
        f"Nothing has to be done; write `step:{name}` to have one name for it.",
    )
