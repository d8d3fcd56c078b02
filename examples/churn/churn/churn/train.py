"""Stage train of the churn pipeline."""

from typing import Literal

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from churn.shared import FEATURES, apply_settings


def train(
    X_train,
    y_train,
    *,
    C: float = 1.0,
    scoring: Literal['roc_auc', 'average_precision', 'neg_log_loss'] = "roc_auc",
):
    """Train

    A logistic regression on the logarithms of the features. It is the model we would use: quick, and
    its coefficients can be read.
    """
    apply_settings()

    # %% [train-logistic]
    model = make_pipeline(
        FunctionTransformer(np.log1p, feature_names_out="one-to-one"),
        StandardScaler(),
        LogisticRegression(C=C, max_iter=1000),
    )
    cv_scores = cross_val_score(model, X_train, y_train, cv=5, scoring=scoring)
    print(f"{scoring}: {cv_scores.mean():.4f} ± {cv_scores.std():.4f}")
    model.fit(X_train, y_train)

    # %% [show-coefficients]
    coefficients = pd.Series(model[-1].coef_[0], index=FEATURES).sort_values()
    coefficients

    return model
