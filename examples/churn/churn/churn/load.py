"""Stage load of the churn pipeline."""

import pandas as pd

from churn.shared import apply_settings


def load():
    """Load

    Every line is a purchase. Some customers buy several times a day; for us that is one order.
    Orders of nothing but free samples do not count.
    """
    apply_settings()

    # %% [load-transactions]
    transactions = pd.read_csv("data/cdnow.csv.gz", parse_dates=["date"])
    print(f"{len(transactions):,} transactions of {transactions['customer_id'].nunique():,} customers")
    transactions.head()

    # %% [merge-orders]
    orders = transactions.groupby(["customer_id", "date"], as_index=False)[["cds", "dollars"]].sum()
    orders = orders[orders["dollars"] > 0].reset_index(drop=True)
    orders.describe()

    # %% [check-orders]
    assert orders["date"].between("1997-01-01", "1998-06-30").all()
    assert not orders.duplicated(["customer_id", "date"]).any()
    monthly = orders.groupby(orders["date"].dt.to_period("M")).agg(
        orders=("customer_id", "size"),
        customers=("customer_id", "nunique"),
        dollars=("dollars", "sum"),
    )
    monthly["dollars_per_order"] = monthly["dollars"] / monthly["orders"]
    monthly

    return orders
