"""NB511: a class reads a variable of the stage under the name of its own attribute.

What
    A class body reads a name before it binds that name itself, and the stage has a variable
    of the same name.
Why
    At the level of a notebook the class finds the variable; within a function Python looks for
    it in the module only.
Problematic
    ```python
    rate = 0.1

    class Settings:
        rate = rate
    ```
Solution
    ```python
    default_rate = 0.1

    class Settings:
        rate = default_rate
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB511", "class-rebinds", "error")


def diagnostic(place: Place, owner: str, name: str) -> Diagnostic:
    """``owner`` is the class, ``name`` the variable and attribute."""
    return RULE.at(
        place,
        f"class {owner} reads the variable {name} before it binds its own {name}, "
        "which works in a notebook but not in a function",
        f"Give the variable or the attribute {name} another name.",
    )
