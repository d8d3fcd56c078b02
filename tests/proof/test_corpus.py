"""A handful of scikit-learn's examples, cut at their headings and at every cell.

``python tests/proof/corpus.py`` takes all of them.
"""

from __future__ import annotations

import corpus
import pytest
import sources

NAMES = (
    "plot_dbscan",
    "plot_digits_classification",
    "plot_kmeans_assumptions",
    "plot_mean_shift",
    "plot_regression",
)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cut", ["headings", "cells"])
def test_the_same_as_stages(name: str, cut: corpus.Cut) -> None:
    corpus.prepare()
    (script,) = sources.examples().glob(f"*/{name}.py")
    verdict = corpus.verdict(script, cut, seconds=30)
    if verdict.reason == "one stage only":
        pytest.skip("it has no second heading")
    assert verdict.outcome == "equal", verdict.reason
