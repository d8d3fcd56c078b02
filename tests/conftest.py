"""Settings for all tests."""

import pytest
from hypothesis import settings

# Times on a busy machine say nothing about the code.
settings.register_profile("nb2pipe", deadline=None)
settings.load_profile("nb2pipe")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests first: at the end they would leave one of two processes idle."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
