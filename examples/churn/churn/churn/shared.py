"""Definitions shared by the stages of the churn pipeline."""

import pandas as pd

HORIZON = 6  # months we look ahead
FEATURES = ["recency", "tenure", "orders", "spent", "basket", "cds", "cadence", "rfm"]


def came_back_by(customers: pd.DataFrame, group: str) -> pd.DataFrame:
    """How many customers each group has, and what share of them came back."""
    return customers.groupby(group, observed=True)["came_back"].agg(customers="size", came_back="mean")


def quintile(values: pd.Series) -> pd.Series:
    """1 for the lowest fifth of the values, 5 for the highest; ties are broken by position."""
    return pd.qcut(values.rank(method="first"), 5, labels=False) + 1


def apply_settings() -> None:
    """Apply the settings that the notebook makes at its start."""
    import seaborn as sns

    sns.set_theme(style="whitegrid", palette="deep")
    pd.set_option("display.precision", 3)
