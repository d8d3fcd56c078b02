"""Stage report of the co2 pipeline."""

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns

from co2.shared import apply_settings


def report(mae: dict, weeks: pd.DataFrame, *, station: str = "Mauna Loa") -> None:
    """Report"""
    apply_settings()

    # %% [plot-outlook]
    outlook = pd.read_csv("outlook.csv", parse_dates=["date"], index_col="date")
    past = weeks.loc["1998":]
    fig, ax = plt.subplots()
    ax.plot(past.index, past["co2"], color="0.4", label="measured")
    ax.plot(past.index, past["harmonic"], lw=1, label="forecast a year ahead")
    ax.plot(outlook.index, outlook["co2"], color="C3", label="outlook")
    ax.fill_between(outlook.index, outlook["low"], outlook["high"], color="C3", alpha=0.2)
    ax.set(title=f"{station}: off by {mae['harmonic']:.2f} ppm on average", ylabel="ppm")
    ax.legend()
    sns.despine()

    # %% [outlook-table]
    quarters = outlook.groupby(outlook.index.to_period("Q")).agg(
        co2=("co2", "mean"), low=("low", "min"), high=("high", "max")
    )
    a_year_before = weeks["co2"].groupby(weeks.index.to_period("Q")).mean()
    quarters["growth"] = quarters["co2"] - a_year_before.reindex(quarters.index - 4).to_numpy()
    quarters.round(2)
