"""Definitions shared by the stages of the digits pipeline."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

SIDE = 8


def slope(picture: np.ndarray) -> float:
    """Columns that the ink moves sideways per row."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    ink = picture.sum()
    row, column = (rows * picture).sum() / ink, (columns * picture).sum() / ink
    spread = ((rows - row) ** 2 * picture).sum() / ink
    return ((rows - row) * (columns - column) * picture).sum() / ink / spread


class Deskew(TransformerMixin, BaseEstimator):
    """Sets flattened pictures upright."""

    def __init__(self, strength: float = 1.0):
        self.strength = strength

    def fit(self, X, y=None):
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        places = np.arange(SIDE)
        upright = np.empty_like(X)
        for i, flat in enumerate(X):
            picture = flat.reshape(SIDE, SIDE)
            lean = self.strength * slope(picture)
            middle = (places @ picture.sum(axis=1)) / picture.sum()
            rows = [
                np.interp(places + lean * (r - middle), places, line, left=0, right=0)
                for r, line in enumerate(picture)
            ]
            upright[i] = np.concatenate(rows)
        return upright


def apply_settings() -> None:
    """Apply the settings that the notebook makes at its start."""
    import matplotlib.pyplot as plt
    import seaborn as sns

    sns.set_theme(context="notebook", style="white")
    plt.rcParams["image.cmap"] = "gray_r"
    np.set_printoptions(precision=3, suppress=True)
