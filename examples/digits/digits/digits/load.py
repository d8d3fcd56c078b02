"""Stage load of the digits pipeline."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from digits.shared import SIDE, apply_settings


def load():
    """Load"""
    apply_settings()

    # %% [load-digits]
    table = pd.read_csv("data/digits.csv.gz")
    labels = table.pop("label").to_numpy()
    pixels = table.to_numpy(dtype=float)
    pixels.shape, np.bincount(labels)

    # %% [show-digits]
    fig, axes = plt.subplots(2, 10, figsize=(10, 2.2))
    for ax, flat, label in zip(axes.flat, pixels, labels):
        ax.imshow(flat.reshape(SIDE, SIDE))
        ax.set_axis_off()
    fig.suptitle("The first twenty");

    return labels, pixels
