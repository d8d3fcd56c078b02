"""Definitions shared by the stages of the co2 pipeline."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

WEEKS = 52


@dataclass(frozen=True)
class Fold:
    """One step of the walk: what is known when the year begins, and the year itself."""

    year: int
    known: pd.DatetimeIndex
    ahead: pd.DatetimeIndex


def add_calendar(table: pd.DataFrame, start: pd.Timestamp, harmonics: int) -> None:
    """Add the columns that depend on the date alone: time in years, and the waves of the year."""
    years = (table.index - start).days / 365.25
    table["time"] = years
    table["time2"] = years**2
    for k in range(1, harmonics + 1):
        table[f"sin{k}"] = np.sin(2 * np.pi * k * years)
        table[f"cos{k}"] = np.cos(2 * np.pi * k * years)


def calendar_columns(harmonics: int) -> list[str]:
    """The names of these columns."""
    waves = [f"{wave}{k}" for k in range(1, harmonics + 1) for wave in ("sin", "cos")]
    return ["time", "time2", *waves]


def apply_settings() -> None:
    """Apply the settings that the notebook makes at its start."""
    import warnings

    import matplotlib.pyplot as plt
    import seaborn as sns

    warnings.filterwarnings("ignore", category=FutureWarning)
    plt.rcParams["figure.figsize"] = (10, 4)
    sns.set_style("ticks")
