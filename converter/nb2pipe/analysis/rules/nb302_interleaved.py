"""NB302: a stage would need two versions of a variable.

What
    Cells of several stages alternate, and one stage needs a variable as it was at two different
    times.
Why
    A stage runs once, from its first cell to its last, and takes its inputs at its start. What
    another stage changes between two of its cells cannot reach it.
Problematic
    ```python
    # stage:prepare
    n = count(df)
    # stage:clean
    df = df.dropna()
    # stage:prepare
    m = count(df)  # sees the cleaned df in the notebook
    ```
Solution
    ```python
    # stage:prepare
    n = count(df)
    # stage:clean
    df = df.dropna()
    # stage:recount
    m = count(df)
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Cell, Diagnostic

RULE = Rule("NB302", "interleaved", "error")


def diagnostic(
    place: Place, name: str, stage: str, writer: Cell, writer_stage: str, reader: Cell
) -> Diagnostic:
    """``writer`` is the cell that made the version which the stage cannot see."""
    shown = name if " " in name else f"`{name}`"
    return RULE.at(
        place,
        f"stage {stage} needs {shown} at two different times: "
        f"cell {writer.number} (stage {writer_stage}) changes it between cells of the stage",
        f"Give cell {reader.number} a stage of its own, or move the cells of a stage together.",
    )


def changed_first(place: Place, name: str, stage: str, later: Cell, reader: str) -> Diagnostic:
    """``later`` is a cell of the stage, which runs before the stage ``reader``."""
    return RULE.at(
        place,
        f"cell {later.number} changes `{name}`, which stage {reader} takes as it was before; but "
        f"stage {stage}, which has that cell, runs first",
        f"Give cell {later.number} a stage of its own.",
    )


def changed_later(place: Place, name: str, stage: str, writer: Cell, later: Cell) -> Diagnostic:
    """Another stage takes what ``writer`` made, and ``later``, of the same stage, changes it."""
    shown = name if " " in name else f"`{name}`"
    return RULE.at(
        place,
        f"cell {later.number} changes {shown} after another stage takes it as "
        f"cell {writer.number} left it, and both cells are of stage {stage}",
        f"Give cell {later.number} a stage of its own.",
    )
