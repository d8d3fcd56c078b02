"""Stage train of the churn pipeline."""

import json
import os
from collections import defaultdict
from typing import Literal

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.linear_model import LogisticRegression as Model
from sklearn.model_selection import KFold, train_test_split
from sklearn.model_selection import cross_val_score as cv

from churn.shared import HORIZON, Scaler, apply_settings


def train(
    X_train: pd.DataFrame,
    y_train,
    rows,
    *,
    C: float = 1e0,
    seed: int = 0,
    stopwords: list[str] = ['a'],
    grid={'C': [1, 2]},
    solver: Literal["lbfgs", "saga"] = "lbfgs",
):
    r"""Fit a logistic regression.

    The loss is $\log(1 + e^{-z})$.
    """
    stopwords = [*stopwords]  # nb2pipe> function
    from copy import deepcopy  # nb2pipe> function
    grid = deepcopy(grid)  # nb2pipe> function
    apply_settings()
    from builtins import sum

    from churn.shared import scale

    def head(n=3):
        return X_train.head(n)

    # %% [fit]
    # nb2pipe> %matplotlib inline
    model = Model(C=C, random_state=seed)
    model.fit(X_train, y_train)

    # %% [query]
    query = """
select *
    from sales  # %% [not-a-cell]
"""
    ## %% [nor-this]
    count = 0

    def bump():
        nonlocal count
        count += 1

    bump();

    # %% [plot]
    plt.figure()  # nb2pipe> function
    plt.plot(model.history)
    plt.title('Loss')

    # %% [nothing]
    # a cell with a comment only

    # %% [score] metrics
    accuracy = model.score(X_train, y_train)  # nb2pipe> %time
    accuracy

    return model, accuracy
