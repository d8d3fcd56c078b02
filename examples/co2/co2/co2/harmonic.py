"""Stage harmonic of the co2 pipeline."""

import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from co2.shared import apply_settings, calendar_columns


def harmonic(folds: list, weeks: pd.DataFrame, *, alpha: float = 0.1, harmonics: int = 4):
    """Harmonic model

    A parabola for the trend and a few sine waves for the year.

    What does the harmonic model not know? If its errors have a pattern within the year, it needs more waves.
    """
    apply_settings()

    # %% [forecast-harmonic]
    def harmonic_model():
        return make_pipeline(StandardScaler(), Ridge(alpha=alpha))


    columns = calendar_columns(harmonics)
    parts = []
    for fold in folds:
        known, ahead = weeks.loc[fold.known], weeks.loc[fold.ahead]
        fitted = harmonic_model().fit(known[columns], known["co2"])
        # The parabola drifts: start the year where the last quarter ended.
        offset = (known["co2"] - fitted.predict(known[columns])).iloc[-13:].mean()
        parts.append(pd.Series(fitted.predict(ahead[columns]) + offset, index=fold.ahead))
    harmonic = pd.concat(parts)

    # %% [harmonic-errors]
    harmonic_error = weeks["co2"].loc[harmonic.index] - harmonic
    harmonic_error.groupby(harmonic_error.index.quarter).agg(["mean", "std"]).round(3)

    return harmonic
