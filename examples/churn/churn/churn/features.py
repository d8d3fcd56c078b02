"""Stage features of the churn pipeline."""

import numpy as np
import pandas as pd

from churn.shared import HORIZON, apply_settings, came_back_by


def features(orders, *, months: int = 9):
    """Features

    Recency, frequency and money, as the direct marketers have used them for a hundred years, and the
    cadence: the mean number of days between two orders. Who has ordered once has no
    cadence yet, so we take the days since that order.

    The target: did the customer order again within the horizon?
    """
    apply_settings()

    def history_end(orders: pd.DataFrame) -> pd.Timestamp:
        """The day on which the history ends and the future begins."""
        return orders["date"].min() + pd.DateOffset(months=months)

    # %% [build-features]
    end = history_end(orders)
    history = orders[orders["date"] < end]
    customers = history.groupby("customer_id").agg(
        first=("date", "min"),
        last=("date", "max"),
        orders=("date", "size"),
        spent=("dollars", "sum"),
        cds=("cds", "sum"),
    )
    customers["recency"] = (end - customers["last"]).dt.days
    customers["tenure"] = (end - customers["first"]).dt.days
    customers["basket"] = customers["spent"] / customers["orders"]
    between = (customers["last"] - customers["first"]).dt.days / (customers["orders"] - 1)
    customers["cadence"] = between.fillna(customers["recency"])

    # %% [build-target]
    later = orders[(orders["date"] >= end) & (orders["date"] < end + pd.DateOffset(months=HORIZON))]
    customers["came_back"] = customers.index.isin(later["customer_id"]).astype(int)
    customers["habit"] = pd.cut(customers["orders"], [0, 1, 2, 4, np.inf], labels=["1", "2", "3-4", "5+"])
    came_back_by(customers, "habit")

    return customers
