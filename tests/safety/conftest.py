"""The long runs belong to ``make chaos``; the others are part of every run."""

import pytest

from tests.safety.installation import CHAOS


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes minutes, unless CHAOS is set."""
    if CHAOS:
        return
    long = [item for item in items if item.get_closest_marker("chaos")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]
