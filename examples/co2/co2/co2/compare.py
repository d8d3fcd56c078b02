"""Stage compare of the co2 pipeline."""

import matplotlib.pyplot as plt
import seaborn as sns
from sklearn.metrics import mean_absolute_error

from co2.shared import WEEKS, apply_settings


def compare(boosting, harmonic, weeks, *, station: str = "Mauna Loa"):
    """Compare

    The yardstick for both is the naive forecast: last year's value and last year's growth.
    """
    apply_settings()

    # %% [collect-forecasts]
    weeks["harmonic"] = harmonic
    weeks["boosting"] = boosting
    weeks["naive"] = weeks["year_ago"] + (weeks["year_ago"] - weeks["co2"].shift(2 * WEEKS))
    judged = weeks[weeks["measured"] & weeks["harmonic"].notna()]

    # %% [metrics] metrics
    mae = {name: mean_absolute_error(judged["co2"], judged[name]) for name in ("naive", "harmonic", "boosting")}
    skill = 1 - min(mae["harmonic"], mae["boosting"]) / mae["naive"]
    weeks_judged = len(judged)
    mae

    # %% [errors-by-year]
    plt.figure()  # nb2pipe> function
    errors = judged[["naive", "harmonic", "boosting"]].sub(judged["co2"], axis=0)
    sns.heatmap(errors.abs().groupby(errors.index.year).mean().T, annot=True, fmt=".2f", cmap="rocket_r")
    plt.title(f"Mean absolute error by year, {station} (ppm)");

    return errors, mae, weeks
