"""Stage prepare of the digits pipeline."""

import pandas as pd

from digits.shared import apply_settings


def prepare(labels, pixels):
    """Prepare

    Pixels count from 0 to 16; the models want them from 0 to 1. The form's edge left a few
    specks: a pixel at the rim that almost nobody uses is set to white.
    """
    apply_settings()

    # %% [scale-pixels]
    pixels /= pixels.max()
    rare = (pixels > 0).mean(axis=0) < 0.01
    pixels[:, rare] = 0
    print(f"{rare.sum()} of {rare.size} pixels are white for nearly everyone")

    # %% [ink]
    ink = pd.DataFrame({"label": labels, "ink": pixels.sum(axis=1), "white": (pixels == 0).mean(axis=1)})
    ink.groupby("label").agg(["mean", "std"]).round(2)

    return labels, pixels
