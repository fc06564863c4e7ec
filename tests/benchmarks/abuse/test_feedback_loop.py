"""The simulation by itself; what it shows of discoveries is in tests/faults/test_abuse_loop.py."""

import pytest

from benchmarks.abuse.feedback_loop import World, parse, simulate

WORLD = World(n_users=16, n_items=160)


def test_a_seed_is_a_world_and_its_luck():
    told: list[float] = []
    first = simulate(WORLD, every=12, rounds=2, report=lambda share, text: told.append(share))

    assert first == simulate(WORLD, every=12, rounds=2)
    assert [row["round"] for row in first] == [1, 2]
    for row in first:
        assert 0 < row["coverage"] <= row["shown_lately"] <= 1
        assert 0 <= row["gini"] <= 1
        assert row["clicks_per_list"] > 0
    assert told == [0.5, 1.0]


def test_without_discoveries_there_are_rounds_too():
    assert [row["round"] for row in simulate(WORLD, every=0, rounds=1)] == [1]


@pytest.mark.parametrize("wrong", [["--rounds", "0"], ["--every", "1"]])
def test_impossible_questions_are_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        parse(wrong)
    assert "expected --rounds of at least 1" in capsys.readouterr().err
