"""NB306: a value that crosses stages holds code that reads a variable.

What
    A function or a class of the notebook that reads a pipeline variable or parameter is inside a
    value, such as a transformer in a model, that another stage takes. A function without a name of
    its own (a lambda) may read a number or text that no other stage binds again: both go along.
Why
    The code would go on reading the variable as it was in the stage that made the value, or not
    find it at all; a class would be a different class in each stage.
Problematic
    ```python
    def scale(x):
        return x * factor  # factor is a parameter
    # stage:train
    pipe = make_pipeline(FunctionTransformer(scale), model)
    # stage:test
    pipe.predict(X)
    ```
Solution
    ```python
    def scale(x, factor):
        return x * factor
    # stage:train
    pipe = make_pipeline(FunctionTransformer(scale, kw_args={"factor": factor}), model)
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB306", "code-in-value", "error")


def diagnostic(place: Place, name: str, code: str, reads: str, stage: str) -> Diagnostic:
    """``code`` is the definition or variable that the value's code needs."""
    detail = f"code that reads `{code}`" if not reads else f"`{code}`, which reads `{reads}`"
    return RULE.at(
        place,
        f"`{name}` goes to stage {stage} and holds {detail}",
        "Pass what the code reads as an argument, or make the value in the stage that uses it.",
    )
