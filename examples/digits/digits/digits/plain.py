"""Stage plain of the digits pipeline."""

import pandas as pd
from sklearn.svm import SVC

from digits.shared import apply_settings


def plain(X_train, y_train, *, C: float = 5.0, gamma: float | None = None) -> SVC:
    """Support vector machine on the digits as they are"""
    apply_settings()

    # %% [train-plain]
    plain = SVC(C=C, gamma="scale" if gamma is None else gamma)
    plain.fit(X_train, y_train);

    # %% [support]
    support = pd.Series(plain.n_support_, index=plain.classes_, name="support vectors")
    print(f"{support.sum()} of {len(X_train)} pictures hold the boundaries")
    support.to_frame().T

    return plain
