"""Definitions shared by the stages of the churn pipeline."""

from dataclasses import dataclass

import numpy as np

HORIZON = 90  # days
NAMES = ('a', 'b')


@dataclass
class Scaler:
    factor: float = 1.0


def scale(values):
    return np.asarray(values) / HORIZON


LAST = scale([1])


def apply_settings() -> None:
    """Apply the settings that the notebook makes at its start."""
    import warnings

    import pandas as pd

    warnings.filterwarnings('ignore')
    pd.set_option(
        'display.width', 99)
