"""NB113: settings of a stage that does not exist.

What
    `metadata.nb2pipe.stages` names a stage that no cell is tagged with.
Why
    The settings have no effect: the stage was renamed or removed, or the name is misspelt.
Problematic
    ```json
    {"nb2pipe": {"stages": {"trian": {"timeout": 600}}}}
    ```
Solution
    ```json
    {"nb2pipe": {"stages": {"train": {"timeout": 600}}}}
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB113", "settings-without-stage", "warning")


def diagnostic(name: str, nearest: str) -> Diagnostic:
    """``nearest`` is the stage probably meant ("" for none)."""
    return RULE.at(
        Place(),
        f"notebook metadata `nb2pipe.stages.{name}`: there is no stage `{name}`",
        f"Did you mean `{nearest}`?" if nearest else "Remove these settings.",
    )
