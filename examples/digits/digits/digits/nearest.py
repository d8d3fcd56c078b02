"""Stage nearest of the digits pipeline."""

import pandas as pd
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from digits.shared import apply_settings


def nearest(X_train, y_train, *, neighbours: int = 3) -> KNeighborsClassifier:
    """Nearest neighbours"""
    apply_settings()

    # %% [train-nearest]
    nearest = KNeighborsClassifier(n_neighbors=neighbours).fit(X_train, y_train)
    nearest

    # %% [try-neighbours]
    by_neighbours = {}
    for k in (1, 3, 5, 9):
        candidate = KNeighborsClassifier(n_neighbors=k)
        scores = cross_val_score(candidate, X_train, y_train, cv=3)
        by_neighbours[k] = {"mean": scores.mean(), "spread": scores.std()}
    pd.DataFrame(by_neighbours).T.rename_axis("neighbours").round(3)

    return nearest
