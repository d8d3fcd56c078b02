"""Stage outlook of the co2 pipeline."""

import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from co2.shared import WEEKS, add_calendar, apply_settings, calendar_columns


def outlook(
    errors,
    weeks: pd.DataFrame,
    *,
    alpha: float = 0.1,
    coverage: float = 0.9,
    harmonics: int = 4,
    seed: int = 1958,
) -> None:
    """Outlook

    The harmonic model, fitted to all that is known, for the year after the last measurement. The band
    comes from drawing past errors again and again.
    """
    apply_settings()

    # %% [make-outlook]
    future = pd.DataFrame(index=pd.date_range(weeks.index[-1], periods=WEEKS + 1, freq="W-SAT")[1:])
    add_calendar(future, weeks.index[0], harmonics)
    final = make_pipeline(StandardScaler(), Ridge(alpha=alpha))
    columns = calendar_columns(harmonics)
    final.fit(weeks[columns], weeks["co2"])
    level = (weeks["co2"] - final.predict(weeks[columns])).iloc[-13:].mean()
    future["co2"] = final.predict(future[columns]) + level

    # %% [error-band]
    rng = np.random.default_rng(seed)
    draws = rng.choice(errors["harmonic"].to_numpy(), size=(2000, len(future)))
    future["low"] = future["co2"] - np.quantile(draws, (1 + coverage) / 2, axis=0)
    future["high"] = future["co2"] - np.quantile(draws, (1 - coverage) / 2, axis=0)
    future[["co2", "low", "high"]].round(2).to_csv("outlook.csv", index_label="date")
