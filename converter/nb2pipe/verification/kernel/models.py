"""Models of scikit-learn: what they predict, beside their state."""

from __future__ import annotations

import contextlib
import copy
import io
import random
import sys
import warnings
from collections.abc import Iterator
from typing import Any

ROWS = 16
_METHODS = ("predict_proba", "decision_function", "predict", "transform", "score_samples")


def is_model(value: Any) -> bool:
    """Whether a value is an estimator of scikit-learn, or of a library that follows it."""
    base = getattr(sys.modules.get("sklearn.base"), "BaseEstimator", None)
    return base is not None and isinstance(value, base)


def predictions(model: Any) -> dict[str, Any] | None:
    """What a fitted model makes of made-up rows, by method; None when it is not fitted.

    A copy of the model predicts, and the global generators are put back: asking changes nothing.
    """
    features = getattr(model, "n_features_in_", None)
    numpy: Any = sys.modules.get("numpy")
    if not isinstance(features, int) or numpy is None:
        return None
    rows = numpy.random.RandomState(0).standard_normal((ROWS, features))
    names = getattr(model, "feature_names_in_", None)
    pandas: Any = sys.modules.get("pandas")
    with undisturbed():
        try:
            asked = copy.deepcopy(model)
            if names is not None and pandas is not None:
                rows = pandas.DataFrame(rows, columns=list(names))
        except Exception:
            return None
        answers: dict[str, Any] = {}
        for method in _METHODS:
            if not hasattr(asked, method):
                continue
            try:
                answers[method] = getattr(asked, method)(rows)
                break
            except Exception as error:
                answers[method] = type(error).__name__
    return answers or None


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """What happens inside prints nothing, warns of nothing and draws no random number."""
    mtrand: Any = sys.modules.get("numpy.random")
    state = random.getstate()
    numbers = mtrand.get_state(legacy=False) if mtrand is not None else None
    silence = io.StringIO()
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(silence):
            warnings.simplefilter("ignore")
            with contextlib.redirect_stderr(silence):
                yield
    finally:
        random.setstate(state)
        if mtrand is not None:
            mtrand.set_state(numbers)
