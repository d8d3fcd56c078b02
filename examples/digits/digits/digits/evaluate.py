"""Stage evaluate of the digits pipeline."""

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from digits.shared import SIDE, Deskew, apply_settings, slope


def evaluate(
    X_test, nearest, plain, upright, y_test, *, noise: float = 0.15, seed: int = 7
) -> dict:
    """Evaluate

    On clean pictures, and on the same pictures with noise: a scanner on a bad day.
    """
    apply_settings()

    # %% [predict-digits]
    rng = np.random.default_rng(seed)
    noisy = np.clip(X_test + rng.normal(scale=noise, size=X_test.shape), 0, 1)
    models = {"upright": upright, "plain": plain, "nearest": nearest}
    read = {name: fitted.predict(X_test) for name, fitted in models.items()}

    # %% [metrics] metrics
    accuracy = {name: accuracy_score(y_test, answer) for name, answer in read.items()}
    noisy_accuracy = {name: fitted.score(noisy, y_test) for name, fitted in models.items()}
    f1 = f1_score(y_test, read["upright"], average="macro")
    print(accuracy)
    noisy_accuracy

    # %% [by-digit]
    precision, recall, f1_by_digit, count = precision_recall_fscore_support(y_test, read["upright"])
    by_digit = pd.DataFrame(
        {"precision": precision, "recall": recall, "f1": f1_by_digit, "pictures": count}
    ).rename_axis("digit")
    hardest = by_digit["f1"].idxmin()
    print(f"The hardest digit is {hardest}")
    by_digit.round(3)

    # %% [lean]
    assert isinstance(upright[0], Deskew)
    before = np.array([slope(flat.reshape(SIDE, SIDE)) for flat in X_test])
    after = np.array([slope(flat.reshape(SIDE, SIDE)) for flat in upright[0].transform(X_test)])
    print(f"mean lean before {abs(before).mean():.3f}, after {abs(after).mean():.3f}")

    return read
