"""Which estimators draw from NumPy's global generator, as scikit-learn itself shows."""

import pickle
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
    named = {*known.random, *known.random_with, *known.random_unless}
    assert found - named == set()


@pytest.mark.parametrize("name", sorted(load().random_unless))
def test_what_draws_idly_fits_the_same_whatever_it_draws(name: str) -> None:
    from sklearn.datasets import make_classification
    from sklearn.utils import all_estimators

    features, target = make_classification(200, 8, flip_y=0.2, random_state=0)
    if name.startswith("MultiTask"):
        target = np.column_stack([target, features[:, 0]])
    estimator = dict(all_estimators())[name]
    fitted = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in range(3):
            np.random.seed(seed)
            fitted.append(pickle.dumps(vars(estimator().fit(features, target))))
    assert len(set(fitted)) == 1
