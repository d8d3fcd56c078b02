"""Stage boosting of the co2 pipeline."""

import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor

from co2.shared import apply_settings


def boosting(
    folds: list, lag_columns, weeks: pd.DataFrame, *, learning_rate: float = 0.1, seed: int = 1958
):
    """Boosting model

    Gradient boosting on the growth: the value a year ago, plus what the trees expect on top of it.
    """
    apply_settings()

    # %% [forecast-boosting]
    # nb2pipe> %%time
    parts = []
    for fold in folds:
        known, ahead = weeks.loc[fold.known].dropna(), weeks.loc[fold.ahead]
        trees = GradientBoostingRegressor(
            learning_rate=learning_rate, n_estimators=80, min_samples_leaf=30, random_state=seed
        )
        trees.fit(known[lag_columns], known["co2"] - known["year_ago"])
        parts.append(pd.Series(ahead["year_ago"] + trees.predict(ahead[lag_columns]), index=fold.ahead))
    boosting = pd.concat(parts)

    # %% [boosting-stability]
    boosting_error = weeks["co2"].loc[boosting.index] - boosting
    by_year = boosting_error.groupby(boosting_error.index.year)
    stability = pd.DataFrame(
        {
            "bias": by_year.mean(),
            "spread": by_year.std(),
            "worst": by_year.apply(lambda errors: errors.abs().max()),
        }
    )
    stability.round(2)

    return boosting
