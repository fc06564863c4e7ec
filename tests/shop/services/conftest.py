"""The services alone: their events are written down instead of reaching the recommender."""

from typing import Any

import pytest

from shop import signals

SIGNALS = ("cart_item_added", "order_placed", "product_rated")


@pytest.fixture(autouse=True)
def heard(monkeypatch) -> list[dict[str, Any]]:
    """Every event sent during the test, oldest first, with its name under "event"."""
    events: list[dict[str, Any]] = []

    def listener(name: str):
        def listen(*, signal: object, sender: object, **event: Any) -> None:
            events.append({"event": name} | event)

        return listen

    for name in SIGNALS:
        signal = getattr(signals, name)
        monkeypatch.setattr(signal, "receivers", [])
        signal.connect(listener(name), weak=False)
    return events
