"""NB112: settings of a stage that nb2pipe does not know.

What
    `metadata.nb2pipe.stages` of the notebook holds an unknown key, or a value of the wrong
    kind. A stage may have `cache` (true or false), `timeout` (seconds), `secrets` (names of
    environment variables), and for a cluster `image`, `limits` (texts) and `report`.
Why
    A misspelt setting would be passed over in silence.
Problematic
    ```json
    {"nb2pipe": {"stages": {"train": {"timout": 600}}}}
    ```
Solution
    ```json
    {"nb2pipe": {"stages": {"train": {"timeout": 600}}}}
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB112", "stage-settings", "error")


def diagnostic(setting: str, problem: str, advice: str) -> Diagnostic:
    """``setting`` is the path of the setting below ``metadata.nb2pipe``."""
    return RULE.at(Place(), f"notebook metadata `nb2pipe.{setting}`: {problem}", advice)
