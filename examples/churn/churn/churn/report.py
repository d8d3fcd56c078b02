"""Stage report of the churn pipeline."""

import matplotlib.pyplot as plt
import seaborn as sns
from sklearn.calibration import CalibrationDisplay
from sklearn.metrics import RocCurveDisplay

from churn.shared import apply_settings


def report(auc: dict, lift, predictions, segments) -> None:
    """Report

    Ranking on the left, honesty of the probabilities on the right.
    """
    apply_settings()

    # %% [plot-models]
    fig, (left, right) = plt.subplots(1, 2, figsize=(11, 5))
    for name in ["logistic", "forest"]:
        RocCurveDisplay.from_predictions(
            predictions["came_back"], predictions[name], name=name, ax=left
        )
        CalibrationDisplay.from_predictions(
            predictions["came_back"], predictions[name], n_bins=10, strategy="quantile", name=name, ax=right
        )
    left.set_title(f"Who comes back? Best AUC {max(auc.values()):.3f}")
    right.set_title("How sure are we?")
    fig.tight_layout()

    # %% [plot-lift]
    plt.figure()  # nb2pipe> function
    ax = lift["lift"].plot.bar(color="C2", rot=0, figsize=(7, 4))
    ax.axhline(1, color="black", lw=1, ls="--")
    ax.set(xlabel="tenth of the customers, by the logistic regression", ylabel="times the average")
    for bar, share in zip(ax.patches, lift["came_back"]):
        top = (bar.get_x() + bar.get_width() / 2, bar.get_height())
        ax.annotate(f"{share:.0%}", top, ha="center", va="bottom")

    # %% [plot-segments]
    plt.figure()  # nb2pipe> function
    sns.barplot(data=segments.reset_index(), x="segment", y="came_back")
    plt.ylabel("share that came back")
    plt.title("Customers by RFM segment");
