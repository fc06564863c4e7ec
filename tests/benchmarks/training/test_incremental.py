"""The replay of a log in steps: what each step has seen, what is compared, and what a wrong file is told."""

import json

import numpy as np
import pytest

from benchmarks.measuring.progress_bar import RunsBar
from benchmarks.training import incremental
from ml.recommenders.registry import recommender_class


@pytest.fixture
def timed_file(tmp_path):
    """Thirty users who touch ten of twenty items of their own taste, one after the other."""
    lines = []
    for user in range(30):
        for place in range(10):
            lines.append(f"{user} {2 * ((user + place) % 20) + user % 2} 5.0 {1_000 * place + user}")
    path = tmp_path / "shop_timed.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_each_step_is_told_what_is_new(timed_file, monkeypatch):
    seen = []
    recommender = recommender_class("popularity")
    real = recommender.fine_tune

    def noted(self, fitted, interactions, changes, **options):
        seen.append((len(interactions), int(changes.is_new.sum()), int((changes.known_as < 0).sum())))
        return real(self, fitted, interactions, changes, **options)

    monkeypatch.setattr(recommender, "fine_tune", noted)
    with RunsBar(5) as bar:
        figures = incremental.replay(incremental.read_events(timed_file, "timed")[1], "popularity", 3, 0, bar)

    assert [(held, new) for held, new, _ in seen] == [(234, 18), (252, 18), (270, 18)]
    assert figures["cases"] == 30
    assert figures["n_interactions"] == 270
    # Popularity is trained anew in each step, so the last one is the model trained anew.
    assert figures["fine_tuned_ndcg"] == figures["full_ndcg"]
    assert figures["ndcg_change_percent"] == 0
    assert len(figures["step_seconds"]) == 3
    assert figures["fine_tune_seconds"] == pytest.approx(sum(figures["step_seconds"]))


def test_an_item_without_events_before_a_step_is_new(timed_file):
    events = incremental.read_events(timed_file, "timed")[1]
    assert events.timestamps is not None
    order = np.argsort(events.timestamps, kind="stable")

    until_now, changes = incremental._step(events, order, 10, 60)

    assert len(until_now) == 60
    assert int(changes.is_new.sum()) == 50
    assert set(np.flatnonzero(changes.known_as >= 0)) == set(events.items[order[:10]])


def test_the_command_writes_its_row(timed_file, tmp_path, capsys):
    file = tmp_path / "rows.json"
    status = incremental.main(["--data", str(timed_file), "--model", "ials", "--steps", "2", "--json", str(file)])

    row = json.loads(file.read_text())[0]
    assert status == 0
    assert (row["section"], row["dataset"], row["recommender"]) == ("incremental", "shop_timed", "ials")
    assert 0 <= row["fine_tuned_ndcg"] <= 1
    assert row["seconds_percent"] == pytest.approx(100 * row["fine_tune_seconds"] / row["full_seconds"])
    assert "shop_timed" in capsys.readouterr().out


def test_a_file_without_times_is_refused(tmp_path, capsys):
    path = tmp_path / "pairs.txt"
    path.write_text("1 2 5.0\n1 3 4.0\n")

    assert incremental.main(["--data", str(path)]) == 1
    assert "expected lines of user, item, rating and Unix time" in capsys.readouterr().err
