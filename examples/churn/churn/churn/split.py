"""Stage split of the churn pipeline."""

from sklearn.model_selection import train_test_split

from churn.shared import FEATURES, apply_settings


def split(customers, *, seed: int = 42, test_size: float = 0.25):
    """Split"""
    apply_settings()

    # %% [split-customers]
    X_train, X_test, y_train, y_test = train_test_split(
        customers[FEATURES],
        customers["came_back"],
        test_size=test_size,
        stratify=customers["came_back"],
        random_state=seed,
    )
    X_train.shape, X_test.shape

    return X_test, X_train, y_test, y_train
