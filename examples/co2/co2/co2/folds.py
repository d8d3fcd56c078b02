"""Stage folds of the co2 pipeline."""

import pandas as pd

from co2.shared import WEEKS, Fold, apply_settings


def folds(weeks: pd.DataFrame, *, first_year: int = 1990) -> list:
    """Walking forward"""
    apply_settings()

    def walk(weeks: pd.DataFrame) -> list[Fold]:
        """A fold for every year from `first_year` on."""
        folds = []
        for year in range(first_year, weeks.index[-1].year + 1):
            begin = pd.Timestamp(year, 1, 1)
            known = weeks.index[weeks.index < begin]
            ahead = weeks.index[weeks.index.year == year][:WEEKS]
            folds.append(Fold(year, known, ahead))
        return folds

    # %% [make-folds]
    folds = walk(weeks)
    pd.DataFrame({"weeks known": [len(fold.known) for fold in folds]}, index=[fold.year for fold in folds]).T

    return folds
