"""The proof can fail: with a rule of the analysis switched off, it finds a wrong notebook."""

from __future__ import annotations

import os

import generated
import pytest
import weakened

SHORT = (
    "methods change what they belong to",
    "items and attributes are set",
    "global generators have a state",
)
NAMES = tuple(weakened.RULES) if os.environ.get("NB2PIPE_EXAMPLES") else SHORT


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
def test_a_rule_that_is_off_is_seen(name: str) -> None:
    generated.prepare([weakened.RULES[name].category])
    count, said = weakened.examples_until_wrong(name)
    assert 0 < count <= weakened.EXAMPLES, said


def test_the_rules_are_those_of_the_analysis() -> None:
    for rule in weakened.RULES.values():
        assert callable(getattr(rule.owner, rule.attribute))
