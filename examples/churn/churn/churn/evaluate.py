"""Stage evaluate of the churn pipeline."""

import pandas as pd
from sklearn.metrics import brier_score_loss, roc_auc_score

from churn.shared import apply_settings


def evaluate(X_test, forest, model, y_test, *, seed: int = 42):
    """Evaluate

    Both models on customers that neither has seen.

    If the shop writes to the most promising tenth only, how many times more of them come back than of all?
    """
    apply_settings()

    # %% [predict-test]
    predictions = pd.DataFrame(
        {
            "came_back": y_test,
            "logistic": model.predict_proba(X_test)[:, 1],
            "forest": forest.predict_proba(X_test)[:, 1],
        }
    )
    predictions.sample(5, random_state=seed)

    # %% [metrics] metrics
    auc = {name: roc_auc_score(y_test, predictions[name]) for name in ["logistic", "forest"]}
    brier = {name: brier_score_loss(y_test, predictions[name]) for name in ["logistic", "forest"]}
    base_rate = float(y_test.mean())
    auc

    # %% [lift]
    tenths = pd.qcut(predictions["logistic"].rank(method="first"), 10, labels=range(1, 11))
    lift = predictions.groupby(tenths, observed=True).agg(
        customers=("came_back", "size"),
        came_back=("came_back", "mean"),
        expected=("logistic", "mean"),
    )
    lift["lift"] = lift["came_back"] / base_rate
    lift.sort_index(ascending=False)

    return auc, lift, predictions
