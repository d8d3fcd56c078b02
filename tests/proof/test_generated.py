"""Random notebooks of every category, cut into random stages, are equal as stages or refused.

CONTRIBUTING says how to run more.
"""

from __future__ import annotations

import collections
import os

import generated
import generator
import proving
import pytest
from categories import CATEGORIES

from nb2pipe.model import Notebook

EXAMPLES = int(os.environ.get("NB2PIPE_EXAMPLES", "120"))
COUNTS = generated.numbers(EXAMPLES, CATEGORIES)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CATEGORIES)
def test_equal_or_refused(name: str) -> None:
    generated.prepare([name])
    outcomes: collections.Counter[str] = collections.Counter()

    def judge(read: Notebook) -> None:
        verdict = proving.prove(read)
        outcomes[verdict.outcome] += 1
        assert verdict.outcome != "wrong", f"{verdict.reason}\n{generator.text(read)}"

    generated.each(CATEGORIES[name], COUNTS[name], judge)
    # How much is refused is for the long run to say: these are too few.
    assert outcomes["equal"] > 0 or CATEGORIES[name].refusable
