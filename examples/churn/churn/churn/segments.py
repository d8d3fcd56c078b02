"""Stage segments of the churn pipeline."""

import pandas as pd

from churn.shared import apply_settings, came_back_by, quintile


def segments(customers):
    """Segments

    The classic RFM score: a quintile from 1 to 5 for each of recency, frequency and money, and
    their sum. It is a feature like the others, and the shop's staff can read it.
    """
    apply_settings()

    # %% [score-rfm]
    customers["rfm"] = (
        quintile(-customers["recency"]) + quintile(customers["orders"]) + quintile(customers["spent"])
    )
    customers["segment"] = pd.cut(
        customers["rfm"], [0, 5, 8, 12, 15], labels=["asleep", "fading", "steady", "best"]
    )

    # %% [show-segments]
    segments = came_back_by(customers, "segment")
    segments

    # %% [profile-segments]
    by_segment = customers.groupby("segment", observed=True)
    profile = by_segment[["orders", "spent", "recency", "cadence"]].median()
    profile["revenue"] = by_segment["spent"].sum() / customers["spent"].sum()
    profile.round(2)

    return customers, segments
