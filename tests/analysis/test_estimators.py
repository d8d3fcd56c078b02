"""Which estimators draw from NumPy's global generator, as scikit-learn itself shows."""

import warnings

import numpy as np
import pytest

from nb2pipe.analysis.knowledge import load


def draws(estimator, features, target) -> bool:
    """Whether fitting draws (False where it cannot be fitted to such data)."""
    np.random.seed(0)
    before = np.random.get_state(legacy=False)["state"]
    try:
        estimator.fit(features, target)
    except Exception:
        return False
    after = np.random.get_state(legacy=False)["state"]
    return after["pos"] != before["pos"] or not np.array_equal(after["key"], before["key"])


@pytest.mark.slow
def test_every_estimator_that_draws_by_default_is_known() -> None:
    from sklearn.datasets import make_classification
    from sklearn.utils import all_estimators

    features, target = make_classification(40, 8, random_state=0)
    found = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, estimator in all_estimators():
            try:
                made = [estimator(), estimator()]
            except TypeError:  # it needs another estimator
                continue
            if draws(made[0], features, target) or draws(made[1], abs(features), target):
                found.add(name)
    assert {"Lasso", "RandomForestClassifier", "SVC"} <= found
    known = load()
    assert found - set(known.random) - set(known.random_with) == set()
