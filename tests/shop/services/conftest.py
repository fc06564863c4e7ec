"""The services alone: their events are written down instead of reaching the recommender."""

import pytest


@pytest.fixture(autouse=True)
def heard(shop_events):
    """Every event sent during the test, oldest first, with its name under "event"."""
    return shop_events
