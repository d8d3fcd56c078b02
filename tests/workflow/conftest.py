"""Fixtures for the tests of the generated workflow."""

from __future__ import annotations

import pytest
from github import install


@pytest.fixture(scope="session", autouse=True)
def node_packages() -> None:
    """GitHub's own parser and evaluator, installed."""
    install()
