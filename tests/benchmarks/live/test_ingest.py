import random
from typing import Any

import pytest

from benchmarks.live import ingest
from benchmarks.live.ingest import Load, Misfortunes, main, parse


class CountingVisitor:
    def __init__(self) -> None:
        self.batches: list[int] = []

    def report(self, events):
        self.batches.append(len(events))


def test_all_events_are_sent_in_batches_by_all_visitors():
    visitors: Any = [CountingVisitor(), CountingVisitor()]
    load = Load(visitors, ["p"], 3, random.Random(0))
    fractions: list[float] = []

    load.send(8, 2, fractions.append)

    assert sorted(visitors[0].batches + visitors[1].batches) == [2, 3, 3]
    assert len(set(load.sent)) == len(load.sent) == 8
    assert (len(load.request_seconds), fractions[-1]) == (3, 1.0)
    assert load.events_per_second > 0


def test_misfortunes_are_spread_evenly_and_redis_comes_in_the_middle(monkeypatch):
    happened: list[str] = []
    for name in ("_kill_web", "_kill_worker", "_restart_redis"):
        monkeypatch.setattr(Misfortunes, name, lambda self, name=name: happened.append(name))
    nothing: Any = object()
    misfortunes = Misfortunes(nothing, nothing, nothing, kills=2)

    for step in range(1, 11):
        misfortunes.at(step / 10)
        misfortunes.wait()

    assert happened == ["_kill_web", "_kill_worker", "_restart_redis", "_kill_web", "_kill_worker"]


@pytest.mark.parametrize("wrong", [["--batch", "501"], ["--batch", "0"], ["--events", "0"], ["--senders", "0"]])
def test_impossible_options_are_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        parse(wrong)
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize(("lost", "status"), [(0, 0), (1, 1)])
def test_a_lost_event_is_a_failure(monkeypatch, capsys, lost, status):
    row = {"engine": "redis", "database": "sqlite", "events_sent": 9, "events_lost": lost, "events_doubled": 0}
    monkeypatch.setattr(ingest, "measure", lambda *_: [row])

    assert main([]) == status
    assert f"| redis | sqlite | 9 | {lost} | 0 |" in capsys.readouterr().out
