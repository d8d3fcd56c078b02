"""Stage upright of the digits pipeline."""

from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from digits.shared import Deskew, apply_settings


def upright(X_train, y_train, *, C: float = 5.0, gamma: float | None = None, strength: float = 1.0):
    """Support vector machine on upright digits"""
    apply_settings()

    # %% [train-upright]
    upright = make_pipeline(Deskew(strength), SVC(C=C, gamma="scale" if gamma is None else gamma))
    upright.fit(X_train, y_train)  # nb2pipe> %time

    return upright
