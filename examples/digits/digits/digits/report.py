"""Stage report of the digits pipeline."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from sklearn.metrics import confusion_matrix

from digits.shared import SIDE, apply_settings


def report(X_test, read: dict, y_test) -> None:
    """Report

    The digits that the upright machine misreads, and what it takes them for.
    """
    apply_settings()

    # %% [plot-confusion]
    confusion = pd.DataFrame(confusion_matrix(y_test, read["upright"]))
    sns.heatmap(confusion, annot=True, fmt="d", cbar=False, square=True, cmap="Blues")
    plt.xlabel("read as")
    plt.ylabel("written");

    # %% [plot-misread]
    wrong = np.flatnonzero(read["upright"] != y_test)[:10]
    fig, axes = plt.subplots(1, max(len(wrong), 1), figsize=(10, 1.6), squeeze=False)
    for ax, i in zip(axes.flat, wrong):
        ax.imshow(X_test[i].reshape(SIDE, SIDE))
        ax.set_title(f"{y_test[i]} as {read['upright'][i]}", fontsize=9)
    for ax in axes.flat:
        ax.set_axis_off()
