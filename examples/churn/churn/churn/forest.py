"""Stage forest of the churn pipeline."""

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier

from churn.shared import FEATURES, apply_settings


def forest(X_train, y_train, *, n_trees: int = 100, seed: int = 42) -> RandomForestClassifier:
    """Forest

    A random forest to compare with: does it find something that the logistic regression misses?
    """
    apply_settings()

    # %% [train-forest]
    forest = RandomForestClassifier(n_estimators=n_trees, min_samples_leaf=20, random_state=seed, n_jobs=1)
    forest.fit(X_train, y_train)

    # %% [show-importance]
    importance = pd.DataFrame(
        {
            "importance": forest.feature_importances_,
            "spread": np.std([tree.feature_importances_ for tree in forest.estimators_], axis=0),
        },
        index=FEATURES,
    )
    importance.sort_values("importance", ascending=False)

    return forest
