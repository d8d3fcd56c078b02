"""Stage features of the co2 pipeline."""

from co2.shared import WEEKS, add_calendar, apply_settings


def features(weeks, *, harmonics: int = 4, lags: list[int] = [52, 56, 65, 78, 104]):
    """Features

    The calendar for the harmonic model; for the boosting model the growth over a year, as it was known
    a year earlier. No feature looks less than 52 weeks back, so a whole year can be forecast at once.
    """
    lags = [*lags]  # nb2pipe> function
    apply_settings()

    # %% [calendar]
    add_calendar(weeks, weeks.index[0], harmonics)
    weeks["year_ago"] = weeks["co2"].shift(WEEKS)

    # %% [lagged-growth]
    growth = weeks["co2"] - weeks["year_ago"]
    for lag in lags:
        weeks[f"growth{lag}"] = growth.shift(lag)
    weeks["recent"] = growth.rolling(26).mean().shift(WEEKS)
    lag_columns = [f"growth{lag}" for lag in lags] + ["recent", "sin1", "cos1"]
    weeks[lag_columns].tail(3)

    return lag_columns, weeks
