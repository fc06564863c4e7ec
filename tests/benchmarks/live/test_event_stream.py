"""A shop that answers at once, or late, stands in for the real one."""

from typing import Any

import pytest

from benchmarks.live import event_stream
from benchmarks.live.event_stream import EventStream


class ObligingVisitor:
    """Its list shows how many events it sent; one that does not learn shows the same for ever."""

    def __init__(self, learns=True) -> None:
        self.learns = learns
        self.events: list[dict[str, str]] = []

    def report(self, events):
        self.events += events
        return {"stored": len(events)}

    def recommended(self, **query):
        return [("product", float(len(self.events)))] if self.learns else []


@pytest.fixture(autouse=True)
def _hurry(monkeypatch):
    monkeypatch.setattr(event_stream, "SECONDS_TO_CHANGE", 180.0)
    monkeypatch.setattr(event_stream, "SECONDS_BETWEEN_LOOKS", 0.001)
    monkeypatch.setattr(event_stream, "THREADS", 1)  # two events of one visitor must not draw their products at once


def test_every_event_is_new_and_every_second_one_is_followed():
    visitors: Any = [ObligingVisitor(), ObligingVisitor()]
    stream = EventStream(visitors, ["p1", "p2", "p3"])

    samples = stream.run(rate=1000, seconds=0.006, follow=2, progress=lambda _: None)

    assert len(samples) == 3
    assert all(sample.seconds and sample.seconds >= sample.post_seconds for sample in samples)
    assert len(set(stream.sent)) == len(stream.sent) == 6
    for visitor in visitors:
        assert {event["product"] for event in visitor.events} == {"p1", "p2", "p3"}
        assert {event["kind"] for event in visitor.events} == {"view"}


def test_an_event_that_changes_nothing_is_a_sample_without_a_time(monkeypatch):
    monkeypatch.setattr(event_stream, "SECONDS_TO_CHANGE", 0.05)
    visitors: Any = [ObligingVisitor(learns=False)]
    stream = EventStream(visitors, ["p1"])

    (sample,) = stream.run(rate=1000, seconds=0.001, follow=1, progress=lambda _: None)

    assert sample.seconds is None


def test_all_visitors_are_known_after_greeting_them():
    visitors: Any = [ObligingVisitor() for _ in range(3)]
    fractions: list[float] = []

    EventStream(visitors, ["p1", "p2"]).greet(fractions.append)

    assert [len(visitor.events) for visitor in visitors] == [2, 1, 1]
    assert fractions[-1] == 1.0
