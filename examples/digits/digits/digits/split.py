"""Stage split of the digits pipeline."""

from sklearn.model_selection import train_test_split

from digits.shared import apply_settings


def split(labels, pixels, *, seed: int = 7, test_share: float = 0.3):
    """Split"""
    apply_settings()

    # %% [split-digits]
    X_train, X_test, y_train, y_test = train_test_split(
        pixels, labels, test_size=test_share, stratify=labels, random_state=seed
    )
    len(X_train), len(X_test)

    return X_test, X_train, y_test, y_train
