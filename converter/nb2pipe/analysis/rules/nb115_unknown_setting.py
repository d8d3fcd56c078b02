"""NB115: a setting that nb2pipe does not know.

What
    `metadata.nb2pipe` of the notebook holds a key other than `stages` and `schedule`.
Why
    It has no effect: it is misspelt, or belongs to another version of nb2pipe.
Problematic
    ```json
    {"nb2pipe": {"stage": {"train": {"timeout": 600}}}}
    ```
Solution
    ```json
    {"nb2pipe": {"stages": {"train": {"timeout": 600}}}}
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB115", "unknown-setting", "warning")


def diagnostic(key: str, nearest: str) -> Diagnostic:
    """``nearest`` is the setting probably meant ("" for none)."""
    return RULE.at(
        Place(),
        f"notebook metadata `nb2pipe.{key}`: no such setting",
        f"Did you mean `{nearest}`?" if nearest else "There are `stages` and `schedule`.",
    )
