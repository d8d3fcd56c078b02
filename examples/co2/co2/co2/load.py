"""Stage load of the co2 pipeline."""

import pandas as pd

from co2.shared import apply_settings


def load(*, station: str = "Mauna Loa") -> pd.DataFrame:
    """Load

    Some weeks have no measurement, a third of them in 1964. They are filled in by interpolation for the lags, but
    they are marked, so that no forecast is judged by a week that nobody measured.
    """
    apply_settings()

    # %% [load-weeks]
    weeks = pd.read_csv("data/mauna_loa.csv", parse_dates=["date"], index_col="date")
    missing = weeks["co2"].isna()
    print(f"{len(weeks)} weeks, {missing.sum()} of them without a measurement")
    missing.groupby(weeks.index.year).sum().nlargest(5)

    # %% [fill-gaps]
    weeks["measured"] = ~missing
    weeks["co2"] = weeks["co2"].interpolate(method="time")
    weeks["co2"].plot(title=f"Carbon dioxide at {station} (ppm)");

    # %% [decades]
    decades = weeks.groupby(weeks.index.year // 10 * 10)["co2"].agg(["first", "last", "min", "max"])
    years_covered = weeks.groupby(weeks.index.year // 10 * 10).size() / 52.18
    decades["growth_per_year"] = (decades["last"] - decades["first"]) / years_covered
    decades.round(2)

    return weeks
