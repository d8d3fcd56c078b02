"""NB103: no cell is tagged with a stage.

What
    The notebook has code, but no cell has a `stage:<name>` tag.
Why
    The stages are what the pipeline consists of; only you can say where one ends.
Problematic
    A notebook without tags.
Solution
    Tag the first cell of each step with `stage:<name>`: `stage:load`, `stage:train`. Cells below
    it belong to it until the next `stage:` tag. `nb2pipe suggest` proposes tags, and with
    `--split headings` every section of the notebook is a stage.
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB103", "no-stages", "error")


def diagnostic() -> Diagnostic:
    """On the notebook as a whole."""
    return RULE.at(
        Place(),
        "no cell is tagged with a stage",
        "To begin, tag the first cell of each step with `stage:<name>`, for example `stage:load` "
        "and `stage:train` (in JupyterLab: Property Inspector, Cell Tags); the cells below it "
        "belong to it. Tag imports and definitions `setup`, constants that may change "
        "`parameters`. `nb2pipe suggest` proposes tags; `--split headings` takes the notebook's "
        "sections.",
    )
